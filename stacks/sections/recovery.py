"""What may be lost, how long recovery may take, and how long backups are kept, for each class of data."""

from typing import Annotated, Literal

from pydantic import Field

from components.backup_rules import CONTINUOUS_RPO_MIN, HOURLY_RPO_MIN
from stacks.reading import Check, Found
from stacks.sections.fields import Days, Strict

BackedUp = Literal["internal", "personal", "financial"]
# What is promised in production: an RPO of 5 and an RTO of 60 minutes after a mistake, 4 hours after a lost region.
_LOOSEST = {"prod": {"financial": (5, 60, 120, 240), "personal": (5, 60, 1560, 480)}}
_LEAST_DAYS = {"prod": {"financial": 3650}}  # section 147 of the German fiscal code: ten years; have counsel confirm
_OBJECTIVES = ("rpo_minutes", "rto_minutes", "region_rpo_minutes", "region_rto_minutes")


class Recovery(Strict):
    """One class of data."""

    rpo_minutes: Annotated[int, Field(ge=CONTINUOUS_RPO_MIN, le=10_080)]
    """The most that may be lost after a mistake or the loss of a zone."""
    rto_minutes: Annotated[int, Field(ge=1, le=10_080)]
    """How long it may take to have it back."""
    region_rpo_minutes: Annotated[int, Field(ge=HOURLY_RPO_MIN, le=10_080)]
    """The most that may be lost with the whole region."""
    region_rto_minutes: Annotated[int, Field(ge=1, le=10_080)]
    """How long it may take in the other region."""
    daily_days: Days
    """How long daily backups are kept."""
    monthly_days: Days
    """How long monthly backups are kept."""


class Recoveries(Strict):
    classes: dict[BackedUp, Recovery]
    """By data class; what carries the tag `backup` with the class as its value is backed up."""
    immutable: bool
    """Nobody, root included, can shorten or delete backups once the vaults are three days old."""


def _promised(environment: str, classes: dict[str, Recovery]) -> Found:
    for data_class, loosest in _LOOSEST.get(environment, {}).items():
        if data_class not in classes:
            yield (
                f"recovery.classes.{data_class}",
                None,
                "objectives of the class",
                "add them: production promises some",
            )
            continue
        for name, most in zip(_OBJECTIVES, loosest, strict=True):
            value = getattr(classes[data_class], name)
            if value > most:
                allowed = f"at most {most} in {environment}: so it is promised"
                yield f"recovery.classes.{data_class}.{name}", value, allowed, "lower it"
    for data_class, least in _LEAST_DAYS.get(environment, {}).items():
        if data_class in classes and classes[data_class].monthly_days < least:
            value, allowed = classes[data_class].monthly_days, f"at least {least} in {environment}: ten years"
            yield f"recovery.classes.{data_class}.monthly_days", value, allowed, f"set {least} or more"


def _in_order(classes: dict[str, Recovery]) -> Found:
    for data_class, one in classes.items():
        if one.daily_days > one.monthly_days:
            key, allowed = f"recovery.classes.{data_class}.daily_days", f"at most monthly_days ({one.monthly_days})"
            yield key, one.daily_days, allowed, "keep monthly backups longer"


def _lasting(environment: str, immutable: bool) -> Found:
    if immutable is not (environment == "prod"):
        allowed = "true in prod, where an administrator must not be able to delete them, and false elsewhere"
        yield "recovery.immutable", immutable, allowed, "correct it: what cannot be deleted is paid for to the end"


CHECKS: tuple[Check, ...] = (
    (("environment", "recovery.classes"), _promised),
    (("recovery.classes",), _in_order),
    (("environment", "recovery.immutable"), _lasting),
)
