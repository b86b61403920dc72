"""What is kept as evidence: every stream of the archive, where it lies, for how long, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.retention import Lifetime

RetentionClass = Literal["activity", "financial"]
StreamName = Literal[
    "trail",
    "flow",
    "dns",
    "config",
    "access",
    "kubernetes",
    "postgres",
    "deployments",
]
ACCESS_LOG_PREFIX = "access/"  # below it, a folder for every bucket whose accesses are logged
LOAD_BALANCER_LOG_PREFIX = f"{ACCESS_LOG_PREFIX}load-balancers/"  # and in this one a folder for every load balancer
AT_HAND_DAYS = 90  # "at least the most recent three months immediately available": PCI DSS 4.0.1, 10.5.1

# What production keeps at the least, and why. Have counsel confirm the financial one for each country.
LEAST_DAYS: Mapping[RetentionClass, tuple[int, str]] = {
    "activity": (365, "PCI DSS 4.0.1, 10.5.1: twelve months of audit logs"),
    # Books and records: ten years that begin with the end of the calendar year. Vouchers: eight, since 2025 (BEG IV).
    "financial": (4018, "section 147 (3) and (4) AO, with GoBD on records of changes: ten years from the year's end"),
}


@dataclass(frozen=True)
class Stream:
    """A kind of evidence. `prefix`: of its objects' keys, in which {account} is the account's id."""

    prefix: str
    kept_as: RetentionClass
    what: str


STREAMS: Mapping[StreamName, Stream] = {
    "trail": Stream("trail/", "activity", "CloudTrail: who called which API, insights and digests"),
    # Where AWS puts these two in a bucket: TrafficLogs gives the bucket's ARN alone.
    "flow": Stream("AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/", "activity", "VPC flow logs"),
    "dns": Stream("AWSLogs/{account}/vpcdnsquerylogs/", "activity", "names that were asked for in the VPC"),
    "config": Stream("config/", "activity", "AWS Config: how every resource was configured, and when"),
    "access": Stream(ACCESS_LOG_PREFIX, "activity", "access logs of every bucket and every load balancer"),
    "kubernetes": Stream("kubernetes/", "activity", "the cluster's control plane: who asked it for what"),
    "postgres": Stream("postgres/", "financial", "pgaudit: who changed which data of money"),
    "deployments": Stream("deployments/", "financial", "what was deployed, who approved it and what was checked"),
}


def prefix(stream: StreamName, account_id: str) -> str:
    return STREAMS[stream].prefix.format(account=account_id)


def lifetimes(
    account_id: str, retention_days: Mapping[RetentionClass, int], archive_days: int | None
) -> tuple[Lifetime, ...]:
    """How long each stream's objects are kept; `archive_days` only where they outlive it."""
    kept = {name: retention_days[stream.kept_as] for name, stream in STREAMS.items()}
    return tuple(
        Lifetime(
            id=name,
            prefix=prefix(name, account_id),
            expire_days=days,
            archive_days=archive_days if archive_days is not None and archive_days < days else None,
        )
        for name, days in kept.items()
    )
