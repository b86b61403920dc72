"""Where panels stand: from left to right, a new line where one does not fit, a heading above each section."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.dashboards.model import COLUMNS, Panel, Section

HEADING = 1  # height of a section's


@dataclass(frozen=True)
class Place:
    x: int
    y: int
    width: int
    height: int


def placed(sections: Sequence[Section]) -> Iterator[tuple[Section | Panel, Place]]:
    """Every heading and panel with its place; the last of a line is as wide as what is left of it."""
    y = 0
    for section in sections:
        yield section, Place(0, y, COLUMNS, HEADING)
        y += HEADING
        for line in _lines(section.panels):
            x, height = 0, max(panel.height for panel in line)
            for panel in line:
                width = COLUMNS - x if panel is line[-1] else panel.width
                yield panel, Place(x, y, width, height)
                x += width
            y += height


def _lines(panels: Sequence[Panel]) -> Iterator[list[Panel]]:
    line: list[Panel] = []
    for panel in panels:
        if line and sum(one.width for one in line) + panel.width > COLUMNS:
            yield line
            line = []
        line.append(panel)
    if line:
        yield line
