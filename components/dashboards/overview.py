"""All promises at a glance: which are kept, which are in danger, and who is called."""

from components.dashboards.model import Dashboard, Limit, Panel, Promql, Section, Variable
from components.dashboards.promises import alerts, budget_left, burn_rates, worst_first

_CHOSEN = 'owner=~"$owner",service=~"$service"'


def overview(low: float) -> Dashboard:
    return Dashboard(
        uid="billing-service-levels",
        title="Service levels",
        says="Every service level of the environment, the worst first.",
        tags=("billing", "slo"),
        from_="now-30d",
        variables=(
            Variable(
                name="owner",
                label="Team",
                says="Who answers for the service level",
                query="label_values(slo:objective:ratio, owner)",
                all=True,
            ),
            Variable(
                name="service",
                label="Service",
                says="What the service level is of",
                query='label_values(slo:objective:ratio{owner=~"$owner"}, service)',
                all=True,
            ),
        ),
        sections=(
            Section("At a glance", tuple(_counts(low))),
            Section("Service levels", (worst_first(_CHOSEN, low),)),
            Section(
                "Over time",
                (budget_left(_CHOSEN, low), burn_rates(_CHOSEN), alerts(_CHOSEN)),
            ),
        ),
    )


def _counts(low: float) -> list[Panel]:
    left = f"slo:error_budget_remaining:ratio{{{_CHOSEN}}}"
    firing = f'ALERTS{{alertstate="firing",{_CHOSEN},severity="page"}}'
    measured = "slo:error_ratio:rate1h or slo:invariant_broken:bool"
    rows = (
        ("Service levels", f"count(slo:objective:ratio{{{_CHOSEN}}})", "Promises that are recorded here.", ()),
        ("Budgets used up", f"count({left} <= 0) or vector(0)", "Only fixes are released to these.", (Limit(1),)),
        (
            f"Budgets below {low:.0%}",
            f"count({left} < {low:g} and {left} > 0) or vector(0)",
            "Their releases in the standard lane need an approval.",
            (Limit(1, "care"),),
        ),
        (
            "Not measured",
            f"count(slo:objective:ratio{{{_CHOSEN}}} unless on (slo) ({measured})) or vector(0)",
            "Service levels without a single event in an hour: no data is not 100 %.",
            (Limit(1),),
        ),
        ("Pages firing", f"count({firing}) or vector(0)", "Somebody has been called.", (Limit(1),)),
    )
    runbooks = {"Not measured": "sli-absent"}
    return [
        Panel(
            title=title,
            says=says,
            unit="none",
            kind="number",
            queries=(Promql(expression=expression, legend=title),),
            limits=limits,
            decimals=0,
            width=5 if title != "Service levels" else 4,
            height=4,
            runbook=runbooks.get(title, "error-budget-burning"),
        )
        for title, expression, says, limits in rows
    ]
