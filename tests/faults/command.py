"""A command under way, with the time of every line that it says."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

DEADLINE_S = 300  # for what takes seconds, on a machine that does much else


class Command:
    """A process in a session of its own, followed line by line."""

    def __init__(self, line: Sequence[str], cwd: Path, variables: Mapping[str, str]) -> None:
        self.started = time.monotonic()
        self.line = list(line)
        self._lines: list[tuple[float, str, str]] = []  # when, which stream, what
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        self.process = subprocess.Popen(line, cwd=cwd, env=variables, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload]
        streams = {"out": self.process.stdout, "err": self.process.stderr}
        self._readers = [threading.Thread(target=self._read, args=item, daemon=True) for item in streams.items()]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str, stream: IO[str]) -> None:
        for text in stream:
            self._lines.append((time.monotonic(), name, text))

    def signal(self, number: signal.Signals) -> None:
        """As a terminal or a CI runner sends it: to the whole process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def end(self, code: int | None = 0) -> "Command":
        """Waits until it has ended and checks its exit code; `code`: None for any."""
        self.process.wait(DEADLINE_S)
        self.ended = time.monotonic()
        for reader in self._readers:
            reader.join(DEADLINE_S)
        assert code is None or self.process.returncode == code, (
            f"{' '.join(self.line[3:])} ended with {self.process.returncode}, not {code}:\n{self.said}"
        )
        return self

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def said(self) -> str:
        """Both streams, in the order they came."""
        return "".join(text for _, _, text in sorted(self._lines))

    @property
    def out(self) -> str:
        return "".join(text for _, name, text in self._lines if name == "out")

    @property
    def err(self) -> str:
        return "".join(text for _, name, text in self._lines if name == "err")

    def when(self, words: str) -> float:
        """The monotonic time at which it first said this; AssertionError if it never did."""
        found = next((at for at, _, text in sorted(self._lines) if words in text), None)
        assert found is not None, f"{' '.join(self.line[3:])} did not say {words!r} but:\n{self.said}"
        return found
