"""Locks, and uses of the role for emergencies, as entries of a timeline."""

from collections.abc import Iterator

from platformctl.break_glass.uses import Uses
from platformctl.incidents.model import Cause, Entry, Window
from platformctl.locks.record import Record


def locks(record: Record, window: Window) -> Iterator[Entry]:
    """What was noted of the lock, and what holds it now. The record keeps the last fifty notes."""
    for note in record.notes:
        if window.holds(note.at):
            yield Entry(note.at, "lock", f"{note.what} by {note.owner}: {note.reason}")
    for holder in (record.hold, record.running):
        if holder and window.holds(holder.since) and not _noted(record, holder.token):
            yield Entry(holder.since, "lock", f"held by {holder.owner}: {holder.reason}")


def emergencies(uses: Uses, window: Window) -> Iterator[Entry]:
    """When somebody took the role, and who looked at it afterwards."""
    for use in uses.uses:
        if window.holds(use.at):
            until = f"until {use.ends:%H:%M}"
            told = f"use {use.number} by {use.owner} ({use.ticket}), {until}: {use.reason}"
            yield Entry(use.at, "break-glass", told)
        if use.review and window.holds(use.review.at):
            told = f"use {use.number} reviewed by {use.review.owner}: {use.review.outcome}"
            yield Entry(use.review.at, "break-glass", told)


def by_hand(uses: Uses, window: Window) -> Iterator[Cause]:
    """Uses as what may have changed something that no change record tells of."""
    for use in uses.uses:
        if use.at <= window.until:
            yield Cause(use.at, f"break-glass use {use.number} by {use.owner} ({use.ticket}): {use.reason}")


def _noted(record: Record, token: int) -> bool:
    return any(note.token == token for note in record.notes)
