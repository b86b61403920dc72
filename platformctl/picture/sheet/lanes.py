"""Lanes: where the upright parts of flows run in the gutters between columns, none on top of another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from platformctl.picture.sheet.cards import Placed, Sheet
from platformctl.picture.sheet.columns import Way

Bus = tuple[str, str]
Port = tuple[str, str, str, str]  # box, side, kind, in or out
_APART = 6.0  # pixels between the ends of two upright lines in one lane


@dataclass(frozen=True)
class Upright:
    """The upright part of a bus in a gutter: the heights that it joins."""

    low: float
    high: float


@dataclass
class Lanes:
    """The lanes of one gutter: each bus' x, and how many there are."""

    count: int = 0
    x: dict[Bus, float] = field(default_factory=dict)
    upright: dict[Bus, Upright] = field(default_factory=dict)


def heights(sheet: Sheet, ways: list[Way], ports: Mapping[tuple[str, str], list[tuple[str, str]]]) -> dict[Port, float]:
    """The y of every port: spread over its card's side, those that lead up above those that lead down."""
    placed = {one.card.box.id: one for one in sheet.placed}
    far: dict[Port, list[float]] = defaultdict(list)
    for way in ways:
        source, target, kind = way.flow.source, way.flow.target, way.flow.kind
        far[source, way.leaves, kind, "out"].append(_middle(placed[target]))
        far[target, way.meets, kind, "in"].append(_middle(placed[source]))
    found: dict[Port, float] = {}
    for (box, side), kinds in ports.items():
        rect = placed[box].rect
        keys = [(box, side, *kind) for kind in kinds]
        keys.sort(key=lambda key: (sum(far[key]) / len(far[key]), key))
        step = rect.height / (len(keys) + 1)
        found |= {key: round(rect.y + step * (number + 1), 1) for number, key in enumerate(keys)}
    return found


def stops(way: Way, ys: Mapping[Port, float], tracks: Mapping[tuple[str, Bus], float]) -> list[float]:
    """The heights that a flow goes along: where it leaves, every corridor, where it arrives."""
    kind = way.flow.kind
    first = ys[way.flow.source, way.leaves, kind, "out"]
    last = ys[way.flow.target, way.meets, kind, "in"]
    return [first, *(tracks[corridor, way.bus] for corridor in way.corridors), last]


def lanes(
    sheet: Sheet,
    ways: list[Way],
    ports: Mapping[tuple[str, str], list[tuple[str, str]]],
    tracks: Mapping[tuple[str, Bus], float],
    starts: Mapping[int, float],
    apart: float,
) -> dict[int, Lanes]:
    """The lanes of every gutter, by its number; `starts`: where each gutter's first lane is."""
    ys = heights(sheet, ways, ports)
    spans: dict[int, dict[Bus, list[float]]] = defaultdict(lambda: defaultdict(list))
    for way in ways:
        along = stops(way, ys, tracks)
        for number, gutter in enumerate(way.gutters):
            spans[gutter][way.bus] += along[number : number + 2]
    found: dict[int, Lanes] = {}
    for gutter, buses in sorted(spans.items()):
        one = found[gutter] = Lanes()
        ends: list[float] = []  # of each lane so far
        for bus, along in sorted(buses.items(), key=lambda item: (min(item[1]), max(item[1]), item[0])):
            low, high = min(along), max(along)
            lane = next((number for number, end in enumerate(ends) if end + _APART < low), len(ends))
            ends[lane : lane + 1] = [high]
            one.x[bus] = starts.get(gutter, 0.0) + lane * apart
            one.upright[bus] = Upright(low, high)
        one.count = len(ends)
    return found


def _middle(placed: Placed) -> float:
    return placed.rect.y + placed.rect.height / 2
