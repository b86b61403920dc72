"""The one way in for commands that change an environment: no freeze holds, and its deploy lock is theirs meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from platformctl import show
from platformctl.errors import CommandError
from platformctl.locks import freezes, protocol
from platformctl.locks import lease as leases
from platformctl.locks.backend import store_of
from platformctl.locks.book import Book, book
from platformctl.locks.freezes import Override
from platformctl.locks.lease import Lease
from platformctl.locks.owner import owner
from platformctl.locks.paging import page
from platformctl.locks.record import Note
from platformctl.target import Target


def book_of(target: Target) -> Book:
    """The record of the target's lock, beside its state."""
    return book(store_of(target.variables), target.project.name, target.environment, target.name)


@contextmanager
def held(
    target: Target,
    reason: str,
    *,
    passing: str = "",
    override: str = "",
    approver: str = "",
    wait_s: float = 0.0,
    in_freeze: bool = False,
) -> Iterator[Lease]:
    """Holds the deploy lock of the target while the block runs. `reason` is for others who want it: "up", "destroy".

    `passing`: why a person's lock does not keep this out (a rollback in an incident). `override` with `approver`: why
    a freeze does not. Both are noted in the lock's record and stand on the lease, for the change record; the latter
    pages. `in_freeze`: freezes do not count, for the cloud is not changed.

    Raises Locked, at once or after `wait_s`; CommandError in a freeze of a real account (exit code 1), or when the
    store cannot be asked, for nothing is changed without it. All times are the store's. When the lock is lost
    meanwhile, the block ends as by Ctrl-C, and this raises CommandError.
    """
    passing = named(passing, "--pass-lock") if passing else ""
    with leases.interrupting() as stop:
        lease = leases.acquire(book_of(target), owner(os.environ), reason, passing=passing, wait_s=wait_s)
        with leases.holding(lease, stop):
            lease.override = None if in_freeze else _through(target, lease, override, approver)
            yield lease


def named(reason: str, option: str = "--reason") -> str:
    """The reason without the spaces around it; CommandError for none, or more than a line."""
    if not reason.strip() or any(ord(character) < 32 for character in reason):
        raise CommandError(f"{option} must say why, in one line, got {reason!r}")
    return reason.strip()


def _through(target: Target, lease: Lease, reason: str, approver: str) -> Override | None:
    """None where no freeze holds when the lock was taken. CommandError where one does and nobody overrides it."""
    settings, now = target.project.settings(target.environment), lease.running.since
    if not (frozen := freezes.in_force(settings, now)):
        return None
    names = tuple(one.freeze for one in frozen)
    if target.sandbox is not None:
        told = f"{target.name} is frozen ({', '.join(names)}): the sandbox, where nothing is paid, is not"
        show.err.print(f"[yellow]note[/] {told}")
        return None
    if not reason:
        raise freezes.refusal(target.name, settings, now, frozen)
    reason = named(reason, "--override")
    made = Override(reason, freezes.approved(approver, lease.owner, settings), lease.owner, now, names)
    what = f"overrode {', '.join(names)}, approved by {approver}"
    note = Note(now, lease.owner, what, reason, lease.token)
    lease.book.change(lambda record, _: protocol.noted(record, note))
    told = f"{lease.owner} {what}, at {protocol.shown(now)}: {reason}"
    if trouble := page(
        target.variables, target.environment, settings.account, f"{target.name}: changed in a freeze", told
    ):
        show.err.print(f"[bold red]warning:[/] {show.escape(trouble)}")
    return made
