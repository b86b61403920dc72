"""What the billing services promise. The series are explained in docs/slos.md."""

from typing import Any, Final

from components.slo.definition import ServiceLevel
from components.slo.kinds import availability, completeness, latency, never_above, never_counts

_API: Final[dict[str, Any]] = {"service": "api", "owner": "payments"}
_WEBHOOKS: Final[dict[str, Any]] = {"service": "webhooks", "owner": "integrations"}
_PAYOUTS: Final[dict[str, Any]] = {"service": "payouts", "owner": "payments"}
_LEDGER: Final[dict[str, Any]] = {"service": "ledger", "owner": "ledger"}

_READING: Final = "GET|HEAD|OPTIONS"  # safe methods: RFC 9110, section 9.2.1
_CHARGES: Final = 'service="api",route="charge"'
_WEBHOOK_BACKLOG_S: Final = 900
# In hundredths of the settlement currency: beyond it, waiting for tomorrow's file costs more than a night's sleep.
_UNMATCHED_LIMIT: Final = 1_000_000

API: Final[tuple[ServiceLevel, ...]] = (
    availability(
        **_API,
        id="api-write-availability",
        objective_percent=99.95,
        matchers=f'service="api",method!~"{_READING}"',
        description="Charges, subscriptions and refunds are answered without a failure of ours, measured at the edge.",
    ),
    availability(
        **_API,
        id="api-read-availability",
        objective_percent=99.9,
        matchers=f'service="api",method=~"{_READING}"',
        description="Reads are answered without a failure of ours, measured at the edge.",
    ),
    latency(
        **_API,
        id="charge-latency",
        objective_percent=99,
        threshold_s=2.5,
        matchers=_CHARGES,
        description="A charge is answered within 2.5 s.",
    ),
    never_above(
        **_API,
        id="dispute-deadline",
        value="dispute_deadlines_at_risk",
        alert_class="money",
        runbook="dispute-deadline",
        description="Evidence of a dispute, or a refund, is not sent 48 h before the network's deadline.",
    ),
)

WEBHOOKS: Final[tuple[ServiceLevel, ...]] = (
    latency(
        **_WEBHOOKS,
        id="webhook-delivery",
        objective_percent=99.9,
        threshold_s=60,
        durations="webhook_delivery_duration_seconds",
        runbook="webhook-backlog",
        description="The first attempt to deliver an event ends within 60 s of its commit.",
    ),
    availability(
        **_WEBHOOKS,
        id="webhook-attempts",
        objective_percent=99.9,
        events="webhook_deliveries_total",
        bad='outcome="error"',
        description="A first attempt does not fail by our fault.",
    ),
    never_above(
        **_WEBHOOKS,
        id="webhook-backlog",
        value="webhook_oldest_undelivered_seconds",
        limit=_WEBHOOK_BACKLOG_S,
        runbook="webhook-backlog",
        description="The oldest event that nobody has tried to deliver is older than 15 minutes.",
    ),
    completeness(
        **_WEBHOOKS,
        id="webhook-completeness",
        objective_percent=99.99,
        events="webhook_events_settled_total",
        bad='outcome="late"',
        windows=("1d", "3d"),
        runbook="webhook-backlog",
        description="An event is delivered, or put away with an alert, within 24 h.",
    ),
    never_counts(
        **_WEBHOOKS,
        id="webhook-never-lost",
        counter="webhook_events_lost_total",
        runbook="webhook-backlog",
        description="An event was neither delivered nor put away.",
    ),
)

PAYOUTS: Final[tuple[ServiceLevel, ...]] = (
    completeness(
        **_PAYOUTS,
        id="payout-timeliness",
        objective_percent=99.9,
        events="payouts_submitted_total",
        bad='cut_off="missed"',
        low_traffic_bad=1,  # they are few, and each is a merchant who waits a day longer
        alert_class="money",
        runbook="payout-at-risk",
        description="A payout is submitted before the cut-off of its rail.",
    ),
    never_above(
        **_PAYOUTS,
        id="payout-due-unsent",
        value="payouts_due_unsent",
        alert_class="money",
        runbook="payout-at-risk",
        description="A payout that is due is not sent 30 minutes before the cut-off of its rail.",
    ),
    completeness(
        **_PAYOUTS,
        id="reconciliation",
        objective_percent=99.9,
        events="reconciliation_settled_minor_units_total",
        bad='matched="late"',
        windows=("3d",),
        low_traffic_bad=10_000,  # events are hundredths of the currency
        alert_class="money",
        runbook="reconciliation-gap",
        description="Of the value moved, the processor's record is matched within 24 h.",
    ),
    never_above(
        **_PAYOUTS,
        id="reconciliation-unmatched",
        value="reconciliation_unmatched_minor_units",
        limit=_UNMATCHED_LIMIT,
        alert_class="money",
        runbook="reconciliation-gap",
        description="More value than the limit has waited for its processor's record for more than 24 h.",
    ),
    latency(
        **_PAYOUTS,
        objective_percent=99,
        threshold_s=300,
        durations="job_duration_seconds",
        description="A batch is done within five minutes.",
    ),
)

LEDGER: Final[tuple[ServiceLevel, ...]] = (
    never_counts(
        **_LEDGER,
        id="ledger-balanced",
        counter="ledger_unbalanced_entries_total",
        alert_class="money",
        runbook="ledger-imbalance",
        description="An entry does not balance: stop payouts.",
    ),
    never_counts(
        **_LEDGER,
        id="ledger-chain-verified",
        counter="ledger_chain_breaks_total",
        alert_class="money",
        runbook="ledger-imbalance",
        description="The chain of entries does not verify: stop payouts.",
    ),
    availability(
        **_LEDGER,
        objective_percent=99.95,
        events="jobs_total",
        bad='outcome="failed"',
        runbook="queue-age",
        description="An entry is booked at the first attempt.",
    ),
    latency(
        **_LEDGER,
        objective_percent=99,
        threshold_s=30,
        durations="job_duration_seconds",
        runbook="queue-age",
        description="An entry is booked within 30 s.",
    ),
)
