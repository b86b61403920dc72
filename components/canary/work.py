"""What a service of each risk class does, in the series that it exports: all with the labels `service` and `hash`."""

from dataclasses import dataclass

from components.canary.plan import RiskClass


@dataclass(frozen=True, kw_only=True)
class Work:
    """`bad` matches the events of `total` that failed by our fault; `buckets` are of their duration in seconds.
    `pulled`: pods take it from a queue, so that what an arm gets follows from its pods and ends only with them.
    """

    total: str
    bad: str
    buckets: str
    availability: float  # objective over 30 days: what is below it burns the budget
    pulled: bool = False


REQUESTS, DURATIONS = "http_requests_total", "http_request_duration_seconds_bucket"
CHARGES, DELIVERIES = "charges_total", "webhook_deliveries_total"
APPROVED = 'outcome="approved"'
FAILED_BY_PROCESSOR = 'outcome="processor_error"'  # not declines, which are the issuers' and vary from hour to hour
NOT_DELIVERED = 'outcome!="delivered"'  # refused by receivers, too: the arms have the same ones

# Objectives: 99.95 % of writes, 99.9 % of reads, of first attempts of webhooks and of jobs.
WORK: dict[RiskClass, Work] = {
    "payment-write": Work(total=REQUESTS, bad='code=~"5.."', buckets=DURATIONS, availability=0.9995),
    "read": Work(total=REQUESTS, bad='code=~"5.."', buckets=DURATIONS, availability=0.999),
    "webhook-out": Work(
        total=DELIVERIES,
        bad='outcome="error"',
        buckets="webhook_delivery_duration_seconds_bucket",
        availability=0.999,
        pulled=True,
    ),
    "worker": Work(
        total="jobs_total",
        bad='outcome="failed"',
        buckets="job_duration_seconds_bucket",
        availability=0.999,
        pulled=True,
    ),
}
