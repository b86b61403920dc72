"""Another day, another file system and another order of sets, for a program that is rendered in a process of its own.

`python -m platformctl.determinism.elsewhere TARGET SECONDS [listing]` prints what the program registers, as JSON, with
the wall clock at SECONDS since the epoch. The order of sets and the time zone are the process environment's:
PYTHONHASHSEED and TZ.
"""

import ctypes
import datetime
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any


def stop_clock(seconds: float) -> None:
    """Stops this process's wall clock, of `time` and of `datetime`, which ask the system apart. For good."""

    def stopped() -> float:
        return seconds

    datetime_, date = datetime.datetime, datetime.date
    by_stamp = {name: getattr(time, name) for name in ("localtime", "gmtime")}
    time.time = stopped
    time.time_ns = lambda: int(stopped() * 1e9)
    for name, original in by_stamp.items():
        setattr(time, name, lambda seconds=None, _of=original: _of(stopped() if seconds is None else seconds))
    time.ctime = lambda seconds=None, _of=time.ctime: _of(stopped() if seconds is None else seconds)  # type: ignore[misc]
    time.strftime = lambda form, given=None, _of=time.strftime: _of(form, given or time.localtime())  # type: ignore[misc]
    _put(datetime_, "now", lambda cls, tz=None: cls.fromtimestamp(stopped(), tz))
    _put(datetime_, "utcnow", lambda cls: cls.fromtimestamp(stopped(), datetime.UTC).replace(tzinfo=None))
    _put(datetime_, "today", lambda cls: cls.fromtimestamp(stopped()))
    _put(date, "today", lambda cls: cls.fromtimestamp(stopped()))


def _put(type_: type, name: str, method: Callable[..., Any]) -> None:
    """Gives a type of C another class method: a subclass in its place would be another type to who compares types."""
    (methods,) = gc.get_referents(type_.__dict__)  # CPython's mapping proxy refers to the dictionary alone
    methods[name] = classmethod(method)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(type_))


def reverse_listings() -> None:
    """Lists folders from the end: their order is the file system's, and nobody's promise."""
    listdir, scandir = os.listdir, os.scandir
    os.listdir = lambda path=".": listdir(path)[::-1]  # type: ignore[assignment]  # overloads
    os.scandir = lambda path=".": _Scanned(scandir, path)  # type: ignore[assignment]


class _Scanned:
    """What os.scandir gives, from the end."""

    def __init__(self, scandir: Callable[[Any], Any], path: Any):
        with scandir(path) as entries:
            self._entries = iter(list(entries)[::-1])

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> "_Scanned":
        return self

    def __exit__(self, *_: object) -> None: ...

    def close(self) -> None: ...


def main(target: str, seconds: float, changes: list[str]) -> None:
    stop_clock(seconds)
    if "listing" in changes:
        reverse_listings()
    from platformctl.errors import CommandError
    from platformctl.project import Project
    from platformctl.render import render

    project, environment = Project.choose(target)
    try:
        with redirect_stdout(sys.stderr):  # what the program prints is no part of the answer
            registered = render(project, environment)
    except CommandError as error:
        print(json.dumps({"error": str(error), "code": error.code}))
        return
    print(json.dumps({"registered": registered}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
