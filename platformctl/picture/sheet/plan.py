"""What is known while a sheet is laid out: measures, where columns stand, and where cards and tracks have been put."""

from dataclasses import dataclass, field

from platformctl.picture.marks import Marks
from platformctl.picture.model import Box, Picture
from platformctl.picture.sheet import columns
from platformctl.picture.sheet.cards import Card, Placed, Rect, Sheet, card

WIDTHS = {columns.OUTSIDE: 184.0, columns.EDGE: 176.0, columns.INSIDE: 230.0, columns.REGION: 200.0}
WIDTHS[columns.ELSEWHERE] = 186.0
MARGIN, GAP, PAD = 14.0, 10.0, 9.0  # around all, between cards, inside of a frame
LABEL, STRIP, HEADING = 24.0, 36.0, 22.0  # heights of a frame's label, of a tier's subnets, of a heading
LANE = 7.0  # between two lines that run side by side
# What a gutter has left and right of its lanes: the borders of the frames that end or begin there.
_PADS = {
    columns.OUTSIDE: (10.0, 4 * PAD),
    columns.EDGE: (8.0, 8.0 + PAD),
    columns.INSIDE: (3 * PAD, 10.0),
    columns.REGION: (8.0, 4 * PAD),
}


@dataclass
class Plan:
    """What is known while the sheet is laid out."""

    picture: Picture
    marks: Marks
    ways: list[columns.Way]
    ports: dict[tuple[str, str], list[tuple[str, str]]]
    corridors: dict[str, list[tuple[str, str]]]
    x: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    tracks: dict[tuple[str, tuple[str, str]], float] = field(default_factory=dict)  # y of a bus in a corridor
    sheet: Sheet = field(default_factory=Sheet)

    def card(self, box: Box, room: float) -> Card:
        """The card of a box, in this width."""
        count = max(len(self.ports.get((box.id, side), ())) for side in (columns.LEFT, columns.RIGHT))
        return card(box, self.marks.boxes.get(box.id), room, count)

    def place(self, box: Box, column: int, y: float, inset: float = 0.0, corridor: str = "") -> float:
        """Puts a box into its column at y; where it ends."""
        made = self.card(box, WIDTHS[column] - 2 * inset)
        rect = Rect(self.x[column] + inset, y, made.width, made.height)
        self.sheet.placed.append(Placed(made, rect, column, corridor))
        return rect.bottom

    def track(self, corridor: str, y: float) -> float:
        """Gives each bus of a corridor its line from y on; the corridor's end."""
        buses = self.corridors.get(corridor, ())
        for number, bus in enumerate(buses):
            self.tracks[corridor, bus] = y + 4 + number * LANE
        return y + (len(buses) * LANE + 6 if buses else 0)


def set_columns(plan: Plan, present: list[int], counts: dict[int, int]) -> dict[int, float]:
    """Every column's x; where the lanes of each gutter begin."""
    starts: dict[int, float] = {}
    x = MARGIN + (0.0 if columns.OUTSIDE in present else 3 * PAD)
    for number, column in enumerate(present):
        plan.x[column], plan.right[column] = x, x + WIDTHS[column]
        left, right = _PADS.get(column, (8.0, 8.0))
        if number + 1 < len(present) and present[number + 1] == columns.REGION and column == columns.OUTSIDE:
            right = 2 * PAD
        starts[number] = plan.right[column] + left
        x = starts[number] + counts.get(number, 0) * LANE + right
    return starts
