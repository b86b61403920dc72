"""Panels of service levels, from the recorded series alone: which ones, say the label matchers."""

from components.dashboards.model import Limit, Panel, Promql
from components.slo.windows import WINDOWS

_PERIOD_DAYS = 30  # of which the factors are drawn
_PAGING = {one.long: float(one.factor(_PERIOD_DAYS)) for one in WINDOWS if one.severity == "page"}
_FASTEST, _SLOWEST = max(_PAGING.values()), min(_PAGING.values())
_BURNING = "error-budget-burning"


def promises(matchers: str, low: float) -> tuple[Panel, ...]:
    """What a section on service levels shows. `low`: share of a budget from which on little is left."""
    return (budget_left(matchers, low), burn_rates(matchers), errors_allowed(matchers), alerts(matchers))


def budget_left(matchers: str, low: float) -> Panel:
    return Panel(
        title="Error budget left",
        says=f"Share of the period's error budget that is left. Below {low:.0%}, and more so below 0, the policy asks"
        " more of a release.",
        unit="percentunit",
        queries=(Promql(expression=f"slo:error_budget_remaining:ratio{{{matchers}}}", legend="{{slo}}", many=True),),
        limits=_of_budget(low),
        most=1,
        runbook=_BURNING,
    )


def burn_rates(matchers: str) -> Panel:
    """By the windows that page; a burn rate of 1 uses up the budget by the end of the period."""
    told = " or ".join(f"{factor:g} in {window}" for window, factor in _PAGING.items())
    return Panel(
        title="Burn rate",
        says=f"How many times faster than planned the budget is used up: {told} page; 1 would use up all of it by the"
        " end of the period.",
        unit="none",
        queries=tuple(
            Promql(expression=f"slo:burn_rate:rate{window}{{{matchers}}}", legend=f"{{{{slo}}}} {window}", many=True)
            for window in _PAGING
        ),
        limits=(Limit(_SLOWEST, "care"), Limit(_FASTEST)),
        least=0,
        decimals=1,
        runbook=_BURNING,
    )


def errors_allowed(matchers: str) -> Panel:
    return Panel(
        title="Bad events in an hour, and what the objective allows",
        says="Share of bad events of the last hour, beside the share that the objective allows over the whole period.",
        unit="percentunit",
        queries=(
            Promql(expression=f"slo:error_ratio:rate1h{{{matchers}}}", legend="{{slo}}", many=True),
            Promql(expression=f"1 - slo:objective:ratio{{{matchers}}}", legend="{{slo}} allowed", many=True),
        ),
        least=0,
        runbook=_BURNING,
    )


def alerts(matchers: str, width: int = 8) -> Panel:
    return Panel(
        title="Alerts",
        says="Alerts that are firing. Each names its own runbook; a page is somebody's work now.",
        unit="none",
        kind="states",
        queries=(
            Promql(
                expression=f'max by (alertname, severity, service) (ALERTS{{alertstate="firing",{matchers}}})',
                legend="{{alertname}} {{service}} ({{severity}})",
                many=True,
            ),
        ),
        silence="none is firing",
        width=width,
        runbook=_BURNING,
    )


def worst_first(matchers: str, low: float) -> Panel:
    """All service levels as a table, sorted by what is left of their budgets."""
    columns = (
        ("slo:error_budget_remaining:ratio", "budget left", "percentunit", _of_budget(low)),
        ("slo:objective:ratio", "objective", "percentunit", ()),
        ("slo:burn_rate:rate1h", "burn 1h", "none", (Limit(_PAGING["1h"]),)),
        ("slo:burn_rate:rate6h", "burn 6h", "none", (Limit(_PAGING["6h"]),)),
        ("slo:error_budget_exhausted_in:seconds", "used up in", "s", ()),
        ("slo:bad_events:period", "bad events", "short", ()),
        ("slo:total_events:period", "events", "short", ()),
    )
    return Panel(
        title="All service levels, the worst first",
        says="What is left of each budget, how fast it burns, and when it would be used up at the rate of the last six"
        " hours; empty while nothing burns.",
        unit="none",
        kind="table",
        queries=tuple(
            Promql(expression=f"{name}{{{matchers}}}", legend=legend, many=True, unit=unit, limits=limits)
            for name, legend, unit, limits in columns
        ),
        rows=("slo", "service", "owner"),
        width=24,
        height=14,
        runbook=_BURNING,
    )


def _of_budget(low: float) -> tuple[Limit, ...]:
    return (Limit(low, "care", below=True), Limit(0.0, below=True))
