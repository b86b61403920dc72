"""What a save costs in `platformctl watch`: the first round loads the SDKs, the others are forked from it.

`python -m benchmarks.watch [ENV...]` prints seconds by the clock, of the first round and of those after a save (best
and median of five), and of the latter the processor's (mean): where others use the machine, too, that is what the clock
would say without them. To a component, a service, a rule and what many rules read each save adds a comment; of the
settings it changes a tag of every resource of AWS, so that all are judged anew. It works on a copy of the checkout.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from platformctl.project import Project
from platformctl.watching.server import Server

ROUNDS = 5
_IN_COPY = "--in-copy"
_SAVED = ("components/network.py", "stacks/services.py", "policies/rules/network/groups.py", "policies/cidr.py")
_LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "tests", "docs")
_COST_CENTRE = re.compile(r"(?<=cost_centre: )(\w+)-(\d+)")


def main(environments: list[str]) -> None:
    """In a process that has loaded nothing of this checkout, but all of the copy."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "checkout"
        shutil.copytree(Project.find().root, root, ignore=_LEFT_OUT)
        line = [sys.executable, "-m", "benchmarks.watch", _IN_COPY, *environments]
        ran = subprocess.run(line, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)  # noqa: S603
        raise SystemExit(ran.returncode)


def _in_copy(environments: list[str]) -> None:
    columns = f"{'environment':<12}{'resources':>10}{'first s':>9}   {'saved':<34}"
    print(f"{columns}{'CPU s':>8}{'best s':>8}{'median s':>10}{'promised':>10}", flush=True)
    for environment in environments:
        _measure(environment, Path.cwd())


def _measure(environment: str, root: Path) -> None:
    settings = f"Pulumi.{environment}.yaml"
    with Server(environment, root) as server:
        started = time.monotonic()
        first = server.round()
        first_s = time.monotonic() - started
        if first.error:
            raise SystemExit(first.error)
        touched: list[Path] = []
        for saved in (*_SAVED, settings):
            touched.append(root / saved)
            _edit(root / saved, ROUNDS)
            server.round(touched)
            taken, before = [], _cpu_s(server)
            for number in range(ROUNDS):
                _edit(root / saved, number)
                started = time.monotonic()
                told = server.round(touched)
                taken.append(time.monotonic() - started)
                if told.error:
                    raise SystemExit(told.error)
            used_s = (_cpu_s(server) - before) / ROUNDS
            print(
                f"{environment:<12}{len(first.resources):>10}{first_s:>9.1f}   {saved:<34}"
                f"{used_s:>8.2f}{min(taken):>8.2f}{statistics.median(taken):>10.2f}{'1.50':>10}",
                flush=True,
            )


def _edit(file: Path, number: int) -> None:
    text = file.read_text()
    changed = _COST_CENTRE.sub(rf"\g<1>-{4400 + number}", text) if file.suffix == ".yaml" else f"{text}# {number}\n"
    file.write_text(changed)


def _cpu_s(server: Server) -> float:
    """What the process and all that it waited for have used of the processors: proc(5), utime to cstime."""
    fields = Path(f"/proc/{server._pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] == [_IN_COPY]:
        _in_copy(sys.argv[2:])
    else:
        main(sys.argv[1:] or ["sandbox", "staging", "prod"])
