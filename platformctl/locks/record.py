"""What is written down of an environment's lock, and its JSON form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from platformctl.locks.store import parsed

SCHEMA = 1
NOTED = 50  # of what happened last; the bucket keeps every version of the record besides
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A command that changes the environment. Its lease ends when it is not renewed: platformctl.locks.lease."""

    owner: str
    reason: str
    token: int
    since: datetime
    renewed: datetime  # by the store's clock, never ahead of it
    attempt: str  # tells one's own write, whose answer was lost, from that of another
    process: str  # on which machine and which: platformctl.locks.owner
    passing: str = ""  # why it passed a person's lock


@dataclass(frozen=True)
class Hold:
    """A person's lock: no command changes the environment until then."""

    owner: str
    reason: str
    token: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Note:
    """One thing that happened: what is a verb, such as `locked`."""

    at: datetime
    owner: str
    what: str
    reason: str
    token: int


@dataclass(frozen=True)
class Record:
    """The lock of one environment. `token` is the highest that was ever given: it only grows."""

    token: int = 0
    running: Running | None = None
    hold: Hold | None = None
    notes: tuple[Note, ...] = ()  # oldest first

    def dumps(self) -> bytes:
        """The document that is stored."""
        document = {
            "schema": SCHEMA,
            "token": self.token,
            "running": as_dict(self.running),
            "hold": as_dict(self.hold),
            "notes": [as_dict(note) for note in self.notes],
        }
        return json.dumps(document, indent=1).encode()

    @classmethod
    def loads(cls, content: bytes | None, place: str) -> "Record":
        """The record in a document; an empty one where there is none. CommandError for what nobody here wrote."""
        if content is None:
            return cls()
        complaint = (
            f"the record of the lock in {place} cannot be read ({{why}}), so nothing is changed. Put its last good"
            " version back: the bucket keeps all of them"
        )
        return parsed(content, SCHEMA, cls._of, complaint)

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> "Record":
        return cls(
            int(document["token"]),
            _made(Running, document["running"]),
            _made(Hold, document["hold"]),
            tuple(note for note in (_made(Note, one) for one in document["notes"]) if note),
        )


def as_dict(thing: Running | Hold | Note | None) -> dict[str, Any] | None:
    """The JSON form: fields by name, times as ISO 8601 in UTC."""
    if thing is None:
        return None
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _made(kind: type[T], document: Mapping[str, Any] | None) -> T | None:
    if document is None:
        return None
    times = {field.name for field in fields(kind) if field.type is datetime}  # type: ignore[arg-type]
    known = {field.name: document[field.name] for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _time(value) if name in times else value for name, value in known.items()})


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return time.astimezone(UTC)
