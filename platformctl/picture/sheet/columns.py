"""Which column of the sheet each box stands in, and which way each flow takes between columns."""

from collections import defaultdict
from dataclasses import dataclass

from platformctl.picture.model import Flow, Picture

OUTSIDE, EDGE, INSIDE, REGION, ELSEWHERE = range(5)
LEFT, RIGHT = "left", "right"
BOTTOM = "bottom"  # the corridor below everything


@dataclass(frozen=True)
class Seat:
    """Where a box stands: its column, and the corridor above its tier if it is in a network."""

    column: int
    corridor: str = ""


@dataclass(frozen=True)
class Way:
    """A flow's way: the sides that it leaves and meets, the gutters it goes along, and the corridors between them.

    Gutter n is right of column n, among the columns that are there. There is one corridor fewer than gutters.
    """

    flow: Flow
    leaves: str
    meets: str
    gutters: tuple[int, ...]
    corridors: tuple[str, ...]

    @property
    def bus(self) -> tuple[str, str]:
        """Flows of one kind to one box share their last lines."""
        return (self.flow.kind, self.flow.target)


def seats(picture: Picture) -> dict[str, Seat]:
    """The seat of every box that flows can begin or end at, by its id."""
    found = {box.id: Seat(OUTSIDE) for box in picture.outside}
    for number, network in enumerate(picture.networks):
        for tier in network.tiers:
            corridor = corridor_of(number, tier.name)
            found |= {box.id: Seat(EDGE, corridor) for box in tier.edge}
            found |= {box.id: Seat(INSIDE, corridor) for frame in tier.frames for box in frame.inside}
            found |= {box.id: Seat(INSIDE, corridor) for box in tier.inside}
    found |= {box.id: Seat(REGION) for box in picture.regional}
    found |= {box.id: Seat(ELSEWHERE) for region in picture.others for box in region.boxes}
    return found


def corridor_of(network: int, tier: str) -> str:
    """The corridor above what is in a tier."""
    return f"{network}/{tier}"


def present(picture: Picture) -> list[int]:
    """The columns that have anything in them, from left to right."""
    there = {OUTSIDE: bool(picture.outside), EDGE: bool(picture.networks), INSIDE: bool(picture.networks)}
    there |= {REGION: bool(picture.regional), ELSEWHERE: bool(picture.others)}
    return [column for column in range(5) if there[column]]


def ways(picture: Picture) -> list[Way]:
    """The way of every flow, in order."""
    seated, columns = seats(picture), present(picture)
    return [
        _way(flow, seated[flow.source], seated[flow.target], columns)
        for flow in picture.flows
        if flow.source in seated and flow.target in seated
    ]


def ports(found: list[Way]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """By box and side, the kinds that leave it there and the kinds that meet it there."""
    sides: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for way in found:
        sides[way.flow.source, way.leaves].add((way.flow.kind, "out"))
        sides[way.flow.target, way.meets].add((way.flow.kind, "in"))
    return {key: sorted(value) for key, value in sorted(sides.items())}


def corridors(found: list[Way]) -> dict[str, list[tuple[str, str]]]:
    """The lanes of each corridor: one for each bus that goes through it."""
    lanes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for way in found:
        for corridor in way.corridors:
            lanes[corridor].add(way.bus)
    return {key: sorted(value) for key, value in sorted(lanes.items())}


def _way(flow: Flow, source: Seat, target: Seat, columns: list[int]) -> Way:
    here, there = columns.index(source.column), columns.index(target.column)
    if here == there:
        last = here == len(columns) - 1 and here > 0
        side = LEFT if last else RIGHT
        return Way(flow, side, side, (here - 1 if last else here,), ())
    rising = here < there
    low, high = min(here, there), max(here, there)
    tier = target.corridor or source.corridor
    crossed = [tier if columns[one] in (EDGE, INSIDE) and tier else BOTTOM for one in range(low + 1, high)]
    gutters = list(range(low, high))
    leaves, meets = (RIGHT, LEFT) if rising else (LEFT, RIGHT)
    step = 1 if rising else -1
    return Way(flow, leaves, meets, tuple(gutters[::step]), tuple(crossed[::step]))
