"""The picture as a Mermaid flowchart, for wherever Markdown is read."""

from collections.abc import Iterator

from platformctl.formats.characters import shown
from platformctl.picture.drawing.style import FLOWS, LIGHT, OPERATIONS
from platformctl.picture.marks import Mark, Marks
from platformctl.picture.model import Box, Network, Picture

_ARROWS = {"data": "==>", "log": "-.->", "copy": "-.->"}
_SHAPES = {"database": ("[(", ")]"), "queue": ("[[", "]]"), "outside": ("([", "])"), "bucket": ("[(", ")]")}
# Everything that means something to Mermaid or to HTML, as the entity codes that its documentation gives for it.
_ENTITIES = {letter: f"#{ord(letter)};" for letter in "\"'`#&<>()[]{}|\\;%*_~$@"}
_INDENT = "  "


def chart(picture: Picture, marks: Marks) -> str:
    """The flowchart's text; ids of nodes are numbers in the order of the picture, so names may be anything."""
    ids = {box.id: f"n{number}" for number, box in enumerate(_nodes(picture))}
    lines = ["flowchart LR", *_body(picture, marks, ids)]
    for flow in picture.flows:
        if flow.source in ids and flow.target in ids:
            arrow = _ARROWS.get(flow.kind, "-->")
            lines.append(f"{_INDENT}{ids[flow.source]} {arrow}|{FLOWS[flow.kind][0]}| {ids[flow.target]}")
    lines += _classes(picture, marks, ids)
    return "\n".join(lines) + "\n"


def _nodes(picture: Picture) -> Iterator[Box]:
    frames = {network.box.id for network in picture.networks}
    frames |= {frame.box.id for net in picture.networks for tier in net.tiers for frame in tier.frames}
    yield from (box for box in picture.boxes() if box.id not in frames)


def _body(picture: Picture, marks: Marks, ids: dict[str, str]) -> Iterator[str]:
    if picture.outside:
        yield from _group("outside", "Outside", [_node(box, marks, ids) for box in picture.outside])
    inside = [line for number, network in enumerate(picture.networks) for line in _network(number, network, marks, ids)]
    inside += [_node(box, marks, ids) for box in picture.regional]
    if inside:
        yield from _group("home", picture.region or "region not known", inside)
    for number, region in enumerate(picture.others):
        yield from _group(f"region{number}", region.name, [_node(box, marks, ids) for box in region.boxes])
    for number, (name, mark) in enumerate(marks.elsewhere.items()):
        yield f'{_INDENT}e{number}["{_text(f"{mark.sign.sign} not drawn, in {name}: {mark.text}")}"]'


def _network(number: int, network: Network, marks: Marks, ids: dict[str, str]) -> Iterator[str]:
    rows: list[str] = []
    for at, tier in enumerate(network.tiers):
        content = [_node(box, marks, ids) for box in tier.edge]
        for place, frame in enumerate(tier.frames):
            label = _label(frame.box, marks.boxes.get(frame.box.id))
            nodes = [_node(box, marks, ids) for box in frame.inside]
            content += _group(f"f{number}x{at}x{place}", label, nodes or [_empty(f"f{number}x{at}x{place}")], raw=True)
        content += [_node(box, marks, ids) for box in tier.inside]
        scope = ", cardholder data environment" if tier.scope == "cde" else ""
        zones = ", ".join(f"{cell.zone} {' '.join(cell.cidrs)}{_sign(marks, cell.urns)}" for cell in tier.cells)
        title = f"{tier.name}: {tier.kind}{scope} ({zones})"
        rows += _group(f"t{number}x{at}", title, content or [_empty(f"t{number}x{at}")])
    label = _label(network.box, marks.boxes.get(network.box.id))
    yield from _group(f"v{number}", label, rows, raw=True)


def _group(key: str, title: str, content: list[str], *, raw: bool = False) -> list[str]:
    begin = f'{_INDENT}subgraph {key}["{title if raw else _text(title)}"]'
    return [begin, *(f"{_INDENT}{line}" for line in content), f"{_INDENT}end"]


def _node(box: Box, marks: Marks, ids: dict[str, str]) -> str:
    left, right = _SHAPES.get(box.kind, ("[", "]"))
    return f'{_INDENT}{ids[box.id]}{left}"{_label(box, marks.boxes.get(box.id))}"{right}'


def _empty(key: str) -> str:
    return f'{_INDENT}{key}empty[" "]'


def _label(box: Box, mark: Mark | None) -> str:
    scope = {"cde": "PCI: cardholder data environment", "connected": "PCI connected"}.get(box.scope, "")
    name = f"{mark.sign.sign} {box.title}" if mark else box.title
    parts = [name, *box.lines, scope, mark.text if mark else ""]
    return "<br/>".join(_text(part) for part in parts if part)


def _sign(marks: Marks, urns: tuple[str, ...]) -> str:
    mark = marks.boxes.get(urns[0]) if urns else None
    return f" {mark.sign.sign} {mark.sign.word}" if mark else ""


def _text(words: str) -> str:
    return "".join(_ENTITIES.get(letter, letter) for letter in shown(words))


def _classes(picture: Picture, marks: Marks, ids: dict[str, str]) -> Iterator[str]:
    for name in OPERATIONS:
        found = [ids[box] for box, mark in marks.boxes.items() if mark.sign.css == name and box in ids]
        if found:
            yield f"{_INDENT}classDef {name} stroke:{LIGHT[name]},stroke-width:3px"
            yield f"{_INDENT}class {','.join(found)} {name}"
    scoped = [ids[box.id] for box in _nodes(picture) if box.scope == "cde" and box.id not in marks.boxes]
    if scoped:
        yield f"{_INDENT}classDef scoped stroke:{LIGHT['scope']},stroke-width:2px"
        yield f"{_INDENT}class {','.join(scoped)} scoped"
