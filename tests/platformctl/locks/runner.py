"""A runner in a process of its own, whose clock may be wrong: `python -m tests.platformctl.locks.runner URL SKEW FILE`.

SKEW is in seconds. It takes the lock, says its token and since when by the store, and until it is stopped asks before
each write to FILE whether the lock is still its own.
"""

import datetime as module
import sys
import time
from pathlib import Path

SKEW = float(sys.argv[2])
_time = time.time


class Skewed(module.datetime):
    """What the runner takes for the time."""

    @classmethod
    def now(cls, tz: module.tzinfo | None = None) -> "Skewed":
        return cls.fromtimestamp(_time() + SKEW, tz)


time.time = lambda: _time() + SKEW
module.datetime = Skewed  # type: ignore[misc]

from platformctl.errors import CommandError  # noqa: E402  after the clock is wrong
from platformctl.locks.backend import store_of  # noqa: E402
from platformctl.locks.book import book  # noqa: E402
from platformctl.locks.lease import acquire, holding, interrupting  # noqa: E402

EVERY_S = 0.02


def main() -> None:
    file = Path(sys.argv[3])
    with interrupting() as stop:
        lease = acquire(book(store_of({"PULUMI_BACKEND_URL": sys.argv[1]}), "p", "e", "e"), f"skew {SKEW:g}", "up")
        print(lease.token, lease.running.since.isoformat(), flush=True)
        with holding(lease, stop):
            while True:
                lease.check()
                with file.open("a") as sink:
                    sink.write(f"{lease.token}\n")
                time.sleep(EVERY_S)


if __name__ == "__main__":
    try:
        main()
    except CommandError as error:
        print(error, flush=True)
        sys.exit(int(error.code))
