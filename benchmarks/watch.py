"""What a save costs in `platformctl watch`: the first round loads the SDKs, the others are forked from it.

`python -m benchmarks.watch [ENV...]` prints seconds by the clock, of the first round and of those after a save (best
and median of five), and of the latter the processor's (mean): where others use the machine, too, that is what the clock
would say without them. A component, a service and a rule are saved as they are; of the settings each save changes a tag
of every resource of AWS, so that all are judged anew. It works on a copy of the checkout.
"""

import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from platformctl.project import Project
from platformctl.watching.server import Server

ROUNDS = 5
_LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "tests", "docs")
_COST_CENTRE = re.compile(r"(?<=cost_centre: )(\w+)-(\d+)")


def main(environments: list[str]) -> None:
    columns = f"{'environment':<12}{'resources':>10}{'first s':>9}   {'saved':<24}"
    print(f"{columns}{'CPU s':>8}{'best s':>8}{'median s':>10}{'promised':>10}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "checkout"
        shutil.copytree(Project.find().root, root, ignore=_LEFT_OUT)
        os.chdir(root)
        sys.path.insert(0, str(root))
        for environment in environments:
            _measure(environment, root)


def _measure(environment: str, root: Path) -> None:
    settings = f"Pulumi.{environment}.yaml"
    with Server(environment, root) as server:
        started = time.monotonic()
        first = server.round()
        first_s = time.monotonic() - started
        if first.error:
            raise SystemExit(first.error)
        for saved in ("components/network.py", "stacks/services.py", "policies/cidr.py", settings):
            server.round([root / saved])
            taken, before = [], _cpu_s(server)
            for number in range(ROUNDS):
                if saved == settings:
                    text = (root / saved).read_text()
                    (root / saved).write_text(_COST_CENTRE.sub(rf"\g<1>-{4400 + number}", text))
                started = time.monotonic()
                told = server.round([root / saved])
                taken.append(time.monotonic() - started)
                if told.error:
                    raise SystemExit(told.error)
            used_s = (_cpu_s(server) - before) / ROUNDS
            print(
                f"{environment:<12}{len(first.resources):>10}{first_s:>9.1f}   {saved:<24}"
                f"{used_s:>8.2f}{min(taken):>8.2f}{statistics.median(taken):>10.2f}{'1.50':>10}",
                flush=True,
            )


def _cpu_s(server: Server) -> float:
    """What the process and all that it waited for have used of the processors: proc(5), utime to cstime."""
    fields = Path(f"/proc/{server._pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(sys.argv[1:] or ["sandbox", "staging", "prod"])
