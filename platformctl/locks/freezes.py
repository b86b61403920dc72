"""Whether an environment is frozen at a time, until when, and who let a change through all the same."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from platformctl.errors import CommandError, Exit
from platformctl.locks.owner import person
from platformctl.locks.protocol import shown

AHEAD = timedelta(days=400)  # a yearly one is in it


@dataclass(frozen=True)
class Frozen:
    """One window: from `since`, until `until`, the first moment after it."""

    freeze: str
    reason: str
    since: datetime
    until: datetime

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "since": self.since.isoformat(), "until": self.until.isoformat()}


@dataclass(frozen=True)
class Override:
    """A change in a freeze: why, who approved it, who made it, when by the store's clock, and what it overrode."""

    reason: str
    approver: str
    owner: str
    at: datetime
    freezes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "at": self.at.isoformat(), "freezes": list(self.freezes)}


def windows(settings: Any, after: datetime, before: datetime) -> list[Frozen]:
    """All windows of the environment of which a part lies between the two, earliest first."""
    changes = getattr(settings, "changes", None)  # the foundation's settings have none: administrators change it
    freezes = changes.freezes if changes else {}
    found = [
        Frozen(name, freeze.reason, since, until)
        for name, freeze in freezes.items()
        for since, until in freeze.windows(after, before)
    ]
    return sorted(found, key=lambda one: (one.since, one.until, one.freeze))


def in_force(settings: Any, now: datetime) -> list[Frozen]:
    """The windows that hold now: the first moment counts, the end does not."""
    around = windows(settings, now, now + timedelta(microseconds=1))
    return [one for one in around if one.since <= now < one.until]


def following(settings: Any, now: datetime) -> Frozen | None:
    """The window that begins next."""
    return next((one for one in windows(settings, now, now + AHEAD) if one.since > now), None)


def open_again(settings: Any, now: datetime) -> datetime:
    """When the next change is let through: the end of what holds now and of all that begins before that ends."""
    end = now
    for one in windows(settings, now, now + AHEAD):
        if one.since <= end < one.until:
            end = one.until
    return end


def refusal(name: str, settings: Any, now: datetime, frozen: Sequence[Frozen]) -> CommandError:
    """Says what is in force and what lets a change through all the same."""
    why = "; ".join(f"{one.freeze} ({one.reason}) since {shown(one.since)}" for one in frozen)
    approvers = ", ".join(settings.changes.approvers)
    return CommandError(
        f"{name} is frozen until {shown(open_again(settings, now))}: {why}.\nAn emergency goes through with --override"
        f" REASON --approver NAME, which is recorded and pages. Approvers: {approvers}",
        Exit.FINDINGS,
    )


def approved(approver: str, owner: str, settings: Any) -> str:
    """The approver; CommandError for one whom the settings do not name, or who would approve an own change."""
    known = settings.changes.approvers
    if approver not in known:
        raise CommandError(f"--approver must be one of {', '.join(known)}, got {approver!r}")
    if person(approver) == person(owner):
        raise CommandError(f"--approver must be somebody else than who makes the change ({owner})")
    return approver
