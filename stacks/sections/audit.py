"""How long evidence is kept, and what locks it."""

from typing import Annotated, Literal

from pydantic import Field

from components.evidence.streams import AT_HAND_DAYS, LEAST_DAYS, RetentionClass
from components.retention import LogGroupDays
from stacks.reading import Check, Found
from stacks.sections.fields import Days, Strict

_STRICT = ("prod",)


class RetentionPeriods(Strict):
    activity: Annotated[int, Field(ge=1, le=4400)]
    """Trail, flow, DNS, configuration, access and cluster logs."""
    financial: Annotated[int, Field(ge=1, le=4400)]
    """The audit of databases of money, and the records of deployments."""

    def days(self) -> dict[RetentionClass, int]:
        return {"activity": self.activity, "financial": self.financial}


class Audit(Strict):
    retention_days: RetentionPeriods
    """How long evidence is kept, by its kind: components/evidence/streams.py tells which stream is of which."""
    archive_days: Days
    """After how many days it moves to cheaper storage, which still answers at once."""
    lock_mode: Literal["compliance", "governance"]
    """Whether the lock is lifted by nobody, root included, or by who may bypass governance."""
    lock_days: Days
    """How long nobody can delete or change any of it (Object Lock)."""
    landing_days: Days
    """How long AWS Config's files and access logs stay where they landed, after they were copied into the archive."""
    log_group_days: LogGroupDays
    """How long the trail's events stay where alarms see them, and errors of delivery where people see them."""


def _locked(environment: str, lock_mode: str, lock_days: int) -> Found:
    if environment in _STRICT and lock_mode != "compliance":
        allowed = f"compliance in {environment}: an administrator can lift governance"
        yield "audit.lock_mode", lock_mode, allowed, "set compliance"
    if environment not in _STRICT and (lock_mode, lock_days) != ("governance", 1):
        allowed = "governance for 1 day outside production: a lock that nobody can lift on what nobody needs"
        yield "audit.lock_days", f"{lock_mode}, {lock_days}", allowed, "set lock_mode governance and lock_days 1"


def _kept(environment: str, retention_days: RetentionPeriods, archive_days: int, lock_days: int) -> Found:
    for kind, days in retention_days.days().items():
        key = f"audit.retention_days.{kind}"
        if lock_days > days:
            yield "audit.lock_days", lock_days, f"at most {key} ({days})", "lower it, or keep evidence longer"
        least, why = LEAST_DAYS[kind]
        if environment in _STRICT and days < least:
            yield key, days, f"at least {least} in {environment}: {why}", f"set {least} or more"
    if archive_days >= retention_days.activity:
        allowed = f"less than audit.retention_days.activity ({retention_days.activity})"
        yield "audit.archive_days", archive_days, allowed, "lower it"
    if environment in _STRICT and archive_days < AT_HAND_DAYS:
        allowed = f"at least {AT_HAND_DAYS} in {environment}: PCI DSS 4.0.1, 10.5.1, three months at hand"
        yield "audit.archive_days", archive_days, allowed, f"set {AT_HAND_DAYS} or more"


def _seen(environment: str, log_group_days: int) -> Found:
    least, why = LEAST_DAYS["activity"]
    if environment in _STRICT and log_group_days < least:
        yield "audit.log_group_days", log_group_days, f"at least {least} in {environment}: {why}", "set 365 or more"


CHECKS: tuple[Check, ...] = (
    (("environment", "audit.lock_mode", "audit.lock_days"), _locked),
    (("environment", "audit.retention_days", "audit.archive_days", "audit.lock_days"), _kept),
    (("environment", "audit.log_group_days"), _seen),
)
