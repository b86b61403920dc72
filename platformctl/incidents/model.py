"""An incident as data: its window, what happened in it, and what could not be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from policies.credentials import kind_of

SCHEMA = 1
SEVERITIES: Mapping[str, str] = {  # docs/runbooks/README.md
    "sev1": "money is wrong or may be, charges fail, data or a credential is exposed, or data may be lost",
    "sev2": "customers notice something or would soon, or protection is gone",
    "sev3": "nobody notices, and it needs a person today",
}
ROLES = ("commander", "operations", "communication", "scribe")


@dataclass(frozen=True)
class Window:
    """From when until when, both in UTC and both included."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment <= self.until

    def overlaps(self, begin: datetime, end: datetime | None) -> bool:
        """Whether anything of it lies inside; `end` None: it lasts."""
        return begin <= self.until and (end is None or end >= self.since)


def without_credentials(said: str) -> str:
    """Somebody's words, or what stands in for them where they hold a credential: a document is sent around."""
    kind = kind_of("", said)
    return f"(left out: it holds what looks like a credential, {kind})" if kind else said


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `source`: change, alert, lock, break-glass, or person for what somebody wrote."""

    at: datetime
    source: str
    what: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", without_credentials(self.what))

    def as_dict(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "source": self.source, "what": self.what}


@dataclass(frozen=True)
class Cause:
    """Something that was changed: what may have made the trouble."""

    at: datetime
    what: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", without_credentials(self.what))


@dataclass(frozen=True)
class Source:
    """Where something was asked for. `problem`: why its answer is missing, empty when it is whole."""

    name: str
    place: str
    found: int = 0
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        state = "missing" if self.problem else "read"
        return {"name": self.name, "place": self.place, "state": state, "found": self.found, "problem": self.problem}


@dataclass(frozen=True)
class Alerted:
    """An alert that fired, once. `began` None: before the window; `ended` None: it fired still at its end."""

    labels: Mapping[str, str]
    summary: str
    runbook: str
    began: datetime | None
    ended: datetime | None

    @property
    def name(self) -> str:
        return self.labels.get("alertname", "(without a name)")


@dataclass(frozen=True)
class Spent:
    """What one objective lost in the window. `spent`: share of the period's whole budget; None where it has none, or
    where that cannot be calculated. Events are counted from rates, so they are about right.
    """

    slo: str
    service: str
    bad: float
    total: float | None
    spent: float | None
    left: float | None

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Gathered:
    """Everything that was found; `drift` is what a report of `platformctl drift` lists, without values."""

    entries: Sequence[Entry] = ()
    causes: Sequence[Cause] = ()
    alerts: Sequence[Alerted] = ()
    impact: Sequence[Spent] = ()
    drift: Sequence[Mapping[str, str]] = ()
    sources: Sequence[Source] = ()


@dataclass(frozen=True)
class Incident:
    """`roles`: who has each, empty for nobody yet. `written`: by whom and when."""

    title: str
    environment: str
    severity: str
    window: Window
    written_at: datetime
    written_by: str
    gathered: Gathered
    roles: Mapping[str, str] = field(default_factory=dict)
