"""The legend, and what changes without having a place in the picture."""

from collections.abc import Iterator

from platformctl.picture.drawing.elements import tag, text, title
from platformctl.picture.drawing.letters import fitted, width
from platformctl.picture.drawing.signs import sign
from platformctl.picture.drawing.style import FLOWS
from platformctl.picture.marks import SIGNS, Marks
from platformctl.picture.sheet.cards import TEXT, Sheet

_LEFT, _ROW, _SAMPLE, _BETWEEN = 18.0, 24.0, 34.0, 22.0
_SHOWN = ("create", "update", "replace", "delete")


def legend(sheet: Sheet, marks: Marks) -> tuple[str, float]:
    """What is used of signs and lines, below the sheet in as many rows as that needs, and where it ends."""
    wide, x, y = sheet.width, _LEFT, sheet.height + 12
    parts: list[str] = []
    entries = [
        *_flows({line.kind for line in sheet.lines}),
        *_scope(sheet),
        *(_signs() if marks.boxes or marks.elsewhere else []),
    ]
    for sample, words in entries:
        needed = _SAMPLE + width(words, TEXT) + _BETWEEN
        if x + needed > wide and x > _LEFT:
            x, y = _LEFT, y + _ROW
        parts += [tag("g", sample, transform=f"translate({x:g} {y:g})"), text(x + _SAMPLE, y + 4, words, "f")]
        x += needed
    for name, mark in marks.elsewhere.items():
        words = f"not drawn, in {name}: {mark.text}"
        y += _ROW
        parts += [sign(_LEFT + 14, y, mark.operation), _line(words, y, wide)]
    return "".join(parts), y + _ROW


def _line(words: str, y: float, wide: float) -> str:
    """A line as wide as the sheet allows, whole in its tooltip."""
    return tag("g", title(words), text(_LEFT + _SAMPLE, y + 4, fitted(words, TEXT, wide - 2 * _LEFT - _SAMPLE), "f"))


def _flows(used: set[str]) -> Iterator[tuple[str, str]]:
    for kind, (words, _, _) in FLOWS.items():
        if kind in used:
            yield (
                tag("path", d="M0 0H22", class_=f"l {kind}") + tag("path", d="M28 0l-7-4v8z", class_=f"a {kind}"),
                words,
            )


def _scope(sheet: Sheet) -> Iterator[tuple[str, str]]:
    scopes = {area.scope for area in sheet.areas} | {one.card.box.scope for one in sheet.placed}
    if "cde" not in scopes:
        return
    chip = tag("rect", x=-2, y=-8, width=30, height=16, rx=8, class_="chip")
    yield chip + text(13, 4, "CDE", "s on", "middle"), "cardholder data environment (PCI DSS)"


def _signs() -> Iterator[tuple[str, str]]:
    for operation in _SHOWN:
        yield sign(14, 0, operation), SIGNS[operation].word
