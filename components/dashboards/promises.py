"""Panels of service levels, from the recorded series alone: which ones, say the label matchers."""

from components.dashboards.model import Limit, Panel, Promql

# Burn rates at which alerts fire, by window and with who is told: Google, "The Site Reliability Workbook", chapter 5.
BURN_RATES = {"1h": (14.4, "page"), "6h": (6.0, "page"), "1d": (3.0, "ticket"), "3d": (1.0, "ticket")}
LITTLE_LEFT = 0.25  # of the budget: from there on the standard lane of releases needs an approval
_BURNING = "error-budget-burning"
_BUDGET = (Limit(LITTLE_LEFT, "care", below=True), Limit(0.0, below=True))


def promises(matchers: str) -> tuple[Panel, ...]:
    """What a section on service levels shows."""
    return (budget_left(matchers), burn_rates(matchers), errors_allowed(matchers), alerts(matchers))


def budget_left(matchers: str, width: int = 8) -> Panel:
    return Panel(
        title="Error budget left",
        says="Share of the period's error budget that is left. Below 25 % the standard lane of releases needs an"
        " approval; below 0 only fixes are released.",
        unit="percentunit",
        queries=(Promql(expression=f"slo:error_budget_remaining:ratio{{{matchers}}}", legend="{{slo}}", many=True),),
        limits=_BUDGET,
        most=1,
        width=width,
        runbook=_BURNING,
    )


def burn_rates(matchers: str) -> Panel:
    """By the windows that page; a burn rate of 1 uses up the budget by the end of the period."""
    paging = [window for window, (_, told) in BURN_RATES.items() if told == "page"]
    return Panel(
        title="Burn rate",
        says="How many times faster than planned the budget is used up. 14.4 in an hour or 6 in six hours page; 1 would"
        " use up all of it by the end of the period.",
        unit="none",
        queries=tuple(
            Promql(expression=f"slo:burn_rate:rate{window}{{{matchers}}}", legend=f"{{{{slo}}}} {window}", many=True)
            for window in paging
        ),
        limits=(Limit(BURN_RATES["6h"][0], "care"), Limit(BURN_RATES["1h"][0])),
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


def worst_first(matchers: str) -> Panel:
    """All service levels as a table, sorted by what is left of their budgets."""
    columns = (
        ("slo:error_budget_remaining:ratio", "budget left", "percentunit", _BUDGET),
        ("slo:objective:ratio", "objective", "percentunit", ()),
        ("slo:burn_rate:rate1h", "burn 1h", "none", (Limit(BURN_RATES["1h"][0]),)),
        ("slo:burn_rate:rate6h", "burn 6h", "none", (Limit(BURN_RATES["6h"][0]),)),
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
