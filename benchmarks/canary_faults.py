"""How long bad releases live: from the fault to the abort, and from the abort to weight 0, over many seeds.

`python -m benchmarks.canary_faults [SEEDS]`, by default 3: some 40 s for each seed and fault, eight at a time. Times to
detection are unscaled minutes, in which a machine that is busy with other things counts, too; times to safety are
seconds of the clock.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import cluster
from tests.cluster.canary.release import TIME_SCALE, Release, World
from tests.cluster.canary.scenarios import SCENARIOS, play
from tests.cluster.canary.source import Source
from tests.cluster.canary.watch import Watcher
from tests.cluster.conftest import Api

FAULTS = ("errors", "slow", "one-capture", "approvals", "metrics-down", "tripped-while-starved", "failing-worker")
AT_ONCE = 8
Run = tuple[Release, BaseException | None]


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        plane = cluster.start(Path(folder), scrape_interval_s=1.0, die_with=os.getpid())
        world = World(plane, Api(plane), Watcher(plane), Source(plane.targets))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = {fault: [pool.submit(play, world, fault, seed, seed) for seed in range(seeds)] for fault in FAULTS}
            results = {fault: [run.result() for run in of_fault] for fault, of_fault in runs.items()}
        print("\n".join(table(results, world)))
        cluster.stop(Path(folder))


def table(results: dict[str, list[Run]], world: World) -> Iterator[str]:
    yield f"{'fault':<24}{'seeds':>6}{'as expected':>13}{'detect p50':>12}{'p95':>8}{'safe p50':>10}{'p95':>8}"
    for fault, runs in results.items():
        well = [release for release, failed in runs if not failed and release.verdict == SCENARIOS[fault].expected]
        detect = _quantiles(seconds / 60 / TIME_SCALE for release in well if (seconds := release.to_detect()))
        safe = _quantiles(seconds for release in well if (seconds := release.to_safe()) is not None)
        yield (
            f"{fault:<24}{len(runs):>6}{len(well):>13}{detect[0]:>8.1f} min{detect[1]:>8.1f}"
            f"{safe[0]:>8.1f} s{safe[1]:>8.1f}"
        )
    yield f"load of the machine per processor: {world.patience():.1f} (1 is none)"


def _quantiles(values: Iterable[float]) -> tuple[float, float]:
    found = sorted(values)
    if len(found) < 2:
        return (found[0], found[0]) if found else (0.0, 0.0)
    return statistics.median(found), statistics.quantiles(found, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
