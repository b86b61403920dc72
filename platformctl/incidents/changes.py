"""Change records as entries of a timeline, and as what may have caused an incident."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from platformctl.incidents.model import Cause, Entry, Window

Record = Mapping[str, Any]


def entries(records: Iterable[Record], window: Window) -> Iterator[Entry]:
    """When each began and when it ended, as far as that lies in the window."""
    for record in records:
        begun, ended = _time(record["started_at"]), _time(record.get("ended_at"))
        if begun and window.holds(begun):
            yield Entry(begun, "change", f"{named(record)} began: {record.get('why') or 'no reason given'}")
        if ended and window.holds(ended):
            yield Entry(ended, "change", f"{named(record)} {record['outcome']}: {touched(record)}")
        elif begun and window.holds(begun) and ended is None:
            yield Entry(begun, "change", f"{named(record)} never said how it ended ({record['outcome']})")
        if begun and window.holds(begun):
            for passed in record.get("overrides") or ():
                yield Entry(begun, "change", f"{named(record)} passed a {passed['kind']}: {passed['reason']}")


def causes(records: Iterable[Record], window: Window) -> Iterator[Cause]:
    """Whatever touched something and began before the window's end, also long before the window."""
    for record in records:
        begun = _time(record["started_at"])
        if begun and begun <= window.until and _touches(record):
            yield Cause(begun, f"{named(record)}: {record.get('why') or 'no reason given'} ({touched(record)})")


def named(record: Record) -> str:
    """`change 12 (up at 1a2b3c4 by ada)`; one of the foundation says so."""
    where = f" of {record['environment']}" if "/" in record["environment"] else ""
    commit = (record["what"].get("commit") or "")[:12]
    at = f" at {commit}" if commit else ""
    return f"change {record['sequence']}{where} ({record['command']}{at} by {record['who']['name']})"


def touched(record: Record) -> str:
    """`3 update, 1 create`, without what stayed the same."""
    counted = record["what"].get("counts") or {}
    return ", ".join(f"{number} {how}" for how, number in counted.items() if how != "same") or "nothing touched"


def _touches(record: Record) -> bool:
    """A record that knows no changes may still be of one that a kill left without a word: its steps tell."""
    return bool(record["what"].get("changes") or (record.get("engine") or {}).get("steps"))


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) else None
