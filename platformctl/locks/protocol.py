"""What may follow what in a lock's record: functions of the record and the store's time.

A running command's lease ends LEASE_S after it was last renewed. Its holder renews it every RENEW_S, tells the engine
to end what is under way and save INTERRUPT_S after the last renewal that succeeded, and kills it at KILL_S. Between
that and the end lies what clocks may differ in rate, the whole second of a date, and a kernel that is busy.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from platformctl.errors import CommandError, Exit
from platformctl.locks.owner import is_dead, person
from platformctl.locks.record import NOTED, Hold, Note, Record, Running

RENEW_S, INTERRUPT_S, KILL_S, LEASE_S = 10, 30, 45, 55
_LEASE = timedelta(seconds=LEASE_S)


class Locked(CommandError):  # noqa: N818  an answer, not an error
    """Somebody else holds the lock; says who, since when, why, until when, and what to do."""

    def __init__(self, message: str):
        super().__init__(message, Exit.ENGINE)


class Superseded(CommandError):  # noqa: N818  an answer, not an error
    """The lease is another's by now: whatever its old holder was about to write must not be written."""

    def __init__(self, message: str):
        super().__init__(message, Exit.ENGINE)


@dataclass(frozen=True)
class Asking:
    """Who wants the lock: fields as in the record."""

    owner: str
    reason: str
    attempt: str
    process: str
    passing: str = ""


def lease_end(running: Running) -> datetime:
    """When the lease is over unless it is renewed."""
    return running.renewed + _LEASE


def holder(record: Record, now: datetime) -> Running | None:
    """The command that holds the lock now: none whose lease is over, or whose process is known to be dead."""
    running = record.running
    if running is None or now >= lease_end(running) or is_dead(running.process):
        return None
    return running


def hold(record: Record, now: datetime) -> Hold | None:
    """The person's lock that is in force now."""
    return record.hold if record.hold and now < record.hold.until else None


def take(record: Record, asking: Asking, now: datetime, name: str) -> Record:
    """The record with a new lease. Raises Locked while another command runs, or a person's lock is not passed."""
    if running := holder(record, now):
        raise Locked(
            f"{name} is locked by {running.owner} since {shown(running.since)} for {running.reason!r} until"
            f" {shown(lease_end(running))}, longer while it runs: wait for it to end. If its machine is gone, the lock"
            f" ends by itself; `platformctl unlock {name} --running --force --reason WHY` stops it where it runs"
        )
    if (held := hold(record, now)) and not asking.passing:
        raise Locked(
            f"{name} is locked by {held.owner} since {shown(held.since)} for {held.reason!r} until {shown(held.until)}:"
            f" `platformctl unlock {name} --reason WHY` takes the lock away (with --force if it is another's);"
            " a rollback passes it with --pass-lock WHY"
        )
    token = _next(record, now)
    given = Running(
        asking.owner, asking.reason, token, now, now, asking.attempt, asking.process, asking.passing if held else ""
    )
    taken = replace(record, token=token, running=given, hold=held)
    if record.running:
        dead = record.running
        taken = noted(taken, Note(now, dead.owner, "ended without letting go", dead.reason, dead.token))
    if given.passing:
        taken = noted(taken, Note(now, asking.owner, "passed the lock", given.passing, token))
    return taken


def renew(record: Record, token: int, now: datetime, name: str) -> Record:
    """The record with the lease renewed. Raises Superseded if it is another's."""
    running = mine(record, token, name)
    return replace(record, running=replace(running, renewed=max(running.renewed, now)))


def release(record: Record, token: int, name: str) -> Record:
    """The record without the lease. Raises Superseded if it is another's."""
    mine(record, token, name)
    return replace(record, running=None)


def mine(record: Record, token: int, name: str) -> Running:
    """The lease of that token. Raises Superseded, saying whose it is now."""
    if record.running and record.running.token == token:
        return record.running
    now = f"{record.running.owner} has it with token {record.running.token}" if record.running else "nobody has it"
    ended = next((note for note in reversed(record.notes) if note.token == token), None)
    why = f" ({ended.what} by {ended.owner}: {ended.reason})" if ended else ""
    raise Superseded(f"the lock of {name} with token {token} is lost{why}: {now}")


def lock(record: Record, owner: str, reason: str, until: datetime, now: datetime, name: str) -> Record:
    """The record with a person's lock; the same person's is renewed. Raises Locked if there is another's."""
    held = hold(record, now)
    if held and person(held.owner) != person(owner):
        raise Locked(
            f"{name} is locked by {held.owner} since {shown(held.since)} for {held.reason!r} until {shown(held.until)}:"
            f" `platformctl unlock {name} --force --reason WHY` takes that lock away"
        )
    token = _next(record, now)
    locked = replace(record, token=token, hold=Hold(owner, reason, token, held.since if held else now, until))
    return noted(locked, Note(now, owner, "locked", reason, token))


def unlock(record: Record, owner: str, reason: str, now: datetime, name: str, *, running: bool, force: bool) -> Record:
    """The record without the person's lock, or with `running` without the lease of a command, which then stops.

    Raises CommandError where there is none, and without `force` for another's.
    """
    there: Running | Hold | None = holder(record, now) if running else hold(record, now)
    if there is None:
        what = "no command that runs holds" if running else "no person holds"
        raise CommandError(f"{name} is not locked: {what} its lock")
    theirs = person(there.owner) == person(owner)
    if not theirs and not force:
        raise CommandError(
            f"{name} is locked by {there.owner} since {shown(there.since)} for {there.reason!r}, not by {owner}:"
            " ask them, or pass --force, which is recorded"
        )
    left = replace(record, running=None) if running else replace(record, hold=None)
    verb = "unlocked" if theirs else "broken"
    return noted(left, Note(now, owner, verb, reason, there.token))


def noted(record: Record, note: Note) -> Record:
    """The record with one more note."""
    return replace(record, notes=(*record.notes, note)[-NOTED:])


def shown(time: datetime) -> str:
    """For people."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _next(record: Record, now: datetime) -> int:
    """One more than ever before. A record that was lost begins anew above what it can have come to: the seconds since
    the epoch, as nobody takes a lock once a second for long.
    """
    return record.token + 1 if record.token else int(now.timestamp())
