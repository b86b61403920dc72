"""What is left of an error budget over its period, and when it will be spent.

The counts are sums of five-minute sums that do not overlap, so that they are right however often rules are evaluated,
and for a service that is younger than its period.
"""

from components.slo.checks import figure
from components.slo.definition import ServiceLevel
from components.slo.rules import BROKEN, Rule, record, series
from components.slo.windows import SECONDS

_STEP_S = 300


def period_rules(level: ServiceLevel) -> list[Rule]:
    """Counts of the period, the share of the budget that is left (below 0: overspent), and the forecast."""
    bad, total = (series(level, f"slo:{name}:period") for name in ("bad_events", "total_events"))
    left, burn = series(level, "slo:error_budget_remaining:ratio"), series(level, "slo:burn_rate:rate6h")
    spent = f"{bad} / ({total} > 0) / {figure(level.budget)}"
    period_s = level.period_days * SECONDS["d"]
    return [
        *(
            record(level, f"slo:{name}:period", f"{_over(level, f'slo:{name}:rate5m')} * {_STEP_S}")
            for name in ("total_events", "bad_events")
        ),
        record(level, "slo:error_budget_remaining:ratio", f"1 - {spent} or {total} * 0 + 1"),
        record(level, "slo:error_budget_exhausted_in:seconds", f"clamp_min({left}, 0) * {period_s} / ({burn} > 0)"),
    ]


def broken_rule(level: ServiceLevel) -> Rule:
    """In how many five minutes of the period an invariant was broken."""
    return record(level, "slo:bad_events:period", _over(level, BROKEN))


def _over(level: ServiceLevel, name: str) -> str:
    return f"sum_over_time({series(level, name)}[{level.period_days}d:{_STEP_S}s])"
