"""What a save costs in `platformctl watch`: the first round loads the SDKs, the others are forked from it.

`python -m benchmarks.watch [ENV...]` prints seconds by the clock, of the first round and of those after a save of a
component, of a service and of a rule (best and median of five), and of the latter the processor's (mean): where others
use the machine, too, that is what the clock would say without them.
"""

import os
import statistics
import sys
import time
from pathlib import Path

from platformctl.project import Project
from platformctl.watching.server import Server

ROUNDS = 5
SAVED = ("components/network.py", "stacks/services.py", "policies/cidr.py")


def main(environments: list[str]) -> None:
    columns = f"{'environment':<12}{'resources':>10}{'first s':>9}   {'saved':<24}"
    print(f"{columns}{'CPU s':>8}{'best s':>8}{'median s':>10}{'promised':>10}")
    for environment in environments:
        root = Project.find().root
        with Server(environment, root) as server:
            started = time.monotonic()
            first = server.round()
            first_s = time.monotonic() - started
            if first.error:
                raise SystemExit(first.error)
            for saved in SAVED:
                server.round([root / saved])
                taken, before = [], _cpu_s(server)
                for _ in range(ROUNDS):
                    started = time.monotonic()
                    server.round([root / saved])
                    taken.append(time.monotonic() - started)
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
