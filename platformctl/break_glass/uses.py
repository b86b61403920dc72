"""The uses of an environment's role for emergencies, and what may follow what."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from platformctl.errors import CommandError, Exit
from platformctl.locks.book import Document
from platformctl.locks.owner import person
from platformctl.locks.protocol import shown
from platformctl.locks.store import Store, parsed

SCHEMA = 1
SESSION = timedelta(hours=1)  # components/access_roles.py, _EMERGENCY_S: the longest that the role lets anybody stay
REVIEWED_WITHIN = timedelta(days=1)  # docs/foundation.md


@dataclass(frozen=True)
class Review:
    """What came of looking at a use, and who looked."""

    owner: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Use:
    """One time that somebody took the role: the session ends at `ends`, by AWS's clock, whatever else fails."""

    number: int
    owner: str
    reason: str
    ticket: str
    at: datetime
    ends: datetime
    told: tuple[str, ...]  # the approvers
    review: Review | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        review = self.review
        looked = {"owner": review.owner, "outcome": review.outcome, "at": review.at.isoformat()} if review else None
        times = {"at": self.at.isoformat(), "ends": self.ends.isoformat()}
        return {**self.__dict__, **times, "told": list(self.told), "review": looked}


@dataclass(frozen=True)
class Uses:
    """All uses, the first one first."""

    uses: tuple[Use, ...] = ()

    @property
    def unreviewed(self) -> Use | None:
        """The use that blocks the next; there is one at most."""
        return next((use for use in self.uses if use.review is None), None)

    def dumps(self) -> bytes:
        """The document that is stored."""
        return json.dumps({"schema": SCHEMA, "uses": [use.as_dict() for use in self.uses]}, indent=1).encode()

    @classmethod
    def loads(cls, content: bytes | None, place: str) -> "Uses":
        """The uses in a document; none where there is none. CommandError for what nobody here wrote."""
        if content is None:
            return cls()
        complaint = (
            f"the uses of break-glass in {place} cannot be read ({{why}}). Put the last good version back: the bucket"
            " keeps all of them"
        )
        return parsed(content, SCHEMA, lambda document: cls(tuple(_use(one) for one in document["uses"])), complaint)


def book(store: Store, project: str, environment: str) -> Document[Uses]:
    """Where the uses of an environment are written down."""
    return Document(store, f"break-glass/{project}/{environment}", environment, Uses.loads)


def opened(uses: Uses, owner: str, reason: str, ticket: str, told: tuple[str, ...], now: datetime, name: str) -> Uses:
    """The uses with one more. Raises CommandError (exit code 1) while an earlier one is not reviewed."""
    if earlier := uses.unreviewed:
        raise CommandError(
            f"break-glass of {name} is not opened: use {earlier.number} by {earlier.owner} at {shown(earlier.at)}"
            f" ({earlier.ticket}: {earlier.reason}) is not reviewed. Somebody else closes it with `platformctl"
            f" break-glass close {name} --outcome WHAT`",
            Exit.FINDINGS,
        )
    use = Use(len(uses.uses) + 1, owner, reason, ticket, now, now + SESSION, told)
    return Uses((*uses.uses, use))


def closed(uses: Uses, owner: str, outcome: str, now: datetime, name: str) -> Uses:
    """The uses with the last one reviewed. Raises CommandError where there is none to review, while its session may
    still be used, and for who used it.
    """
    use = uses.unreviewed
    if use is None:
        raise CommandError(f"no use of break-glass of {name} waits for a review")
    if person(use.owner) == person(owner):
        raise CommandError(f"use {use.number} of {name} is reviewed by somebody else than {owner}, who made it")
    if now < use.ends:
        raise CommandError(f"use {use.number} of {name} is reviewed when its session is over, at {shown(use.ends)}")
    return Uses((*uses.uses[:-1], replace(use, review=Review(owner, outcome, now))))


def overdue(uses: Uses, now: datetime) -> bool:
    """Whether a review should have been closed by now."""
    use = uses.unreviewed
    return use is not None and now >= use.ends + REVIEWED_WITHIN


def _use(document: dict[str, Any]) -> Use:
    review = document["review"]
    texts = {name: str(document[name]) for name in ("owner", "reason", "ticket")}
    return Use(
        number=int(document["number"]),
        at=_time(document["at"]),
        ends=_time(document["ends"]),
        told=tuple(document["told"]),
        review=Review(review["owner"], review["outcome"], _time(review["at"])) if review else None,
        **texts,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
