"""Locks in a folder: the sandbox's state, or any other that processes of one machine share."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformctl.locks.store import FOLDER, Conflict, Seen, Unreachable

_PATIENCE_S = 5.0  # whoever is inside writes a few hundred bytes; longer means that it was stopped there
_AGAIN_S = 0.005


@dataclass(frozen=True)
class FolderStore:
    """Compare-and-swap by a lock of the kernel, which ends with its process, and a rename, which is whole or not.

    The time is the file system's: of a network folder that is its server's.
    """

    root: Path

    @property
    def place(self) -> str:
        return f"file://{self.root}"

    def read(self, name: str) -> Seen:
        with self._alone() as folder:
            return self._seen(folder, name)

    def replace(self, name: str, content: bytes, version: str | None) -> Seen:
        with self._alone() as folder:
            if (seen := self._seen(folder, name)).version != version:
                raise Conflict
            file = folder / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, new = tempfile.mkstemp(dir=folder, prefix=".new-")
            with os.fdopen(handle, "wb") as sink:
                sink.write(content)
                sink.flush()
                os.fsync(sink.fileno())
            Path(new).replace(file)
            return Seen(content, _version(content), seen.now)

    def _seen(self, folder: Path, name: str) -> Seen:
        try:
            content: bytes | None = (folder / f"{name}.json").read_bytes()
        except FileNotFoundError:
            content = None
        return Seen(content, _version(content), _now(folder))

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        folder = self.root / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / ".one-at-a-time").open("w") as lock:
                _take(lock.fileno())
                yield folder
        except OSError as error:
            raise Unreachable(f"{folder}: {error.strerror or error}") from None


def _take(descriptor: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OSError(
                    f"another process has been in it for {_PATIENCE_S:.0f} s; was one stopped there?"
                ) from None
            time.sleep(_AGAIN_S)


def _now(folder: Path) -> datetime:
    """When the file system says that a file was written just now."""
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b".")
        probe.flush()
        return datetime.fromtimestamp(os.fstat(probe.fileno()).st_mtime, UTC)


def _version(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
