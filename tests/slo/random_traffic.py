"""Requests that come at random, some of which fail: counters of a service as they are scraped."""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

DAY_S = 86_400
Rate = Callable[[float], float]


@dataclass(frozen=True)
class Incident:
    """From `start_s` on for `length_s`, of all requests `errors` fail (0 to 1)."""

    start_s: float
    length_s: float
    errors: float

    @property
    def end_s(self) -> float:
        return self.start_s + self.length_s


@dataclass(frozen=True)
class Counted:
    """What happened in each interval between scrapes: (good, bad)."""

    step_s: int
    intervals: tuple[tuple[int, int], ...]

    def between(self, start_s: float, end_s: float) -> tuple[int, int]:
        """(bad, total) of the intervals that lie in it."""
        chosen = self.intervals[max(0, math.floor(start_s / self.step_s)) : max(0, math.ceil(end_s / self.step_s))]
        return sum(bad for _, bad in chosen), sum(good + bad for good, bad in chosen)

    def good(self) -> str:
        """Samples in promtool's notation, from 0 on."""
        return " ".join(map(str, _sums((good for good, _ in self.intervals), 0)))

    def bad(self) -> str:
        """As `good`, but born with the first that is bad, as series of clients' libraries are."""
        return " ".join(str(value) if value else "_" for value in _sums((bad for _, bad in self.intervals), 0))


def daily(mean: float, swing: float = 0.6) -> Rate:
    """Requests a second, fewest at night: from mean x (1 - swing) to mean x (1 + swing)."""
    return lambda at_s: mean * (1 - swing * math.cos(2 * math.pi * at_s / DAY_S))


def counted(
    source: random.Random, rate: Rate, length_s: int, step_s: int, errors: float, incidents: Iterable[Incident] = ()
) -> Counted:
    """`errors`: the share of requests that fail without any incident."""
    told = tuple(incidents)
    return Counted(
        step_s, tuple(_interval(source, rate, at, step_s, errors, told) for at in range(0, length_s, step_s))
    )


def _interval(
    source: random.Random, rate: Rate, at_s: int, step_s: int, errors: float, incidents: tuple[Incident, ...]
) -> tuple[int, int]:
    events = _poisson(source, rate(at_s) * step_s)
    share = errors
    for one in incidents:
        within = max(0.0, min(one.end_s, at_s + step_s) - max(one.start_s, at_s)) / step_s
        share += within * max(0.0, one.errors - errors)
    bad = min(events, events if share >= 1 else _poisson(source, events * share))
    return events - bad, bad


def _poisson(source: random.Random, mean: float) -> int:
    if mean > 30:  # where the normal distribution is as good
        return max(0, round(source.gauss(mean, math.sqrt(mean))))
    count, product, limit = 0, source.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * source.random()
    return count


def _sums(values: Iterable[int], first: int) -> Iterator[int]:
    yield (so_far := first)
    for value in values:
        yield (so_far := so_far + value)
