"""What a service promises that promises nothing else, by its risk class."""

from components.canary.plan import RiskClass
from components.canary.work import WORK
from components.slo.definition import ServiceLevel
from components.slo.kinds import availability, latency

LATENCY_S = 2.5
_LATENCY_PERCENT = 99.0


def standard_levels(service: str, owner: str, risk: RiskClass) -> tuple[ServiceLevel, ...]:
    """That its work does not fail by its fault, and is done in time."""
    work, whose = WORK[risk], {"service": service, "owner": owner}
    return (
        availability(**whose, objective_percent=round(100 * work.availability, 6), events=work.total, bad=work.bad),
        latency(
            **whose,
            objective_percent=_LATENCY_PERCENT,
            threshold_s=LATENCY_S,
            durations=work.buckets.removesuffix("_bucket"),
        ),
    )
