"""Draws flows as straight lines through gutters and corridors; those of one kind to one box share their way."""

from collections import defaultdict
from collections.abc import Mapping

from platformctl.picture.model import Flow
from platformctl.picture.sheet.cards import Line, Sheet
from platformctl.picture.sheet.columns import RIGHT, Way
from platformctl.picture.sheet.lanes import Bus, Lanes, heights, stops

Level = tuple[float, float, float]  # from x, to x, at y


def draw_lines(
    sheet: Sheet,
    ways: list[Way],
    ports: Mapping[tuple[str, str], list[tuple[str, str]]],
    tracks: Mapping[tuple[str, Bus], float],
    found: Mapping[int, Lanes],
) -> None:
    """Puts the lines of every flow on the sheet, each part once, with all that flows through it."""
    names = {one.card.box.id: one.card.box.title for one in sheet.placed}
    rects = {one.card.box.id: one.rect for one in sheet.placed}
    ys = heights(sheet, ways, ports)
    level: dict[tuple[str, float, str], list[tuple[float, float, Flow, bool]]] = defaultdict(list)
    upright: dict[tuple[str, float, str], list[tuple[float, float, Flow]]] = defaultdict(list)
    for way in ways:
        along = stops(way, ys, tracks)
        source, target = rects[way.flow.source], rects[way.flow.target]
        start = source.right if way.leaves == RIGHT else source.x
        end = target.right if way.meets == RIGHT else target.x
        x = start
        for number, gutter in enumerate(way.gutters):
            lane = found[gutter].x[way.bus]
            who = f"{way.leaves} of {way.flow.source}" if number == 0 else way.flow.target
            level[way.flow.kind, along[number], who].append((x, lane, way.flow, False))
            upright[way.flow.kind, lane, way.flow.target].append((along[number], along[number + 1], way.flow))
            x = lane
        level[way.flow.kind, along[-1], f"to {way.meets} of {way.flow.target}"].append((x, end, way.flow, True))
    _levels(sheet, level, names)
    _uprights(sheet, upright, names)
    _dots(sheet, level, upright)


def _levels(
    sheet: Sheet,
    level: Mapping[tuple[str, float, str], list[tuple[float, float, Flow, bool]]],
    names: Mapping[str, str],
) -> None:
    for (kind, y, _), parts in sorted(level.items(), key=lambda item: item[0]):
        first = parts[0][0]
        rising = parts[0][1] >= first
        start = min(part[0] for part in parts) if rising else max(part[0] for part in parts)
        end = max(part[1] for part in parts) if rising else min(part[1] for part in parts)
        if start != end:
            why = tuple(dict.fromkeys(_why(part[2], names) for part in parts))
            sheet.lines.append(Line(kind, ((start, y), (end, y)), parts[0][3], why))


def _uprights(
    sheet: Sheet, upright: Mapping[tuple[str, float, str], list[tuple[float, float, Flow]]], names: Mapping[str, str]
) -> None:
    for (kind, x, _), parts in sorted(upright.items(), key=lambda item: item[0]):
        low = min(min(part[:2]) for part in parts)
        high = max(max(part[:2]) for part in parts)
        if low != high:
            why = tuple(dict.fromkeys(_why(part[2], names) for part in parts))
            sheet.lines.append(Line(kind, ((x, low), (x, high)), False, why))


def _dots(
    sheet: Sheet,
    level: Mapping[tuple[str, float, str], list[tuple[float, float, Flow, bool]]],
    upright: Mapping[tuple[str, float, str], list[tuple[float, float, Flow]]],
) -> None:
    """A dot where lines join, so that a join is told from a crossing."""
    for (kind, x, target), parts in sorted(upright.items(), key=lambda item: item[0]):
        ends = [y for part in parts for y in part[:2]]
        for y in sorted(set(ends)):
            arms = (y > min(ends)) + (y < max(ends))
            for (other, height, _), pieces in level.items():
                if other == kind and height == y and any(part[2].target == target for part in pieces):
                    arms += len({side for part in pieces for side in _sides(part, x)})
            if arms > 2:
                sheet.dots.append((kind, x, y))


def _sides(part: tuple[float, float, Flow, bool], x: float) -> set[str]:
    low, high = sorted(part[:2])
    return ({"left"} if low < x <= high else set()) | ({"right"} if low <= x < high else set())


def _why(flow: Flow, names: Mapping[str, str]) -> str:
    return f"{names[flow.source]} → {names[flow.target]}: {flow.why}"
