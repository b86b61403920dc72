"""Around every run of the engine that may write a state: it is sealed, and what the bucket does not take is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from platformctl.locks.book import key
from platformctl.locks.lease import still_ours
from platformctl.states.journal import journalled
from platformctl.states.sealing import sealed, writes
from platformctl.target import Target


@contextmanager
def kept(target: Target, command: str, arguments: tuple[str, ...]) -> Iterator[Target]:
    """The target to run the command on."""
    if not writes(command, arguments):
        yield target
        return
    lock = key(target.project.name, target.environment)
    with sealed(target, command), journalled(target, may_write=partial(still_ours, lock)) as around:
        yield around
