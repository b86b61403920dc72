"""A lock's record for people and machines."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from platformctl.locks import protocol
from platformctl.locks.record import Record, as_dict

COLUMNS = ("environment", "held by", "owner", "reason", "age", "until", "token")


def document(name: str, record: Record, now: datetime) -> dict[str, Any]:
    """The JSON form: what is in force at `now`, and what happened last."""
    running, held = protocol.holder(record, now), protocol.hold(record, now)
    expires = {"expires": protocol.lease_end(running).isoformat()} if running else {}
    return {
        "environment": name,
        "now": now.isoformat(),
        "token": record.token,
        "running": {**(as_dict(running) or {}), **expires} if running else None,
        "hold": as_dict(held),
        "notes": [as_dict(note) for note in record.notes],
    }


def rows(name: str, record: Record, now: datetime) -> Iterator[tuple[str, ...]]:
    """A line for the command that runs and one for the person's lock; one that says so where there is neither."""
    running, held = protocol.holder(record, now), protocol.hold(record, now)
    if running:
        why = f"{running.reason} (passing the lock: {running.passing})" if running.passing else running.reason
        ends = f"{protocol.shown(protocol.lease_end(running))}, renewed while it runs"
        yield name, "a command", running.owner, why, age(now - running.since), ends, str(running.token)
    if held:
        ends = protocol.shown(held.until)
        yield name, "a person", held.owner, held.reason, age(now - held.since), ends, str(held.token)
    if not running and not held:
        yield name, "nobody", "", "", "", "", ""


def age(time: timedelta) -> str:
    """`2 d 3 h`, `3 h 20 min`, `5 min` or `12 s`: the two largest units, of which the second may be none."""
    seconds = max(0, int(time.total_seconds()))
    units = (("d", seconds // 86_400), ("h", seconds // 3600 % 24), ("min", seconds // 60 % 60))
    there = [f"{number} {unit}" for unit, number in units if number]
    return " ".join(there[:2]) or f"{seconds} s"
