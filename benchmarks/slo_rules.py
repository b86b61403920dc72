"""What the rules of all service levels cost: to generate, to test, and to evaluate on a real Prometheus.

`python -m benchmarks.slo_rules [--series N...] [--seconds N] [--past-days N] [--no-suite]`: by default 1,000 and 10,000
series of each of the four services and of the platform, all of which the rules read; some ten minutes. The recorded
series that rules look back on are there for the whole period of 30 days before the measurement begins.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from components.slo.groups import groups
from stacks.services import SERVICES
from stacks.slo import SERVICE_LEVELS
from tests.slo import promtool, suite
from tests.slo.exposition import Pods, lines
from tests.slo.server import SCRAPE_S, Server, backfill

PROMISED_GENERATED_S, PROMISED_SUITE_S, PROMISED_CORE = 1.0, 60.0, 0.05
WARM_S = 75  # until rates of a minute, and the rules on them, have something to read
PLATFORM = "platform"
_FRESH = "import time; t = time.perf_counter(); from stacks.slo import SERVICE_LEVELS as l; " + (
    "from components.slo.groups import groups; groups(l); print(time.perf_counter() - t)"
)


def main() -> None:
    asked = _arguments()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    generated()
    if not asked.no_suite:
        tested()
    with tempfile.TemporaryDirectory() as folder:
        evaluated(Path(folder), asked.series, asked.seconds, asked.past_days)


def generated() -> None:
    started = time.perf_counter()
    made = groups(SERVICE_LEVELS)
    seconds = time.perf_counter() - started
    command = [sys.executable, "-c", _FRESH]
    fresh = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # our own
    rules = sum(len(group["rules"]) for group in made)
    print(f"{len(SERVICE_LEVELS)} service levels, {len(made)} groups, {rules} rules")
    print(
        f"generated in {seconds:.3f} s, with imports in {float(fresh):.2f} s (promised: {PROMISED_GENERATED_S:.0f} s)"
    )


def tested() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = suite.written(Path(folder), SERVICE_LEVELS)
        before, started = _children_s(), time.monotonic()
        said = promtool.run(files)
        wall_s, cpu_s = time.monotonic() - started, _children_s() - before
    print(f"promtool's suite: {wall_s:.0f} s, {cpu_s:.0f} s of processor (promised: {PROMISED_SUITE_S:.0f} s)")
    if said:
        raise SystemExit(said)


def evaluated(folder: Path, sizes: list[int], seconds: int, past_days: int) -> None:
    if shutil.which("prometheus") is None:
        raise SystemExit("prometheus is not on PATH. To mend it: make prometheus, or apt-get install prometheus")
    backfill(folder, SERVICE_LEVELS, past_days)
    pods = Pods(_pods(sizes[0]))
    server = Server(folder, dict.fromkeys(pods.lines, f"127.0.0.1:{pods.server_port}"))
    try:
        print(
            f"\n{'series each':>12}{'all':>9}{'rules by clock':>16}{'process':>10}{'without rules':>15}{'promised':>10}"
        )
        for size in sizes:
            pods.lines = _pods(size)
            with_rules = _measured(server, groups(SERVICE_LEVELS), WARM_S, seconds)
            _check(server)
            without = _measured(server, [], SCRAPE_S, seconds // 2)
            print(
                f"{size:>12,}{sum(map(len, pods.lines.values())):>9,}{with_rules[0]:>16.2%}{with_rules[1]:>10.2%}"
                f"{without[1]:>15.2%}{PROMISED_CORE:>10.0%}",
                flush=True,
            )
    finally:
        server.close()
        pods.shutdown()


def _measured(server: Server, rules: list[dict[str, object]], warm_s: int, seconds: int) -> tuple[float, float]:
    """Of one processor: the time that rules take by the clock, and that of the process with all that it scrapes."""
    server.rules(rules)
    server.reload()
    time.sleep(warm_s)
    spent = "prometheus_rule_evaluation_duration_seconds_sum"
    started, cpu_s, rules_s = time.monotonic(), server.cpu_s(), server.metric(spent)
    time.sleep(seconds)
    took_s = time.monotonic() - started
    return (server.metric(spent) - rules_s) / took_s, (server.cpu_s() - cpu_s) / took_s


def _check(server: Server) -> None:
    """What was measured was the work of rules that answer, and of services that are well."""
    recorded = server.query("count(slo:burn_rate:rate5m)")
    expected = sum(level.kind != "invariant" for level in SERVICE_LEVELS)
    firing = server.query('count by (alertname, slo) (ALERTS{alertstate="firing"})')
    if not recorded or int(recorded[0]["value"][1]) != expected or firing:
        raise SystemExit(f"not measured: of {expected} burn rates {recorded}, firing {firing}")


def _pods(size: int) -> dict[str, list[tuple[str, float, float]]]:
    names = {service.name for service in SERVICES}
    owners = [*sorted(names), PLATFORM]
    of = {
        one: [level for level in SERVICE_LEVELS if (level.service if level.service in names else PLATFORM) == one]
        for one in owners
    }
    return {one: lines(levels, size) for one, levels in of.items()}


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slo_rules", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--series", type=int, nargs="+", default=[1_000, 10_000], help="of each service")
    parser.add_argument(
        "--seconds", type=int, default=120, help="how long each is measured (default: 120, a slow round)"
    )
    parser.add_argument("--past-days", type=int, default=30, help="of recorded series (default: 30)")
    parser.add_argument("--no-suite", action="store_true", help="do not run promtool's suite")
    return parser.parse_args()


if __name__ == "__main__":
    main()
