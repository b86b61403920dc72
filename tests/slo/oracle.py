"""What must be firing and what must be recorded, worked out from a declaration and its traffic alone.

The table is the SRE workbook's ("Alerting on SLOs", 6: multiwindow, multi-burn-rate alerts): an alert fires while more
than `share` of the period's budget is being spent in the long window, and the short one agrees.
"""

from dataclasses import dataclass

from tests.slo.level import Level
from tests.slo.traffic import Traffic

MARGIN = 0.04  # of a limit: nearer than that, nothing is expected either way
ABSENT_S = 1800  # by then, whoever answers for a level without data was told


@dataclass(frozen=True)
class Burn:
    name: str
    long_s: int
    short_s: int
    severity: str
    share: float  # of the period's budget, spent in the long window

    def limit(self, level: Level) -> float:
        """The share of bad events above which it fires; 1 and more can never be."""
        allowed = (100 - level.objective_percent) / 100
        return self.share * level.period_days * 86400 / self.long_s * allowed


BURNS = (
    Burn("1h", 3600, 300, "page", 0.02),
    Burn("6h", 21600, 1800, "page", 0.05),
    Burn("1d", 86400, 7200, "ticket", 0.10),
    Burn("3d", 259200, 21600, "ticket", 0.10),
)


def burning(burn: Burn, level: Level, traffic: Traffic, at_s: float) -> bool | None:
    """None: too near to a limit to tell."""
    bad, total = traffic.events(at_s, burn.long_s)
    bad_short, total_short = traffic.events(at_s, burn.short_s)
    if not total or not total_short:
        return False
    limit = burn.limit(level)
    sides = [
        _above(bad / total, limit),
        _above(bad_short / total_short, limit),
        _above(bad, level.low_traffic_bad),
    ]
    return False if False in sides else None if None in sides else True


def settled(burn: Burn, level: Level, traffic: Traffic, at_s: float, since_s: float) -> bool | None:
    """As `burning`, where it has been so for `since_s`: an alert may wait, and lags by an evaluation."""
    now, before = (burning(burn, level, traffic, one) for one in (at_s, at_s - since_s))
    return now if now == before else None


def remaining(level: Level, traffic: Traffic, at_s: float) -> float | None:
    """Of the budget, 1 when all is left; None without events."""
    bad, total = traffic.events(at_s, level.period_days * 86400)
    return 1 - bad / total / ((100 - level.objective_percent) / 100) if total else None


def absent(traffic: Traffic, at_s: float) -> bool | None:
    """Whether nothing was scraped for the last half hour; None when that is so for a part of it."""
    pieces = {
        phase.gone
        for phase, end in zip(traffic.phases, traffic.ends(), strict=True)
        if end > at_s - ABSENT_S and end - phase.length_s < at_s
    }
    return pieces.pop() if len(pieces) == 1 else None


def _above(value: float, limit: float) -> bool | None:
    return value > limit if abs(value - limit) > MARGIN * limit else None
