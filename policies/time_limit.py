"""A limit on the time that a piece of work takes, in whichever thread it is done.

A watching thread looks at the clock four times a second and raises TookTooLong in the thread of what is over its limit.
CPython delivers that between two instructions of Python: what loops there is stopped; a single call into C that never
returns is not, which is why patterns are made so that they do not backtrack (policies/globs.py).
"""

import ctypes
import threading
import time
from collections.abc import Callable

_LOOKS_EVERY_S = 0.25


class TookTooLong(BaseException):  # a verdict; no Exception, so that no work takes it for one of its own
    """Raised in work that is over its limit."""


def done_within(seconds: float, work: Callable[[], None]) -> bool:
    """Do the work; False if it was stopped because it took longer, wall time."""
    limited = _Limited(seconds)
    try:
        try:
            limited.begin()
            work()
        finally:
            limited.end()
    except TookTooLong:
        limited.end()  # once more, for it may have come just when the work was done
        return False
    return True


class _Limited:
    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._thread = ctypes.c_ulong(threading.get_ident())
        self._told = False

    def begin(self) -> None:
        _start_watching()
        with _lock:
            _running.add(self)

    def end(self) -> None:
        with _lock:
            _running.discard(self)
            if self._told:  # what was not delivered yet must not be raised later, in something else
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, None)

    def look(self, now: float) -> None:
        if now > self._deadline:  # again and again: what is raised in a destructor is lost
            self._told = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(TookTooLong))


_running: set[_Limited] = set()
_lock = threading.Lock()
_watcher: list[threading.Thread] = []


def _start_watching() -> None:
    """Start the watching thread, once per process: one that was forked has none."""
    if not (_watcher and _watcher[-1].is_alive()):
        _watcher.append(threading.Thread(target=_watch, name="time limit", daemon=True))
        _watcher[-1].start()


def _watch() -> None:
    while True:
        time.sleep(_LOOKS_EVERY_S)
        now = time.monotonic()
        with _lock:
            for limited in tuple(_running):
                limited.look(now)
