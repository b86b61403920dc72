"""The flow of money: charges, the ledger, webhooks, payouts, and the queues between them."""

from collections.abc import Mapping, Sequence

from components.alarms import Alarm
from components.canary.work import CHARGES, DELIVERIES, FAILED_BY_PROCESSOR
from components.dashboards.model import RATE, Dashboard, Limit, Panel, Promql, Section
from components.dashboards.promises import alerts
from components.dashboards.watched import watched

_OF_QUEUES = {"ApproximateNumberOfMessagesVisible": "queue-age"}


def money(queues: Mapping[str, Sequence[Alarm]]) -> Dashboard:
    """`queues`: the alarms of each."""
    return Dashboard(
        uid="billing-money-flow",
        title="Money flow",
        says="From a charge to the ledger, the merchant's webhook and the payout.",
        tags=("billing", "money"),
        sections=(
            Section("What must never happen", _invariants()),
            Section("Charges", (_charges(), _approved(), _processor())),
            Section("Webhooks, entries and payouts", (_webhooks(), _jobs(), _failed_jobs())),
            Section("What waits", _waiting()),
            *(
                Section(f"Queue {name}", tuple(watched(alarms_of, _OF_QUEUES, "queue-age")))
                for name, alarms_of in queues.items()
            ),
        ),
    )


def _invariants() -> tuple[Panel, ...]:
    broken = Panel(
        title="Invariants that are broken",
        says="Promises without a budget, by name: 1 while one is broken. Nothing here may ever be.",
        unit="none",
        queries=(Promql(expression="slo:invariant_broken:bool", legend="{{slo}}", many=True),),
        limits=(Limit(1),),
        least=0,
        width=12,
        runbook="ledger-imbalance",
    )
    rows = (
        ("Unbalanced entries", "ledger_unbalanced_entries_total", "Debit and credit differ: payouts are stopped."),
        ("Charges captured twice", "duplicate_capture_total", "A customer paid twice: refund, and find out why."),
        ("Repeats answered otherwise", "idempotency_conflict_total", "The same key had two answers: one is wrong."),
    )
    counts = (
        Panel(
            title=title,
            says=f"In a day. {says} The first one pages.",
            unit="short",
            kind="number",
            queries=(Promql(expression=f"sum(increase({name}[1d]))", legend=title),),
            limits=(Limit(1),),
            decimals=0,
            width=8,
            height=4,
            runbook="ledger-imbalance",
        )
        for title, name, says in rows
    )
    return (*counts, broken, alerts('class="money"', width=12))


def _charges() -> Panel:
    return _by_outcome("Charges", "Charges a second by what became of them.", CHARGES)


def _webhooks() -> Panel:
    return _by_outcome(
        "Webhooks",
        "First attempts a second. `refused` is the receiver's fault, `error` ours.",
        DELIVERIES,
        "webhook-backlog",
    )


def _by_outcome(title: str, says: str, series: str, runbook: str = "bad-release") -> Panel:
    expression = f"sum by (outcome) (rate({series}[{RATE}]))"
    query = Promql(expression=expression, legend="{{outcome}}", many=True)
    return Panel(title=title, says=says, unit="eps", queries=(query,), least=0, runbook=runbook)


def _approved() -> Panel:
    asked = f"sum(rate({CHARGES}[{RATE}]))"
    approved = f'sum(rate({CHARGES}{{outcome="approved"}}[{RATE}]))'
    return Panel(
        title="Approved by issuers",
        says="Share of charges that were approved, now and a week ago: it has its hours and weekdays.",
        unit="percentunit",
        queries=(
            Promql(expression=f"{approved} / ({asked} > 0)", legend="now"),
            Promql(
                expression=f'sum(rate({CHARGES}{{outcome="approved"}}[{RATE}] offset 1w))'
                f" / (sum(rate({CHARGES}[{RATE}] offset 1w)) > 0)",
                legend="a week ago",
            ),
        ),
        most=1,
        runbook="bad-release",
    )


def _processor() -> Panel:
    failed, asked = (f"sum(rate({CHARGES}{more}[{RATE}]))" for more in (f"{{{FAILED_BY_PROCESSOR}}}", ""))
    return Panel(
        title="Failed by the processor",
        says="Share of charges that the processor failed, which no issuer has seen.",
        unit="percentunit",
        queries=(Promql(expression=f"({failed} or 0 * {asked}) / ({asked} > 0)", legend="failed"),),
        least=0,
        runbook="error-budget-burning",
    )


def _jobs() -> Panel:
    return Panel(
        title="Jobs",
        says="Payouts made and entries booked, a second.",
        unit="eps",
        queries=(Promql(expression=f"sum by (service) (rate(jobs_total[{RATE}]))", legend="{{service}}", many=True),),
        least=0,
        runbook="payout-at-risk",
    )


def _failed_jobs() -> Panel:
    return Panel(
        title="Jobs that failed, in an hour",
        says="Each is tried again; what fails to the end is a dead letter.",
        unit="short",
        queries=(
            Promql(
                expression='sum by (service) (increase(jobs_total{outcome="failed"}[1h]))',
                legend="{{service}}",
                many=True,
            ),
        ),
        limits=(Limit(1, "care"),),
        least=0,
        runbook="payout-at-risk",
    )


def _waiting() -> tuple[Panel, ...]:
    """The raw series of the service levels on money that waits: docs/slos.md."""
    rows = (
        ("Oldest webhook", "Seconds since the oldest undelivered event", "s", "webhook_oldest_undelivered_seconds"),
        ("Payouts due and unsent", "Half an hour before the cut-off of their rail", "short", "payouts_due_unsent"),
        (
            "Unmatched value",
            "Minor units that no processor record matches",
            "short",
            "reconciliation_unmatched_minor_units",
        ),
        (
            "Disputes at risk",
            "Whose evidence is not sent 48 h before the deadline",
            "short",
            "dispute_deadlines_at_risk",
        ),
    )
    runbooks = ("webhook-backlog", "payout-at-risk", "reconciliation-gap", "dispute-deadline")
    return tuple(
        Panel(
            title=title,
            says=f"{says}. From where on it is too much, its service level says.",
            unit=unit,
            queries=(Promql(expression=f"max({name})", legend="the worst"),),
            least=0,
            width=6,
            runbook=runbook,
        )
        for (title, says, unit, name), runbook in zip(rows, runbooks, strict=True)
    )
