"""Lays a picture out: columns from the internet to the recovery region, rows by tier; always the same."""

from collections.abc import Iterable

from platformctl.picture.marks import Marks
from platformctl.picture.model import Box, Network, Picture, Tier
from platformctl.picture.sheet import columns
from platformctl.picture.sheet.cards import Area, Rect, Sheet
from platformctl.picture.sheet.lanes import Lanes, lanes
from platformctl.picture.sheet.plan import GAP, HEADING, LABEL, LANE, MARGIN, PAD, STRIP, WIDTHS, Plan, set_columns
from platformctl.picture.sheet.routes import draw_lines


def lay_out(picture: Picture, marks: Marks) -> Sheet:
    """The sheet of a picture. Heights come first, then lanes and with them the gutters' widths, then everything's x."""
    plan, found = _attempt(picture, marks, {})
    plan, found = _attempt(picture, marks, {gutter: one.count for gutter, one in found.items()})
    draw_lines(plan.sheet, plan.ways, plan.ports, plan.tracks, found)
    return plan.sheet


def _attempt(picture: Picture, marks: Marks, counts: dict[int, int]) -> tuple[Plan, dict[int, Lanes]]:
    ways = columns.ways(picture)
    plan = Plan(picture, marks, ways, columns.ports(ways), columns.corridors(ways))
    present = columns.present(picture)
    starts = set_columns(plan, present, counts)
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


def _stacked(plan: Plan, top: float) -> Iterable[tuple[Network, float]]:
    for network in plan.picture.networks:
        bottom = max([top, *(area.rect.bottom + GAP for area in plan.sheet.areas)])
        yield network, bottom


def _network(plan: Plan, network: Network, y: float) -> float:
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


def _tier(plan: Plan, network: Network, tier: Tier, corridor: str, y: float) -> float:
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


def _frame(plan: Plan, box: Box, inside: tuple[Box, ...], y: float, corridor: str) -> float:
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


def _groups(plan: Plan, boxes: tuple[Box, ...], column: int, y: float) -> float:
    """Boxes under their headings."""
    heading = ""
    for box in boxes:
        if box.group != heading:
            heading = box.group
            plan.sheet.headings.append((plan.x[column], y + 14, heading))
            y += HEADING
        y = plan.place(box, column, y) + GAP
    return y


def _regional(plan: Plan, top: float, bottom: float) -> float:
    if not plan.picture.regional:
        return bottom
    return _groups(plan, plan.picture.regional, columns.REGION, top)


def _elsewhere(plan: Plan, top: float) -> float:
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


def _outside(plan: Plan, top: float) -> None:
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


def _region_frame(plan: Plan, bottom: float) -> None:
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
