"""Plots as data for the page: paths in a square of 100 by 100, which the page stretches, and what lies over them.

Only lines are SVG; texts, bands and marks are elements of the page over it, so that they keep their size on a phone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from platformctl.slo_report import words
from platformctl.slo_report.bands import pieces
from platformctl.slo_report.model import Band, Level, Line, Report
from platformctl.slo_report.scale import Rates, Shares, Times

Place = tuple[float, float]
_NEAR = 0.12  # percent of the plot's height that a line may be beside a point
_THIN = 0.35  # percent of the width that a band has at least, to be seen


@dataclass(frozen=True)
class Path:
    """`dots`: lone points, which a line would not show."""

    css: str
    data: str
    dots: tuple[tuple[float, float], ...] = ()
    area: str = ""


@dataclass(frozen=True)
class Strip:
    left: float
    width: float
    band: Band


@dataclass(frozen=True)
class Plot:
    """`says`: the plot in words, for who does not see it."""

    name: str
    says: str
    paths: tuple[Path, ...]
    rows: tuple[tuple[float, str, str], ...]
    columns: tuple[tuple[float, str], ...]
    strips: tuple[Strip, ...]
    legend: tuple[tuple[str, str], ...] = ()


def plots(level: Level, report: Report) -> list[Plot]:
    """Of the budget and of the burn rates; of an invariant, when it was broken. None without any data."""
    times = Times(report.begin.timestamp(), report.end.timestamp())
    if level.invariant:
        return [_invariant(level, report, times)] if level.broken.points else []
    return [_budget(level, report, times), _burns(level, report, times)] if level.budget.points else []


def _budget(level: Level, report: Report, times: Times) -> Plot:
    values = [value for _, value in level.budget.points]
    shares = Shares(min(values), report.low)
    last = f"{words.share(values[-1])} at the end, {words.share(min(values))} at the least"
    path = _path(level.budget, "budget", times, shares.y, report.step_s, shares.y(max(shares.bottom, 0.0)))
    return Plot(
        "Budget left",
        f"Error budget of {level.slo} left over the period: {last}.",
        (path,),
        tuple(shares.ticks()),
        tuple(times.ticks()),
        tuple(_strips(level, report, times)),
    )


def _burns(level: Level, report: Report, times: Times) -> Plot:
    peaks = {window: max((value for _, value in line.points), default=0.0) for window, line in level.burns.items()}
    rates = Rates(max(peaks.values(), default=0.0))
    told = ", ".join(f"{peak:.1f} in {window}" for window, peak in peaks.items())
    paths = [_path(line, f"burn-{window}", times, rates.y, report.step_s) for window, line in level.burns.items()]
    return Plot(
        "Burn rate",
        f"Burn rates of {level.slo} over the period, at the most {told}; alerts fire from 6 and from 14.4.",
        tuple(paths),
        tuple(rates.ticks()),
        tuple(times.ticks()),
        tuple(_strips(level, report, times)),
        tuple((f"burn-{window}", f"of {window}") for window in level.burns),
    )


def _invariant(level: Level, report: Report, times: Times) -> Plot:
    spans = [at for at, value in level.broken.points if value > 0]
    told = (
        f"broken in {len(spans)} of {len(level.broken.points)} steps" if spans else "never broken while it was measured"
    )
    path = _path(level.broken, "broken", times, lambda value: 88.0 - 76.0 * value, report.step_s, 88.0)
    rows = ((12.0, "broken", "stop"), (88.0, "holds", ""))
    return Plot(
        "Held",
        f"{level.slo}: {told}.",
        (path,),
        rows,
        tuple(times.ticks()),
        tuple(_strips(level, report, times)),
    )


def _strips(level: Level, report: Report, times: Times) -> Iterator[Strip]:
    """Gaps below, then releases of the service, then alerts; those that call somebody on top."""
    releases = [band for band in report.releases if band.what == level.service]
    order = ("gap", "release", "ticket", "page")
    for band in sorted((*level.gaps, *releases, *level.alerts), key=lambda one: (order.index(one.level), one.begin)):
        left, right = times.x(band.begin), times.x(band.end)
        yield Strip(min(left, 100 - _THIN), max(right - left, _THIN), band)


def _path(
    line: Line, css: str, times: Times, y: Callable[[float], float], step_s: float, base: float | None = None
) -> Path:
    """`base`: down to which the area below the line is filled."""
    written, area, dots = [], [], []
    for part in pieces(line, step_s):
        places = [(times.x(at), y(value)) for at, value in part]
        if len(places) == 1:
            dots.append(places[0])
            continue
        kept = _thinned(places)
        text = "L".join(f"{_number(a)} {_number(b)}" for a, b in kept)
        written.append(f"M{text}")
        if base is not None:
            area.append(f"M{_number(kept[0][0])} {_number(base)}L{text}L{_number(kept[-1][0])} {_number(base)}Z")
    return Path(css, "".join(written), tuple(dots), "".join(area))


def _thinned(places: Sequence[Place]) -> list[Place]:
    """The points that the line needs to stay within `_NEAR` of all of them, by the algorithm of Douglas and Peucker
    ("Algorithms for the reduction of the number of points required ...", 1973): a month stays small.
    """
    kept = {0, len(places) - 1}
    left = [(0, len(places) - 1)]
    while left:
        first, last = left.pop()
        (x0, y0), (x1, y1) = places[first], places[last]
        far, at = max(
            (
                (abs(y0 + (y1 - y0) * (x - x0) / (x1 - x0) - y), first + 1 + n)
                for n, (x, y) in enumerate(places[first + 1 : last])
            ),
            default=(0.0, first),
        )
        if far > _NEAR:
            kept.add(at)
            left += [(first, at), (at, last)]
    return [places[at] for at in sorted(kept)]


def _number(value: float) -> str:
    return f"{round(value, 2):g}"


def days(level: Level, report: Report) -> list[tuple[str, str]]:
    """(css, words) of each day of the period: how fast the budget burned, or that nobody knows."""
    known = {round(at): value for at, value in level.days.points}
    begin, end = round(report.begin.timestamp()), round(report.end.timestamp())
    moments = range(end - (end - begin) // 86_400 * 86_400 + 86_400, end + 1, 86_400)
    return [_day(at, known) for at in moments]


def _day(at: int, known: Mapping[int, float]) -> tuple[str, str]:
    from datetime import UTC, datetime

    name = datetime.fromtimestamp(at, UTC).strftime("day to %-d %b %H:%M")
    if (rate := known.get(at)) is None:
        return "none", f"{name}: no data"
    css = next((css for most, css in ((0.1, "d0"), (1.0, "d1"), (3.0, "d2"), (14.4, "d3")) if rate <= most), "d4")
    return css, f"{name}: burned {rate:.2g} times what it may"


def listed(bands: Iterable[Band], most: int) -> tuple[list[Band], int]:
    """The latest `most` bands, and how many there are before them."""
    ordered = sorted(bands, key=lambda band: (-band.begin, band.what))
    return ordered[:most], max(0, len(ordered) - most)
