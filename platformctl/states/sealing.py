"""Keeps the seal true: opened before the engine may write a state, closed with what it left."""

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from platformctl.states import integrity, seals
from platformctl.states.backend import BackendError
from platformctl.states.examine import backend_of, keys_of, read_seal, read_state
from platformctl.target import Target

# What writes a state. `preview` and `stack export` do not, nor does a refresh that is only previewed.
WRITING = frozenset({"up", "destroy", "refresh", "import"})


def writes(command: str, arguments: tuple[str, ...]) -> bool:
    """Whether `pulumi COMMAND ARGUMENTS` may write a state."""
    return command in WRITING and "--preview-only" not in arguments


@contextmanager
def sealed(target: Target, command: str) -> Iterator[None]:
    """Around what writes the state. If this process dies inside, or the backend no longer answers, the seal stays
    open, and the next command knows that a younger state is an update's.
    """
    backend, keys, by = backend_of(target), keys_of(target), whoever()
    last = read_seal(backend, keys)[0]
    if last is None:
        before = _checkpoint(read_state(backend, keys), keys.project, keys.stack)
        last = replace(seals.sealed(None, before, by, command), serial=0)
    backend.write(keys.seal, last.opened(by, command).to_bytes())
    try:
        yield
    finally:
        with suppress(BackendError):  # then it stays open; what the engine could not save is in the journal
            seal(target, command)


def seal(target: Target, command: str) -> seals.Seal | None:
    """Seals the state as it is now; None and nothing done for one that cannot be read."""
    backend, keys = backend_of(target), keys_of(target)
    content = read_state(backend, keys)
    checkpoint = _checkpoint(content, keys.project, keys.stack)
    if content is not None and checkpoint is None:
        return None
    made = seals.sealed(read_seal(backend, keys)[0], checkpoint, whoever(), command)
    backend.write(keys.seal, made.to_bytes())
    return made


def whoever() -> str:
    """Who runs this, for people."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _checkpoint(content: bytes | None, project: str, stack: str) -> integrity.Checkpoint | None:
    return integrity.read(content, project, stack)[0] if content is not None else None
