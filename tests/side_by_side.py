"""Runs parts of the tests at the same time, as pytest processes: `python -m tests.side_by_side`.

The first part's output is shown as it comes, the others' after it; pytest's own line of each, and one of all together,
come last.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

# Three parts for the two cores of a small machine, for each waits now and then: what deploys, what is struck, and all
# else: about as long each.
_WITH_FAULTS = ("tests/faults", "tests/workflows")
_APART = ("tests/cluster", "tests/engine", *_WITH_FAULTS)
PARTS = {
    "the other tests": tuple(f"--ignore={folder}" for folder in _APART),
    "tests/engine": ("tests/engine", "-o", "cache_dir=.pytest_cache/engine"),
    "faults and workflows": (*_WITH_FAULTS, "-o", "cache_dir=.pytest_cache/faults"),
}
_ORDER = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning", "error")
_PLURAL = ("warning", "error")
_COUNT = re.compile(r"(\d+) (failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?)\b")
_SUMMARY = re.compile(rf"{_COUNT.pattern}.* in [\d.]+s")


def run(parts: Mapping[str, Sequence[str]], command: Sequence[str] = (sys.executable, "-m", "pytest")) -> int:
    """The exit code of the first part that did not end with 0, in their order; 0 when all did."""
    begin = time.monotonic()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    summaries: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        logs = {name: Path(folder) / f"{number}.log" for number, name in enumerate(parts)}
        try:
            for name, arguments in parts.items():
                with logs[name].open("wb") as log:
                    processes[name] = subprocess.Popen(
                        [*command, *arguments],
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        preexec_fn=heed_interrupts,
                    )
            for name, process in processes.items():
                print(f"== {name}", flush=True)
                summaries[name] = _show(process, logs[name])
        finally:
            for process in processes.values():
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)  # pytest ends its fixtures, and so what they started
                    process.wait()
    for name, line in summaries.items():
        print(f"{name}: {line or 'ended without a summary'}")
    print(total(summaries.values(), time.monotonic() - begin), flush=True)
    return next((process.returncode for process in processes.values() if process.returncode), 0)


def heed_interrupts() -> None:
    """For what is started: a shell lets its background commands, and all that these start, ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def total(summaries: Iterable[str], seconds: float) -> str:
    """pytest's line for all parts together: what they counted, in pytest's order, and how long it took."""
    counts: Counter[str] = Counter()
    for line in summaries:
        for number, what in _COUNT.findall(line):
            counts[what.rstrip("s")] += int(number)
    words = [
        f"{counts[what]} {what}{'s' if what in _PLURAL and counts[what] != 1 else ''}"
        for what in _ORDER
        if counts[what]
    ]
    return f"{', '.join(words) or 'no tests ran'} in {seconds:.2f}s"


def _show(process: subprocess.Popen[bytes], log: Path) -> str:
    """Copy the log to the terminal until the process has ended; gives pytest's last line of counts."""
    with log.open("rb") as lines:
        while process.poll() is None:
            _copy(lines)
            time.sleep(0.1)
        _copy(lines)
    found = [line for line in log.read_text(errors="replace").splitlines() if _SUMMARY.search(line)]
    return found[-1].strip("= ") if found else ""


def _copy(lines: IO[bytes]) -> None:
    sys.stdout.write(lines.read().decode(errors="replace"))
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(run({name: (*arguments, *sys.argv[1:]) for name, arguments in PARTS.items()}))
