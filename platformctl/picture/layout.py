"""Lays a picture out: columns from the internet to the recovery region, rows by tier; always the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from platformctl.picture import columns
from platformctl.picture.lanes import Lanes, lanes
from platformctl.picture.marks import Marks
from platformctl.picture.model import Box, Network, Picture, Tier
from platformctl.picture.routes import draw_lines
from platformctl.picture.sheet import Area, Card, Placed, Rect, Sheet, card

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
class _Plan:
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
        count = max(len(self.ports.get((box.id, side), ())) for side in (columns.LEFT, columns.RIGHT))
        return card(box, self.marks.boxes.get(box.id), room, count)

    def place(self, box: Box, column: int, y: float, inset: float = 0.0, corridor: str = "") -> float:
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


def lay_out(picture: Picture, marks: Marks) -> Sheet:
    """The sheet of a picture. Heights come first, then lanes and with them the gutters' widths, then everything's x."""
    plan, found = _attempt(picture, marks, {})
    plan, found = _attempt(picture, marks, {gutter: one.count for gutter, one in found.items()})
    draw_lines(plan.sheet, plan.ways, plan.ports, plan.tracks, found)
    return plan.sheet


def _attempt(picture: Picture, marks: Marks, counts: dict[int, int]) -> tuple[_Plan, dict[int, Lanes]]:
    ways = columns.ways(picture)
    plan = _Plan(picture, marks, ways, columns.ports(ways), columns.corridors(ways))
    present = columns.present(picture)
    starts = _set_columns(plan, present, counts)
    top = MARGIN + LABEL
    bottom = max([top, *(_network(plan, network, y) for network, y in _stacked(plan, top))])
    bottom = max(bottom, _regional(plan, top, bottom))
    bottom = max(bottom, _elsewhere(plan, top))
    _outside(plan, top)
    end = max([bottom + PAD, *(one.rect.bottom for one in plan.sheet.placed)])
    _region_frame(plan, end)
    plan.sheet.height = plan.track(columns.BOTTOM, end + 4) + MARGIN
    edge = max([*plan.right.values(), MARGIN + 300.0])
    framed = present and present[-1] not in (columns.OUTSIDE,)
    plan.sheet.width = edge + (3 * PAD if framed else 0) + MARGIN
    return plan, lanes(plan.sheet, ways, plan.ports, plan.tracks, starts, LANE)


def _set_columns(plan: _Plan, present: list[int], counts: dict[int, int]) -> dict[int, float]:
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


def _stacked(plan: _Plan, top: float) -> Iterable[tuple[Network, float]]:
    for network in plan.picture.networks:
        bottom = max([top, *(area.rect.bottom + GAP for area in plan.sheet.areas)])
        yield network, bottom


def _network(plan: _Plan, network: Network, y: float) -> float:
    left, right = plan.x[columns.EDGE] - 2 * PAD, plan.right[columns.INSIDE] + 2 * PAD
    areas = plan.sheet.areas
    at = len(areas)
    number = plan.picture.networks.index(network)
    bottom = y + LABEL
    for tier in network.tiers:
        bottom = _tier(plan, network, tier, columns.corridor_of(number, tier.name), bottom) + GAP
    rect = Rect(left, y, right - left, bottom - y)
    box = network.box
    facts = " · ".join(box.lines)
    areas.insert(at, Area("network", rect, box.title, facts, "", plan.marks.boxes.get(box.id), box.full))
    return bottom


def _tier(plan: _Plan, network: Network, tier: Tier, corridor: str, y: float) -> float:
    left, right = plan.x[columns.EDGE] - PAD, plan.right[columns.INSIDE] + PAD
    at = len(plan.sheet.areas)
    inner = y + LABEL
    room = (right - left - 2 * PAD + 4) / max(1, len(network.zones))
    for cell in tier.cells:
        x = left + PAD + network.zones.index(cell.zone) * room
        mark = plan.marks.boxes.get(cell.urns[0]) if cell.urns else None
        rect = Rect(x, inner, room - 4, STRIP)
        plan.sheet.areas.append(Area("subnet", rect, cell.zone, ", ".join(cell.cidrs), tier.scope, mark))
    start = plan.track(corridor, inner + STRIP + GAP / 2) + GAP / 2
    edge = inside = start
    for box in tier.edge:
        edge = plan.place(box, columns.EDGE, edge, corridor=corridor) + GAP
    for frame in tier.frames:
        inside = _frame(plan, frame.box, frame.inside, inside, corridor) + GAP
    for box in tier.inside:
        inside = plan.place(box, columns.INSIDE, inside, corridor=corridor) + GAP
    bottom = max(edge, inside, start)
    rect = Rect(left, y, right - left, bottom - y)
    plan.sheet.areas.insert(at, Area("tier", rect, tier.name, f"{tier.kind} tier", tier.scope))
    return bottom


def _frame(plan: _Plan, box: Box, inside: tuple[Box, ...], y: float, corridor: str) -> float:
    at = len(plan.sheet.areas)
    bottom = y + LABEL + (28 if box.id in plan.marks.boxes else 14)
    for one in inside:
        bottom = plan.place(one, columns.INSIDE, bottom, inset=6.0, corridor=corridor) + GAP - 4
    if not inside:
        bottom += 2
    rect = Rect(plan.x[columns.INSIDE], y, WIDTHS[columns.INSIDE], bottom - y)
    mark = plan.marks.boxes.get(box.id)
    note = " · ".join(box.lines)
    plan.sheet.areas.insert(at, Area("nodes", rect, box.title, note, box.scope, mark, box.full))
    return bottom


def _groups(plan: _Plan, boxes: tuple[Box, ...], column: int, y: float) -> float:
    """Boxes under their headings."""
    heading = ""
    for box in boxes:
        if box.group != heading:
            heading = box.group
            plan.sheet.headings.append((plan.x[column], y + 14, heading))
            y += HEADING
        y = plan.place(box, column, y) + GAP
    return y


def _regional(plan: _Plan, top: float, bottom: float) -> float:
    if not plan.picture.regional:
        return bottom
    return _groups(plan, plan.picture.regional, columns.REGION, top)


def _elsewhere(plan: _Plan, top: float) -> float:
    y = top - LABEL
    for region in plan.picture.others:
        begun = y
        at = len(plan.sheet.areas)
        y = _groups(plan, region.boxes, columns.ELSEWHERE, y + LABEL) + 2
        left, right = plan.x[columns.ELSEWHERE] - PAD, plan.right[columns.ELSEWHERE] + PAD
        rect = Rect(left, begun, right - left, y - begun)
        plan.sheet.areas.insert(at, Area("region", rect, region.name, "other region"))
        y += GAP
    return y


def _outside(plan: _Plan, top: float) -> None:
    """Whatever is outside stands beside what it talks to, as near as there is room."""
    middles = {one.card.box.id: one.rect.y + one.rect.height / 2 for one in plan.sheet.placed}
    wanted: list[tuple[float, str, Box]] = []
    for box in plan.picture.outside:
        near = [
            middles[other]
            for way in plan.ways
            for mine, other in ((way.flow.source, way.flow.target), (way.flow.target, way.flow.source))
            if mine == box.id and other in middles
        ]
        wanted.append((sum(near) / len(near) if near else top, box.id, box))
    y = top
    if wanted:
        plan.sheet.headings.append((plan.x[columns.OUTSIDE], top - LABEL + 16, "Outside"))
    for middle, _, box in sorted(wanted, key=lambda one: one[:2]):
        y = max(y, middle - plan.card(box, WIDTHS[columns.OUTSIDE]).height / 2)
        y = plan.place(box, columns.OUTSIDE, y) + GAP


def _region_frame(plan: _Plan, bottom: float) -> None:
    """The frame of the environment's own region, around its networks and what it keeps outside of them."""
    inside = [column for column in (columns.EDGE, columns.INSIDE, columns.REGION) if column in plan.x]
    if not inside:
        return
    left = plan.x[inside[0]] - (3 * PAD if inside[0] == columns.EDGE else PAD)
    right = plan.right[inside[-1]] + (3 * PAD if inside[-1] == columns.INSIDE else PAD)
    last = inside[-1] == columns.REGION and columns.ELSEWHERE in plan.x
    right += 0 if not last else max(0.0, plan.x[columns.ELSEWHERE] - 4 * PAD - right + PAD)
    label = plan.picture.region or "region not known"
    rect = Rect(left, MARGIN, right - left, bottom - MARGIN)
    plan.sheet.areas.insert(0, Area("region", rect, label, "home region"))
