"""From points to bands: where something held, and where there is no data. A point tells of the step before it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from platformctl.slo_report.model import Band, Line

Span = tuple[float, float]
_SLACK = 1.5  # steps between two points that still belong together


def spans(points: Iterable[tuple[float, float]], step_s: float) -> Iterator[Span]:
    """Begin and end of each run of points above 0; a run ends where a point is missing."""
    begin = last = None
    for at, value in points:
        if begin is not None and last is not None and (value <= 0 or at - last > _SLACK * step_s):
            yield begin, last
            begin = None
        if value > 0:
            begin = at - step_s if begin is None else begin
            last = at
    if begin is not None and last is not None:
        yield begin, last


def gaps(line: Line, begin: float, end: float, step_s: float) -> tuple[Band, ...]:
    """Where the line has no points between begin and end, for longer than a step."""
    known = [(begin, begin), *((at - step_s, at) for at, _ in line.points), (end, end)]
    return tuple(
        Band(left, next_, "no data", "gap")
        for (_, left), (next_, _) in pairwise(known)
        if next_ - left > (_SLACK - 1) * step_s
    )


def pieces(line: Line, step_s: float) -> Iterator[Sequence[tuple[float, float]]]:
    """The line in parts that have no gap in them."""
    part: list[tuple[float, float]] = []
    for point in line.points:
        if part and point[0] - part[-1][0] > _SLACK * step_s:
            yield part
            part = []
        part.append(point)
    if part:
        yield part
