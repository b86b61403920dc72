"""What a pull request waits for: its diff with a base that was never applied, with one from the cache, and the check.

Wall time of whole commands, and the processor time of all their processes, which a busy machine does not change much.
The diff is that of the working tree against HEAD. As arguments, the environments: by default all.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from platformctl.project import Project
from sandbox.tools import places

ROOT = Path(__file__).resolve().parents[1]
PROMISED = {"cold": 60, "warm": 25, "check": 10}  # seconds of staging on 2 cores


@dataclass(frozen=True)
class Row:
    environment: str
    what: str
    resources: int
    seconds: float
    processor_s: float


def main() -> None:
    """Run everything and print a table; takes about three minutes."""
    chosen = sys.argv[1:] or Project(ROOT).environments
    rows = [row for environment in chosen for row in _measured(environment)]
    print(f"{'environment':<14}{'command':<12}{'resources':>10}{'seconds':>10}{'processor s':>13}   promised")
    for row in rows:
        limit = f"under {PROMISED[row.what]} s" if row.environment == "staging" else ""
        name = "check" if row.what == "check" else f"diff, {row.what}"
        print(
            f"{row.environment:<14}{name:<12}{row.resources:>10}{row.seconds:>10.1f}{row.processor_s:>13.1f}   {limit}"
        )


def _measured(environment: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "billing-platform")
        own.mkdir()
        (own / "tools").symlink_to(places.cache())  # an empty cache but for the tools
        diff = ("diff", "HEAD", environment, "--json")
        commands = {"cold": diff, "warm": diff, "check": ("check", environment, "--format", "json")}
        return [_run(environment, what, arguments, folder) for what, arguments in commands.items()]


def _run(environment: str, what: str, arguments: tuple[str, ...], cache: str) -> Row:
    before, started = _processor_s(), time.monotonic()
    line = [sys.executable, "-m", "platformctl", *arguments]
    variables = {**os.environ, "XDG_CACHE_HOME": cache}
    result = subprocess.run(line, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    seconds = time.monotonic() - started
    if result.returncode not in (0, 1, 3):
        raise SystemExit(f"{' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    report = json.loads(result.stdout)
    resources = report["resources"] if what == "check" else sum(report["counts"].values())
    return Row(environment, what, resources, seconds, _processor_s() - before)


def _processor_s() -> float:
    """Of all processes that this one has waited for, and that those have."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
