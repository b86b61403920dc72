"""What every service level with a budget must survive: stretches of traffic, after each of which is looked."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from components.slo.definition import ServiceLevel
from tests.slo.gauges import gauge
from tests.slo.oracle import ABSENT_S, Burn, burns
from tests.slo.traffic import Phase, Traffic

MINUTE, HOUR, DAY = 60, 3600, 86400
SCRAPE_S = 15
ABOVE, BELOW = 1.5, 0.9  # times a limit
MOST_EVALUATE_S = 300  # between evaluations: as far as Prometheus looks back for the last sample of a series


@dataclass(frozen=True)
class Story:
    """`evaluate_s`: between evaluations of the rules."""

    name: str
    traffic: Traffic
    evaluate_s: int


def stories(level: ServiceLevel) -> Iterator[Story]:
    """What every alert of a level with a budget must do and must not do, in hours of its rules."""
    if gauge(level.bad):
        yield from (_slices(burn, level) for burn in burns(level))
        yield _no_data(1 / MINUTE)
        return
    yield from (_limit(burn, level, _young_s(burn)) for burn in burns(level))
    yield _weighted(level)
    yield _no_data()
    yield _restarts(level)
    yield _night()
    yield _idle()


def long_stories(level: ServiceLevel) -> Iterator[Story]:
    """The same as long as windows really last: days of rules, so for few levels. Of the windows that are told apart by
    days, that the short one ends its alert; of all others, that the long one remembers, and forgets.
    """
    for burn in burns(level):
        yield _limit(burn, level, burn.short_s) if burn.long_s > DAY else _remembered(burn, level)


def _limit(burn: Burn, level: ServiceLevel, of_s: int) -> Story:
    """Just below the limit, above it until the long window says so too, healthy again: of a service that is young, so
    that all that the long window has seen are these few times `of_s`. Where that is less than the short window, both
    end the alert together.
    """
    limit, per_s = burn.limit(level), _busy(level, burn.limit(level), of_s)
    above = min(1.0, ABOVE * limit)
    # Until the mean of both exceeds the limit by enough; never longer than the window lasts.
    surely = 0.2 * limit / (above - 1.1 * limit) if above > 1.1 * limit else math.inf
    phases = (
        Phase(round(of_s * 1.2), per_s, BELOW * limit),
        Phase(round(min(of_s * 1.2 * max(1.0, surely), burn.long_s * 1.1)), per_s, above),
        Phase(round(of_s * 1.1) + 2 * MINUTE, per_s),
    )
    return _story(f"burn-{burn.name}", min(burn.short_s // 10, MOST_EVALUATE_S), phases)


def _slices(burn: Burn, level: ServiceLevel) -> Story:
    """Minutes are good or bad as time goes by, whatever the traffic: one bad sample of so many that it is below the
    limit, then three more; of short windows of minutes, also that they end it.
    """
    some = round(SCRAPE_S / (0.7 * burn.limit(level)) / MINUTE) * MINUTE
    phases = (
        Phase(some + SCRAPE_S, 1 / MINUTE),
        Phase(SCRAPE_S, 1 / MINUTE, bad=1),
        Phase(4 * MINUTE - 2 * SCRAPE_S, 1 / MINUTE),
        Phase(3 * SCRAPE_S, 1 / MINUTE, bad=1),
        Phase(4 * MINUTE + SCRAPE_S, 1 / MINUTE),
    )
    over = (Phase(burn.short_s, 1 / MINUTE),) if burn.short_s < HOUR else ()
    return _story(f"slices-{burn.name}", MINUTE, phases + over)


def _remembered(burn: Burn, level: ServiceLevel) -> Story:
    """Half of the long window far above the limit; then the short one ends the alert, a little more begins it again,
    and once the long one has forgotten, as much does not.
    """
    limit, short_s = burn.limit(level), burn.short_s
    per_s = _busy(level, limit, short_s)
    again = Phase(round(short_s * 1.1), per_s, min(1.0, 1.3 * limit))
    phases = (
        Phase(short_s, per_s),
        Phase(burn.long_s // 2, per_s, min(1.0, 2.2 * limit)),
        Phase(round(short_s * 1.4), per_s),
        Phase(burn.long_s // 2 - round(short_s * 3.4), per_s),
        again,
        Phase(burn.long_s * 2 // 3, per_s),
        again,
    )
    return _story(f"remembered-{burn.name}", min(short_s // 10, MOST_EVALUATE_S), phases)


def _weighted(level: ServiceLevel) -> Story:
    """A quiet hour of many errors and a busy one of none: the mean of both ratios is far above that of all requests."""
    limit = burns(level)[0].limit(level)
    bad = min(0.9, 6 * limit)
    per_s = _busy(level, bad, HOUR)
    phases = (Phase(44 * MINUTE, per_s * 20), Phase(10 * MINUTE, per_s, bad))
    return _story("weighted", 2 * MINUTE, phases)


def _no_data(per_s: float = 100) -> Story:
    """Nothing is scraped from the beginning; then everything is; then nothing again."""
    gone = Phase(ABSENT_S + MINUTE, gone=True)
    return _story("no-data", MOST_EVALUATE_S, (gone, Phase(20 * MINUTE, per_s), gone))


def _restarts(level: ServiceLevel) -> Story:
    """Half an hour after many errors one of two pods counts from 0 again, twice: neither events nor errors burst."""
    burst = min(0.9, 30 * burns(level)[0].limit(level))
    again = Phase(5 * MINUTE, restarts=True)
    return _story("restarts", MINUTE, (Phase(5 * MINUTE, bad=burst), Phase(33 * MINUTE), again, again))


def _night() -> Story:
    """One bad event of three in an hour is far above every limit, and no reason to wake anybody."""
    quiet, event = Phase(6 * MINUTE, 0.0), Phase(MINUTE, 1 / MINUTE)
    error = Phase(MINUTE, 1 / MINUTE, bad=1.0)
    return _story("night", MINUTE, (quiet, event, quiet, event, quiet, error, Phase(2 * MINUTE, 0.0), quiet))


def _idle() -> Story:
    """No events at all, of pods that are scraped."""
    return _story("idle", MOST_EVALUATE_S, (Phase(20 * MINUTE), Phase(70 * MINUTE, 0.0), Phase(10 * MINUTE)))


def _young_s(burn: Burn) -> int:
    """Short windows of minutes as they are; of hours, as little as is seen of them in a dozen evaluations."""
    return burn.short_s if burn.short_s < HOUR else min(burn.short_s // 3, HOUR)


def _busy(level: ServiceLevel, bad: float, window_s: int) -> float:
    """Events a second with which the fewest bad events that count are many times exceeded."""
    return max(1.0, 20 * level.low_traffic_bad / (bad * window_s))


def _story(name: str, evaluate_s: int, phases: tuple[Phase, ...]) -> Story:
    return Story(name, Traffic(SCRAPE_S, phases), evaluate_s)
