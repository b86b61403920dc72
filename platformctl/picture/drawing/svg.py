"""Writes a sheet as SVG: frames, then lines, then cards, then the legend; it reaches for nothing outside of itself."""

from collections.abc import Iterator

from platformctl.picture.drawing.elements import polyline, safe, tag, text, title
from platformctl.picture.drawing.icons import icon
from platformctl.picture.drawing.legend import legend
from platformctl.picture.drawing.letters import fitted, width
from platformctl.picture.drawing.signs import badge
from platformctl.picture.drawing.style import style_sheet
from platformctl.picture.marks import Mark, Marks, told
from platformctl.picture.model import Picture
from platformctl.picture.sheet.cards import SMALL, TEXT, TITLE, Area, Card, Line, Placed, Rect, Sheet

_HEAD_LENGTH, _HEAD_WIDTH = 7.0, 4.0
_RADIUS = {"region": 10.0, "network": 8.0, "tier": 6.0, "nodes": 6.0, "subnet": 3.0}


def write(sheet: Sheet, picture: Picture, marks: Marks, *, dark: bool = True) -> str:
    """The SVG document; with `dark`, its colours follow the reader's preference."""
    below, height = legend(sheet, marks)
    body = [
        tag("title", safe(_title(picture, marks)), id="picture-title"),
        tag("desc", safe(_description(picture)), id="picture-desc"),
        tag("style", style_sheet(dark=dark)),
        tag("rect", width=sheet.width, height=height, class_="sheet"),
        *(_area(area) for area in sheet.areas if area.kind != "subnet"),
        *(text(x, y, words, "h") for x, y, words in sheet.headings),
        *(_line(line) for line in sheet.lines),
        *(tag("circle", cx=x, cy=y, r=2.6, class_=f"a {kind}") for kind, x, y in sheet.dots),
        *(_area(area) for area in sheet.areas if area.kind == "subnet"),  # lines pass behind them
        *(_placed(one) for one in sheet.placed),
        below,
    ]
    return tag(
        "svg",
        "\n".join(filter(None, body)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {sheet.width:g} {height:g}",
        width=sheet.width,
        height=height,
        class_="picture",
        role="img",
        aria_labelledby="picture-title picture-desc",
    )


def _title(picture: Picture, marks: Marks) -> str:
    changes = told(marks.total)
    return f"The environment {picture.environment or 'without a name'}" + (f": {changes}" if changes else "")


def _description(picture: Picture) -> str:
    names = {box.id: box.title for box in picture.boxes()}
    flows = "; ".join(f"{names[flow.source]} to {names[flow.target]} ({flow.kind})" for flow in picture.flows)
    tiers = ", ".join(tier.name for network in picture.networks for tier in network.tiers)
    return f"Network tiers from the edge inwards: {tiers or 'none'}. Flows: {flows or 'none'}."


def _area(area: Area) -> str:
    rect = area.rect
    scoped = area.scope == "cde" and area.kind in ("tier", "nodes")
    css = f"{area.kind} scoped" if scoped else area.kind
    parts = [title(_told(area.full or area.label, area.mark)), _rect(rect, css, _RADIUS[area.kind])]
    if area.mark:
        parts.append(_rect(rect, f"edge {area.mark.sign.css}", _RADIUS[area.kind]))
        parts.append(badge(rect.right - 10, rect.y + (12 if area.kind == "subnet" else 13), area.mark))
    return tag("g", *parts, *(_subnet(area) if area.kind == "subnet" else _label(area, scoped)))


def _subnet(area: Area) -> Iterator[str]:
    room = area.rect.width - 12 - (18 if area.mark else 0)
    yield text(area.rect.x + 6, area.rect.y + 15, fitted(area.label, SMALL, room, bold=True), "s b")
    yield text(area.rect.x + 6, area.rect.y + 29, fitted(area.note, SMALL, room), "s")


def _label(area: Area, scoped: bool) -> Iterator[str]:
    """The name, with what is told of it beside it; below it in the narrow frame of a node group."""
    rect, y = area.rect, area.rect.y + 16
    room = rect.width - 18 - (22 if area.mark else 0)
    chip = "PCI: cardholder data environment" if area.kind == "tier" else "CDE"
    chip_width = width(chip, SMALL, bold=True) + 12 if scoped else 0.0
    label = fitted(area.label, TITLE, room - chip_width, bold=True)
    yield text(rect.x + 9, y, label, "t")
    changed = area.mark.text if area.mark else ""
    note = " · ".join(filter(None, (area.note, changed)))
    if area.kind == "nodes":
        yield text(rect.x + 9, y + 15, fitted(area.note, TEXT, rect.width - 18), "f")
        if area.mark:
            yield text(rect.x + 9, y + 29, fitted(changed, TEXT, rect.width - 18, bold=True), f"n {area.mark.sign.css}")
    else:
        taken = width(label, TITLE, bold=True) + 8
        yield text(rect.x + 9 + taken, y, fitted(note, TEXT, max(0.0, room - taken - chip_width)), "f")
    if scoped:
        yield _chip(rect.right - 9 - chip_width - (20 if area.mark else 0), rect.y + 4, chip, chip_width)


def _placed(one: Placed) -> str:
    card, rect = one.card, one.rect
    box, mark = card.box, card.mark
    css = f"card {mark.sign.css}" if mark else "card"
    gone = " gone" if mark and mark.operation == "delete" else ""
    shift = f"translate({rect.x + 8:g} {rect.y + 7:g})"
    parts = [
        title(_told(box.full or box.title, mark)),
        _rect(rect, css, 5.0),
        tag("path", d=icon(box.kind), class_="icon", transform=shift),
        *(text(rect.x + 26, rect.y + 18.5 + 14 * at, line, f"t{gone}") for at, line in enumerate(card.title)),
        *(text(rect.x + 8, _below(card, rect) + 14 * at, line, "f") for at, line in enumerate(card.lines)),
        *_note(card, rect),
    ]
    x = rect.right - 11.0
    if mark:
        parts.append(badge(x, rect.y + 13, mark))
        x -= 22
    if box.scope == "cde":
        parts.append(_chip(x - 22, rect.y + 5, "CDE", 30.0))
    return tag("g", *parts)


def _note(card: Card, rect: Rect) -> Iterator[str]:
    if card.mark:
        begin = _below(card, rect) + 14 * len(card.lines)
        for number, line in enumerate(card.note):
            yield text(rect.x + 8, begin + 14 * number, line, f"n {card.mark.sign.css}")


def _below(card: Card, rect: Rect) -> float:
    """Where the first line below the title stands."""
    return rect.y + 35 + 14 * (len(card.title) - 1)


def _told(name: str, mark: Mark | None) -> str:
    return f"{name}: {mark.text}" if mark else name


def _chip(x: float, y: float, words: str, wide: float) -> str:
    return tag("rect", x=x, y=y, width=wide, height=16.0, rx=8.0, class_="chip") + text(
        x + wide / 2, y + 12, words, "s on", "middle"
    )


def _rect(rect: Rect, css: str, radius: float) -> str:
    return tag("rect", x=rect.x, y=rect.y, width=rect.width, height=rect.height, rx=radius, class_=css)


def _line(line: Line) -> str:
    parts = [title("\n".join(line.why)), tag("path", d=polyline(line.points), class_=f"l {line.kind}")]
    if line.head:
        (from_x, y), (x, _) = line.points
        back = -_HEAD_LENGTH if x > from_x else _HEAD_LENGTH
        data = f"M{x:g} {y:g}l{back:g} {-_HEAD_WIDTH:g}v{2 * _HEAD_WIDTH:g}z"
        parts.append(tag("path", d=data, class_=f"a {line.kind}"))
    return tag("g", *parts)
