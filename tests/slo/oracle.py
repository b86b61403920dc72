"""What must be firing and what must be recorded, worked out from a declaration and its traffic alone: nothing here is
taken from what makes the rules.

The table is the SRE workbook's ("Alerting on SLOs", 6: multiwindow, multi-burn-rate alerts): an alert fires while more
than `share` of the period's budget is being spent in the long window, and the short one agrees.
"""

from dataclasses import dataclass

from components.slo.definition import ServiceLevel
from tests.slo.traffic import Traffic

MARGIN = 0.04  # of a limit: nearer than that, nothing is expected either way
ABSENT_S = 3900  # by then, whoever answers for a level without data was told; at most an hour, and evaluations
KNOWN_S = 600  # and so long after data is back, nobody is told any more


@dataclass(frozen=True)
class Burn:
    name: str
    long_s: int
    short_s: int
    severity: str
    share: float  # of the period's budget, spent in the long window

    def limit(self, level: ServiceLevel) -> float:
        """The share of bad events above which it fires; 1 and more can never be. Never below the budget itself: at
        that rate it lasts for all of a short period.
        """
        allowed = (100 - level.objective_percent) / 100
        return max(1.0, self.share * level.period_days * 86400 / self.long_s) * allowed


BURNS = (
    Burn("1h", 3600, 300, "page", 0.02),
    Burn("6h", 21600, 1800, "page", 0.05),
    Burn("1d", 86400, 7200, "ticket", 0.10),
    Burn("3d", 259200, 21600, "ticket", 0.10),
)


def burns(level: ServiceLevel) -> tuple[Burn, ...]:
    return tuple(burn for burn in BURNS if burn.name in level.windows)


def burning(burn: Burn, level: ServiceLevel, traffic: Traffic, at_s: float) -> bool | None:
    """None: too near to a limit to tell."""
    bad, total = traffic.events(at_s, burn.long_s)
    bad_short, total_short = traffic.events(at_s, burn.short_s)
    if not total or not total_short:
        return False
    limit = burn.limit(level)
    sides = [
        _above(bad / total, limit),
        _above(bad_short / total_short, limit),
        bad > level.low_traffic_bad if abs(bad - level.low_traffic_bad) > level.low_traffic_bad / 10 else None,
    ]
    return False if False in sides else None if None in sides else True


def settled(burn: Burn, level: ServiceLevel, traffic: Traffic, at_s: float, since_s: float) -> bool | None:
    """As `burning`, where it has been so for `since_s`: an alert may wait, and lags by an evaluation."""
    now, before = (burning(burn, level, traffic, one) for one in (at_s, at_s - since_s))
    return now if now == before else None


def remaining(level: ServiceLevel, traffic: Traffic, at_s: float) -> float | None:
    """Of the budget, 1 when all is left; None without events."""
    bad, total = traffic.events(at_s, level.period_days * 86400)
    return 1 - bad / total / ((100 - level.objective_percent) / 100) if total else None


def absent(traffic: Traffic, at_s: float) -> bool | None:
    """Whether nothing was scraped for long enough to tell somebody; None while that is not to be said."""
    if not any(_scraped(traffic, at_s, ABSENT_S)):
        return True
    return False if all(_scraped(traffic, at_s, KNOWN_S)) else None


def _scraped(traffic: Traffic, at_s: float, window_s: float) -> list[bool]:
    stretches = zip(traffic.phases, traffic.ends(), strict=True)
    return [not one.gone for one, end in stretches if end > at_s - window_s and end - one.length_s < at_s]


def _above(value: float, limit: float) -> bool | None:
    if value >= 1 > limit:  # all events were bad, and nothing is more
        return True
    return value > limit if abs(value - limit) > MARGIN * limit else None
