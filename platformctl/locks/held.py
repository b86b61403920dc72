"""The one way in for commands that change an environment: its deploy lock is theirs while a block runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from platformctl.errors import CommandError
from platformctl.locks import lease as leases
from platformctl.locks.backend import store_of
from platformctl.locks.book import Book
from platformctl.locks.lease import Lease
from platformctl.locks.owner import owner
from platformctl.target import Target


def book_of(target: Target) -> Book:
    """The record of the target's lock, beside its state: each project has its own, as it has a state of its own."""
    return Book(store_of(target.variables), f"{target.project.name}/{target.environment}", target.name)


@contextmanager
def held(target: Target, reason: str, *, passing: str = "", wait_s: float = 0.0) -> Iterator[Lease]:
    """Holds the deploy lock of the target. `reason` is for others who want it: "up", "destroy".

    `passing`: why a person's lock does not keep this out (a rollback in an incident), which is recorded. Raises
    Locked, at once or after `wait_s`, and CommandError when the store cannot be asked: nothing is changed without it.
    When the lock is lost meanwhile, the block ends as by Ctrl-C, and this raises CommandError.
    """
    passing = named(passing, "--pass-lock") if passing else ""
    with leases.interrupting() as stop:
        lease = leases.acquire(book_of(target), owner(os.environ), reason, passing=passing, wait_s=wait_s)
        with leases.holding(lease, stop):
            yield lease


def named(reason: str, option: str = "--reason") -> str:
    """The reason without the spaces around it; CommandError for none, or more than a line."""
    if not reason.strip() or any(ord(character) < 32 for character in reason):
        raise CommandError(f"{option} must say why, in one line, got {reason!r}")
    return reason.strip()
