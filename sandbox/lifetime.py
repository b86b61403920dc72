"""Processes told apart from others that got their number, ended, and started once at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

STOP_TIMEOUT_S = 10
children: dict[int, subprocess.Popen[bytes]] = {}  # ours: they must be waited for once they end


class SandboxError(RuntimeError):
    """The sandbox cannot be started or used; the message says why and what to do."""


def start_ticks(pid: int) -> int | None:
    """When the process started, in clock ticks after boot, which tells a reused id; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def end(pid: int) -> None:
    """SIGTERM, then SIGKILL; returns when the process is gone."""
    begun = start_ticks(pid)
    for name in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, name)
        until = time.monotonic() + STOP_TIMEOUT_S
        while time.monotonic() < until:
            if child := children.get(pid):
                child.poll()
            if start_ticks(pid) != begun or begun is None:
                children.pop(pid, None)
                return
            time.sleep(0.02)


@contextlib.contextmanager
def interrupts() -> Iterator[Callable[[], int]]:
    """How often the block was interrupted so far, which it goes on through; once it is over, the interrupt is raised.

    For the start of processes: an exception between that and the moment when somebody would end them leaves them
    running. SIGTERM counts where it is an interrupt, too. In other threads than the main one nothing is interrupted.
    """
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    here = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM)
    counted = [one for one in numbers if here and signal.getsignal(one) is signal.default_int_handler]
    for one in counted:
        signal.signal(one, note)
    try:
        yield lambda: count
    finally:
        for one in counted:
            signal.signal(one, signal.default_int_handler)
    if count:
        raise KeyboardInterrupt


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock `file`; the kernel frees it when this process dies."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
