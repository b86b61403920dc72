"""Makes chains of records for tests, in memory."""

import functools
import tempfile
from pathlib import Path

from platformctl.records.record import Record, chained, head, head_name, record_name, sealed
from platformctl.signing.canonical import digest
from platformctl.signing.local import LocalKey, local_key

STACK = ("billing-platform", "staging")


@functools.cache
def key() -> LocalKey:
    """One key for all tests of a run."""
    return local_key(Path(tempfile.mkdtemp(prefix="key-")))


def body(number: int) -> Record:
    """A record without its place in a chain."""
    project, stack = STACK
    return {"id": f"change-{number}", "project": project, "stack": stack, "command": "up", "outcome": "succeeded"}


@functools.cache
def chain(length: int) -> dict[str, bytes]:
    """The files of a chain that is whole."""
    files, before = {}, None
    for number in range(1, length + 1):
        record = chained(body(number), number, before)
        before = digest(record)
        files[record_name(number)], files[head_name(number)] = sealed(record, key()), head(record, key())
    return files
