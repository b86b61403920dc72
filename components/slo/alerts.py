"""Alerts of a service level: its budget burns, it is spent, nothing measures it, or what must never happen did."""

from typing import Final

from components.alerting.rule import alert_rule
from components.slo.checks import figure
from components.slo.definition import ServiceLevel
from components.slo.rules import BROKEN, Rule, base_series, series
from components.slo.windows import Severity, Window, seconds

_SHORTEST_ABSENCE_S: Final = 120  # a restart of what measures calls nobody
_LONGEST_ABSENCE_S: Final = 3_600
_INVARIANT_ABSENCE_S: Final = 300


def burn_alert(level: ServiceLevel, window: Window) -> Rule:
    """Both windows burn faster than the factor, with enough bad events to be no chance (pyrra issue 1925)."""
    factor = window.factor(level.period_days)
    rates = [f"{series(level, f'slo:burn_rate:rate{one}')} > {figure(factor)}" for one in (window.long, window.short)]
    events = f"round({series(level, f'slo:bad_events:rate{window.long}')} * {seconds(window.long)})"
    enough = f"{events} >= {level.low_traffic_bad}"
    share = factor * seconds(window.long) / (level.period_days * 864)  # in percent: 86,400 s a day
    return _alert(
        level,
        "ErrorBudgetBurn",
        "\nand ".join((*rates, enough)),
        window.severity,
        f"{level.id} burns its error budget {figure(factor)} times too fast",
        f"In the last {window.long} {level.service} has spent {float(share):.3g} % or more of the error budget of"
        f" {level.period_days} days ({level.objective_percent:g} %), and it still does: {{{{ $value | humanize }}}}"
        " times what it may.",
        window=window.long,
    )


def exhausted_alert(level: ServiceLevel) -> Rule:
    left = series(level, "slo:error_budget_remaining:ratio")
    enough = f"round({series(level, 'slo:bad_events:period')}) >= {level.low_traffic_bad}"
    return _alert(
        level,
        "ErrorBudgetExhausted",
        f"{left} <= 0\nand {enough}",
        "ticket",
        f"{level.id} has no error budget left",
        f"More than {figure(100 * level.budget)} % of the events of {level.period_days} days were bad: until the budget"
        f" is back, only fixes of {level.service} are released.",
    )


def absent_alert(level: ServiceLevel) -> Rule:
    """No data is no good news: an objective on a series that is gone reads as kept (pyrra issue 448)."""
    watched = series(level, BROKEN) if level.kind == "invariant" else base_series(level, "total_events")
    return _alert(
        level,
        "SliAbsent",
        f"absent({watched})",
        level.severity,
        f"nothing measures {level.id}",
        f"The series that {level.id} of {level.service} is computed from are gone: whether it is kept is not known, and"
        " none of its other alerts can fire.",
        runbook="sli-absent",
        for_s=absence_s(level),
    )


def invariant_alert(level: ServiceLevel) -> Rule:
    """At the first breach, and for a while after it, so that it is seen."""
    return _alert(
        level,
        "InvariantBroken",
        f"max_over_time({series(level, BROKEN)}[{level.latch_s}s]) > 0",
        level.severity,
        f"{level.id} is broken",
        f"What must never happen in {level.service} did within the last {level.latch_s // 60} minutes."
        f" {level.description}".rstrip(),
    )


def absence_s(level: ServiceLevel) -> int:
    """How long without data would, were all of it bad, fire the most urgent alert: factor x budget x long window
    (pyrra, slo/slo.go, `AbsentDuration`), between two minutes and an hour. An invariant has no budget: five minutes.
    """
    if level.kind == "invariant":
        return _INVARIANT_ABSENCE_S
    first = level.alert_windows[0]
    burnt = float(first.factor(level.period_days) * level.budget) * seconds(first.long)
    return 60 * round(min(max(burnt, _SHORTEST_ABSENCE_S), _LONGEST_ABSENCE_S) / 60)


def _alert(
    level: ServiceLevel,
    name: str,
    expression: str,
    severity: Severity,
    summary: str,
    description: str,
    *,
    runbook: str = "",
    for_s: int = 0,
    **labels: str,
) -> Rule:
    return alert_rule(
        name,
        expression,
        severity=severity,
        owner=level.owner,
        alert_class=level.alert_class,
        runbook=runbook or level.runbook,
        summary=summary,
        description=description,
        service=level.service,
        holds=f"{for_s}s",
        slo=level.id,
        **labels,
    )
