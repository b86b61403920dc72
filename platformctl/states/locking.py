"""The engine's own lock on a stack, taken by us while we write its state."""

import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from platformctl.errors import CommandError, Exit
from platformctl.states.backend import Backend
from platformctl.states.keys import Keys


@contextmanager
def locked(backend: Backend, keys: Keys) -> Iterator[None]:
    """As the engine does it (3.x, pkg/backend/diy/lock.go): look, write a lock of one's own, look again.

    Of two at once at least one sees the other, so both may fail and never both go on.
    """
    mine = f"{keys.locks}{uuid.uuid4()}.json"
    _nobody_else(backend, keys, mine)
    content = {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    backend.write(mine, json.dumps(content).encode())
    try:
        _nobody_else(backend, keys, mine)
        yield
    finally:
        backend.delete(mine)


def _nobody_else(backend: Backend, keys: Keys, mine: str) -> None:
    for entry in backend.entries(keys.locks):
        if entry.key == mine or not entry.key.endswith(".json"):
            continue
        try:
            held = json.loads(backend.read(entry.key) or b"{}")
        except ValueError:
            held = {}
        holder = f"process {held.get('pid', '?')} of {held.get('username', '?')}@{held.get('hostname', '?')}"
        raise CommandError(
            f"the stack is locked by {holder} since {held.get('timestamp', entry.modified)}: wait for that update to "
            "end; `pulumi cancel` removes the lock of a dead one",
            Exit.ENGINE,
        )
