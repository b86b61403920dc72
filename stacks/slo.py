"""What the platform itself promises, and all service levels of an environment. Loads no SDK: the command line runs it.

The series are explained in docs/slos.md.
"""

from typing import Any, Final

from components.slo.definition import ServiceLevel
from components.slo.kinds import availability, freshness, latency, never_above, never_counts
from components.slo.manifest import check_ids
from stacks.services import SERVICES

_DATABASE: Final[dict[str, Any]] = {"service": "database", "owner": "platform-engineering", "alert_class": "database"}
_AUDIT: Final[dict[str, Any]] = {
    "service": "audit",
    "owner": "platform-engineering",
    "alert_class": "audit",
    "runbook": "audit-pipeline-gap",
}
_RELEASES: Final[dict[str, Any]] = {
    "service": "releases",
    "owner": "platform-engineering",
    "runbook": "bad-release",
    "matchers": "",
}
_RESTORABLE_AGE_S: Final = "time() - database_latest_restorable_timestamp_seconds"
_RESTORABLE_PAGE_S: Final = 1_200
_COPY_AGE_S: Final = "time() - max by (vault) (backup_newest_copy_timestamp_seconds)"
_COPY_PAGE_S: Final = 26 * 3_600  # a day and two hours: the daily copy is late, and not only slow

DATABASE: Final = (
    freshness(
        **_DATABASE,
        id="replica-lag",
        objective_percent=99.9,
        age_s="database_replica_lag_seconds",
        limit_s=5,
        windows=("6h",),
        runbook="replica-lag",
        description="In each minute replicas are at most 5 s behind.",
    ),
)
RECOVERY: Final = (
    freshness(
        **_DATABASE,
        id="recoverability",
        objective_percent=99.9,
        age_s=_RESTORABLE_AGE_S,
        limit_s=600,
        runbook="recovery-point-old",
        description="In each minute every database can be restored to a moment of the last ten.",
    ),
    never_above(
        **_DATABASE,
        id="recovery-point",
        value=_RESTORABLE_AGE_S,
        limit=_RESTORABLE_PAGE_S,
        runbook="recovery-point-old",
        description="A database can only be restored to a moment more than 20 minutes ago.",
    ),
    never_above(
        **_DATABASE,
        id="backup-copy",
        value=_COPY_AGE_S,
        limit=_COPY_PAGE_S,
        runbook="recovery-point-old",
        description="The newest copy in a vault is more than 26 h old.",
    ),
)
AUDIT: Final = (
    latency(
        **_AUDIT,
        id="audit-delivery",
        objective_percent=99.9,
        threshold_s=900,
        durations="audit_delivery_duration_seconds",
        matchers="",
        description="An event is in the locked archive within 15 minutes of its commit.",
    ),
    never_counts(
        **_AUDIT,
        id="audit-sequence",
        counter="audit_sequence_gaps_total",
        matchers="",
        description="A sequence number of the audit record is missing.",
    ),
    never_counts(
        **_AUDIT,
        id="audit-digests",
        counter="audit_digest_failures_total",
        matchers="",
        description="A digest of the audit record does not verify.",
    ),
)
RELEASES: Final = (
    availability(
        **_RELEASES,
        id="release-aborts",
        objective_percent=99,
        events="release_aborts_total",
        bad='within_60s="false"',
        windows=("3d",),
        low_traffic_bad=1,
        description="An aborted release has no traffic within 60 s.",
    ),
    availability(
        **_RELEASES,
        id="release-hotfixes",
        objective_percent=95,
        events="releases_total",
        bad='hotfixed="true"',
        windows=("3d",),
        low_traffic_bad=4,  # two hotfixes, which two exporters tell of
        description="A change needs no hotfix.",
    ),
)

PLATFORM_LEVELS: Final = (*DATABASE, *RECOVERY, *AUDIT, *RELEASES)
SERVICE_LEVELS: Final[tuple[ServiceLevel, ...]] = (
    *(level for service in SERVICES for level in service.service_levels),
    *PLATFORM_LEVELS,
)
check_ids(SERVICE_LEVELS)


def rule_file() -> dict[str, Any]:
    """All rules, as promtool and Prometheus read a file of them."""
    from components.slo.groups import groups

    return {"groups": groups(SERVICE_LEVELS)}


def openslo_files() -> dict[str, list[dict[str, Any]]]:
    """All service levels as OpenSLO documents, by file name."""
    from components.slo.openslo.export import files

    return files(SERVICE_LEVELS)


def read_openslo(documents: list[Any], owner: str | None) -> tuple[list[ServiceLevel], list[str]]:
    """What OpenSLO documents mean here, and notes on what is not taken over; ValueError for what means nothing."""
    from components.slo.openslo.reading import read

    found = read(documents, owner)
    return found.levels, found.notes
