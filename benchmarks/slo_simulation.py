"""When the alerts of a service level call somebody, on random traffic, beside the SRE workbook's table.

`python -m benchmarks.slo_simulation [--level ID] [--seed N] [--seeds N] [--days N]`: by default the API's writes at
99.95 %, three seeds and 30 days; some minutes. Everything is told by Prometheus's own rule engine (promtool): errors at
100 %, 10 % and 1 % after six healthy hours, scraped every 15 s and evaluated every 30 s as in the cluster; then a month
without incidents and one with many, scraped every minute and evaluated every five. The workbook's figures are the
arithmetic alone (The Site Reliability Workbook, "Alerting on SLOs"): share x period / errors, without scrapes.
"""

import argparse
import statistics
from collections.abc import Iterator, Sequence

from components.slo.definition import ServiceLevel
from stacks.slo import SERVICE_LEVELS
from tests.slo.oracle import BURNS, burns
from tests.slo.simulation import EVALUATE_S, SCRAPE_S, Month, detected, healthy, month, spent

ERRORS = (1.0, 0.1, 0.01)
LEVEL = "api-write-availability"
INCIDENTS_A_DAY = 1


def main() -> None:
    asked = _arguments()
    level = next((one for one in SERVICE_LEVELS if one.id == asked.level and one.kind == "availability"), None)
    if level is None:
        known = ", ".join(one.id for one in SERVICE_LEVELS if one.kind == "availability")
        raise SystemExit(f"--level must be one of {known}, got {asked.level}")
    seeds = range(asked.seed, asked.seed + asked.seeds)
    for line in detections(level, seeds):
        print(line, flush=True)
    print()
    for line in healthy_days(level, asked.days, asked.seed):
        print(line, flush=True)
    print()
    for line in incidents(month(level, asked.days * INCIDENTS_A_DAY, asked.days, asked.seed), asked.days):
        print(line, flush=True)


def detections(level: ServiceLevel, seeds: Sequence[int]) -> Iterator[str]:
    yield f"{level.id}, {level.objective_percent:g} %; scraped every {SCRAPE_S} s, evaluated every {EVALUATE_S} s"
    yield (
        f"{'errors':>7}  {'page':<5}{'workbook s':>11}{'median s':>10}{'latest s':>10}"
        f"{'budget by then: workbook':>26}{'median':>8}"
    )
    for errors in ERRORS:
        pages = {burn.name: burn for burn in burns(level) if burn.severity == "page"}
        told = {name: burn.limit(level) * burn.long_s / errors for name, burn in pages.items()}
        found = [detected(level, errors, seed, round(max(told.values()) * 1.2) + 300) for seed in seeds]
        for name, expected_s in told.items():
            seconds = sorted(one[name] or float("inf") for one in found)
            median_s = statistics.median(seconds)
            yield (
                f"{errors:>7.0%}  {name:<5}{expected_s:>11.0f}{median_s:>10.0f}{seconds[-1]:>10.0f}"
                f"{spent(level, errors, expected_s):>26.1%}{spent(level, errors, median_s):>8.1%}"
            )


def healthy_days(level: ServiceLevel, days: int, seed: int) -> Iterator[str]:
    fired = healthy(level, days, seed)
    said = ", ".join(f"{name} in {count} evaluations" for name, count in sorted(fired.items()))
    yield f"{days} days of healthy traffic, a fifth of the budget spent by noise: {said or 'no page, no ticket'}"


def incidents(found: Month, days: int) -> Iterator[str]:
    paged, worth = found.of(paged=True), found.of(significant=True)
    right = found.of(significant=True, paged=True)
    yield f"{days} days with {found.of()} incidents of a minute to six hours, 0.1 % to 100 % errors:"
    yield f"  worth a page ({_shares()}): {worth}; paged: {paged}, of which worth it: {right}"
    yield f"  precision {_ratio(right, paged)}, recall {_ratio(right, worth)}"
    yield f"  evaluations that paged beside all incidents: {found.stray}"
    yield f"  budget left, as recorded {found.left_recorded:.2f}, as counted from the requests {found.left_counted:.2f}"


def _shares() -> str:
    return " or ".join(
        f"{burn.share:.0%} of the budget within {burn.name}" for burn in BURNS if burn.severity == "page"
    )


def _ratio(part: int, of: int) -> str:
    return f"{part / of:.0%}" if of else "-"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slo_simulation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--level", default=LEVEL, help=f"an availability level of stacks/slo.py (default: {LEVEL})")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--seeds", type=int, default=3, help="how often each detection is simulated (default: 3)")
    parser.add_argument("--days", type=int, default=30, help="of healthy traffic, and of incidents (default: 30)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
