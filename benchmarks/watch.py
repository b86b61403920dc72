"""What a save costs in `platformctl watch`: the first round loads the SDKs, the others are forked from it.

`python -m benchmarks.watch [ENV...]` prints seconds by the clock, of the first round and of those after a save of a
component and of a rule (best and median of five).
"""

import statistics
import sys
import time

from platformctl.project import Project
from platformctl.watching.server import Server

ROUNDS = 5
SAVED = ("components/network.py", "policies/cidr.py")


def main(environments: list[str]) -> None:
    columns = f"{'environment':<12}{'resources':>10}{'first s':>9}   {'saved':<24}"
    print(f"{columns}{'best s':>8}{'median s':>10}{'promised':>10}")
    for environment in environments:
        root = Project.find().root
        with Server(environment, root) as server:
            started = time.monotonic()
            first = server.round()
            first_s = time.monotonic() - started
            if first.error:
                raise SystemExit(first.error)
            for saved in SAVED:
                taken = []
                for _ in range(ROUNDS):
                    started = time.monotonic()
                    server.round([root / saved])
                    taken.append(time.monotonic() - started)
                print(
                    f"{environment:<12}{len(first.resources):>10}{first_s:>9.1f}   {saved:<24}"
                    f"{min(taken):>8.2f}{statistics.median(taken):>10.2f}{'1.50':>10}",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ["sandbox", "staging", "prod"])
