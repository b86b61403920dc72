"""The stories that every service level with a budget must survive, each a stretch of traffic and moments to look."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.slo.level import Level
from tests.slo.oracle import BURNS, Burn
from tests.slo.traffic import Phase, Traffic

MINUTE, HOUR = 60, 3600
SCRAPE_S = 15
ABOVE, BELOW = 1.5, 0.9  # times a limit
MOST_EVALUATE_S = 300  # between evaluations: as far as Prometheus looks back for the last sample of a series


@dataclass(frozen=True)
class Case:
    """`evaluate_s`: between evaluations of the rules. `looks`: seconds at which what fires is compared."""

    name: str
    traffic: Traffic
    looks: tuple[int, ...]
    evaluate_s: int


def cases(level: Level) -> Iterator[Case]:
    for burn in BURNS:
        if burn.limit(level) * ABOVE < 1:
            yield _limit(burn, level)
    yield _weighted(level)
    yield _no_data(level)
    yield _restarts(level)
    yield _night(level)
    yield _idle(level)


def _limit(burn: Burn, level: Level) -> Case:
    """Just below the limit, above it until the long window says so too, healthy again: of a service that is young, so
    that what the long window has seen is short.
    """
    limit, short_s = burn.limit(level), burn.short_s
    per_s = _busy(level, limit, short_s)
    phases = (
        Phase(round(short_s * 1.5), per_s, BELOW * limit),
        Phase(short_s * 2, per_s, ABOVE * limit),
        Phase(round(short_s * 1.4), per_s),
    )
    return _case(f"burn-{burn.name}", min(short_s // 10, MOST_EVALUATE_S), phases)


def remembered(burn: Burn, level: Level) -> Case:
    """As long as the long window lasts it remembers, and afterwards it has forgotten: months of tests for one level."""
    limit, step = burn.limit(level), min(burn.short_s // 10, MOST_EVALUATE_S)
    per_s = _busy(level, limit, burn.short_s)
    phases = (
        Phase(burn.short_s, per_s),
        Phase(burn.long_s // 2, per_s, 1.8 * limit),
        Phase(burn.long_s // 2 - burn.short_s, per_s),
        Phase(burn.short_s, per_s, 1.3 * limit),  # the long window is below: 0.9 and what is new
        Phase(burn.long_s // 2, per_s),
        Phase(burn.short_s, per_s, 1.3 * limit),
    )
    return _case(f"remembered-{burn.name}", step, phases)


def _weighted(level: Level) -> Case:
    """A quiet hour of many errors and a busy one of none: the mean of both ratios is far above that of all requests."""
    limit = BURNS[0].limit(level)
    bad = min(0.9, 6 * limit)
    per_s = _busy(level, bad, HOUR)
    phases = (Phase(45 * MINUTE, per_s * 20), Phase(10 * MINUTE, per_s, bad))
    return _case("weighted", MINUTE, phases)


def _no_data(level: Level) -> Case:
    """Nothing is scraped from the beginning; then everything is; then nothing again."""
    gone = Phase(31 * MINUTE, gone=True)
    return _case("no-data", MINUTE, (gone, Phase(31 * MINUTE), gone))


def _restarts(level: Level) -> Case:
    """Every counter begins again at 0, twice: neither a burst of events nor of errors."""
    calm = 0.2 * min(burn.limit(level) for burn in BURNS)
    again = Phase(5 * MINUTE, bad=calm, restarts=True)
    return _case("restarts", MINUTE, (Phase(40 * MINUTE, bad=calm), again, again))


def _night(level: Level) -> Case:
    """One bad event of three in an hour is far above every limit, and no reason to wake anybody."""
    quiet, event = Phase(20 * MINUTE, 0.0), Phase(MINUTE, 1 / MINUTE)
    error = Phase(MINUTE, 1 / MINUTE, bad=1.0)
    return _case("night", MINUTE, (quiet, event, quiet, event, quiet, error, Phase(2 * MINUTE, 0.0), quiet))


def _idle(level: Level) -> Case:
    """No events at all, of pods that are scraped."""
    return _case("idle", MINUTE, (Phase(20 * MINUTE), Phase(70 * MINUTE, 0.0), Phase(10 * MINUTE)))


def _busy(level: Level, bad: float, window_s: int) -> float:
    """Events a second with which the fewest bad events that count are many times exceeded."""
    return max(1.0, 20 * level.low_traffic_bad / (bad * window_s))


def _case(name: str, evaluate_s: int, phases: tuple[Phase, ...]) -> Case:
    traffic = Traffic(SCRAPE_S, phases)
    return Case(name, traffic, tuple(traffic.ends()), evaluate_s)
