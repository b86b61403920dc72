"""How long evidence is kept."""

from stacks.reading import Check, Found
from stacks.sections.fields import Days, Strict

_SHORTEST_RETENTION_DAYS = {"prod": (365, "PCI DSS 10.5.1 asks for twelve months of audit logs")}


class Audit(Strict):
    retention_days: Days
    """How long network and DNS logs are kept."""
    archive_days: Days
    """After how many days they move to cheaper storage, which still answers at once."""
    lock_days: Days
    """How long nobody, root included, can delete or change them (Object Lock, compliance mode)."""
    access_log_days: Days
    """How long the access logs of the buckets are kept."""


def _log_lifetimes(environment: str, retention_days: int, archive_days: int, lock_days: int) -> Found:
    if lock_days > retention_days:
        yield (
            "audit.lock_days",
            lock_days,
            f"at most audit.retention_days ({retention_days})",
            "lower it, or keep logs longer",
        )
    if archive_days >= retention_days:
        yield (
            "audit.archive_days",
            archive_days,
            f"less than audit.retention_days ({retention_days})",
            "lower it",
        )
    shortest, why = _SHORTEST_RETENTION_DAYS.get(environment, (1, ""))
    if retention_days < shortest:
        yield (
            "audit.retention_days",
            retention_days,
            f"at least {shortest} in {environment}: {why}",
            f"set {shortest} or more",
        )


CHECKS: tuple[Check, ...] = (
    (("environment", "audit.retention_days", "audit.archive_days", "audit.lock_days"), _log_lifetimes),
)
