"""Around every run of the engine that may write a state: it is sealed, and what the bucket does not take is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from platformctl.states.journal import journalled
from platformctl.states.sealing import sealed, writes
from platformctl.target import Target


@contextmanager
def kept(target: Target, command: str, arguments: tuple[str, ...]) -> Iterator[Target]:
    """The target to run the command on."""
    if not writes(command, arguments):
        yield target
        return
    with sealed(target, command), journalled(target) as around:
        yield around
