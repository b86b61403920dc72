"""What this machine has to hand over: every change from before it begins, so that nothing that happened is lost."""

import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl.records.steps import Steps
from sandbox.lifetime import start_ticks


@dataclass(frozen=True)
class Journal:
    """A folder with an entry per change: NAME.json its record so far, NAME.steps the engine's steps as they come."""

    folder: Path

    def write(self, name: str, entry: dict[str, Any]) -> None:
        """Replaces the entry, whole or not at all, and on the disk before this returns."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, new = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        with os.fdopen(descriptor, "w") as sink:
            json.dump(entry, sink)
            sink.flush()
            os.fsync(sink.fileno())
        Path(new).replace(self.folder / f"{name}.json")

    def step(self, name: str, step: dict[str, str]) -> None:
        """Adds a step to an entry."""
        with (self.folder / f"{name}.steps").open("a") as sink:
            sink.write(json.dumps(step) + "\n")

    def waiting(self) -> list[tuple[str, dict[str, Any]]]:
        """The entries whose commands have ended, oldest first; of those that ended without a word, with their steps."""
        found = []
        for file in sorted(self.folder.glob("*.json")):
            entry = json.loads(file.read_text())
            if entry["ended"]:
                found.append((file.stem, entry))
            elif not _runs(entry["process"]):
                entry["record"]["engine"]["steps"] = self._steps(file.stem)
                found.append((file.stem, entry))
        return found

    def done(self, name: str) -> None:
        """The entry has been handed over."""
        for end in ("steps", "json"):
            (self.folder / f"{name}.{end}").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Of several commands that hand over one does, and the others wait for it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _steps(self, name: str) -> list[dict[str, str]]:
        steps, file = Steps(), self.folder / f"{name}.steps"
        for line in file.read_text().splitlines() if file.exists() else ():
            try:
                steps.take(json.loads(line))
            except ValueError:
                break  # the process ended while it wrote this line
        return steps.as_list()


def this_process() -> dict[str, Any]:
    """Names this very process, so that a later one can tell whether it still runs."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "started": start_ticks(os.getpid())}


def _runs(process: dict[str, Any]) -> bool:
    if process["host"] != socket.gethostname():
        return True  # of another machine that shares this folder: it will say so itself
    return bool(start_ticks(process["pid"]) == process["started"])
