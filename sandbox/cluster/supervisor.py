"""The control plane's processes as one: they start here, and one that ends is the end of all."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path

from sandbox.cluster.bootstrap import wait
from sandbox.cluster.commands import COMMANDS, ENVIRONMENT
from sandbox.cluster.layout import Layout
from sandbox.lifetime import start_ticks

LOG_LINES = 15  # of a process that died
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class Ended(Exception):  # noqa: N818  it may have been asked for
    """The control plane must end; the text says why, and is empty when that was asked for."""


class Supervisor:
    """The processes of one control plane. One thread: a child dies with the thread that started it."""

    def __init__(self, layout: Layout, owners: list[tuple[int, int]]):
        self.layout, self.owners = layout, owners
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.orphaned = False

    def start(self, name: str) -> None:
        parent = os.getpid()

        def die_with_us() -> None:
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        with self.layout.log(name).open("ab") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603  tools that were found or built by us
                COMMANDS[name](self.layout),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.layout.directory,
                env={"PATH": os.defpath, "HOME": str(self.layout.directory), **ENVIRONMENT},
                preexec_fn=die_with_us,
            )

    def check(self) -> None:
        """Raises Ended when a process died or an owner is gone."""
        for name, child in self.children.items():
            if (code := child.poll()) is not None:
                raise Ended(_death(name, child.pid, code, self.layout.log(name)))
        if any(start_ticks(pid) != begun for pid, begun in self.owners):
            self.orphaned = True
            raise Ended("")

    def end(self) -> None:
        """What they hold is thrown away: nothing is gained by asking them."""
        for child in self.children.values():
            child.kill()
        for child in self.children.values():
            child.wait()

    def await_(self, what: str, done: Callable[[], bool]) -> None:
        try:
            wait(what, done, look=self.check)
        except TimeoutError as error:
            raise Ended(str(error)) from None


def _death(name: str, pid: int, code: int, log: Path) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    with log.open(errors="replace") as lines:
        last = "".join(deque(lines, LOG_LINES)).strip()
    return f"{name} (process {pid}) {how}; {log} ends:\n{last}"
