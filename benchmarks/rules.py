"""What the rules cost on 100, 1,000 and 5,000 resources, how long packs start, and what checkov takes for the same.

The resources are production's, as the program registers them, repeated under other names until there are enough. Each
row is a process of its own: seconds of processor time for the graph and all rules, once with nothing cached and once
more, and the largest memory of the process. checkov comes from PyPI into a virtual environment in the user's cache; it
gets the resources of AWS as a Terraform plan in JSON (of a folder it reads no `.tf.json`), and the last rows compare
those alone, in processor time of whole processes.
"""

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks._terraform import plan

ROOT = Path(__file__).resolve().parents[1]
SIZES = (100, 1_000, 5_000)
CHECKOV = "3.3.30"
RUNS = 3
_NAMES = ("bucket", "clusterIdentifier", "family", "function", "identifier", "name", "functionName", "roleName")


def main() -> None:
    """Print three tables; takes a few minutes, most of them for checkov (`quick` as argument leaves it out)."""
    base = _rendered("prod")
    with tempfile.TemporaryDirectory() as folder:
        _engine_table(base, Path(folder))
        _start_table()
        if sys.argv[1:] != ["quick"]:
            _comparison(base, Path(folder))


def _engine_table(base: list[dict[str, Any]], folder: Path) -> None:
    print(
        f"{'resources':>10}{'engine s':>10}{'per 1,000':>11}{'warm s':>8}{'MiB':>6}   promised: 1 s, 300 MiB per 1,000"
    )
    for size in SIZES:
        first, warm, mib = _measured(grown(base, size), folder)
        print(f"{size:>10}{first:>10.2f}{first / size * 1000:>11.2f}{warm:>8.2f}{mib:>6.0f}", flush=True)


def _start_table() -> None:
    print(f"\n{'start-up, processor time':<30}{'s':>6}   promised")
    for pack in ("access_control", "compliance", "operations"):
        seconds = statistics.median(_pack_start(pack) for _ in range(RUNS))
        print(f"{f'pack {pack}':<30}{seconds:>6.2f}   under 1.5 s", flush=True)
    seconds = statistics.median(_command("check", "prod") for _ in range(RUNS))
    print(f"{'platformctl check prod':<30}{seconds:>6.2f}   under 7 s", flush=True)


def _comparison(base: list[dict[str, Any]], folder: Path) -> None:
    program = _checkov()
    titles = ("of AWS", "engine s", "process s", "checkov s", "ratio", "its MiB")
    print(f"\ncheckov {CHECKOV}\n{''.join(f'{title:>10}' for title in titles)}")
    for size in SIZES[:2]:
        resources = [item for item in grown(base, 2 * size) if item["type"].startswith("aws:")][:size]
        (written := folder / "tfplan.json").write_text(json.dumps(plan(resources)))
        before = _children_s()
        first, _, _ = _measured(resources, folder)
        ours = _children_s() - before
        theirs, mib = _run_checkov(program, written)
        print(f"{size:>10}{first:>10.2f}{ours:>10.2f}{theirs:>10.2f}{theirs / ours:>10.1f}{mib:>10.0f}", flush=True)


def grown(base: list[dict[str, Any]], target: int) -> list[dict[str, Any]]:
    """`base` repeated under other names until there are `target` resources; references stay inside each copy."""
    names = {value for item in base for key in _NAMES if isinstance(value := item["inputs"].get(key), str)}
    words = sorted((re.escape(name) for name in names if len(name) > 3 and "{" not in name), key=len, reverse=True)
    named = re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])")
    made: list[dict[str, Any]] = []
    for number in range(-(-target // len(base))):
        made += base if not number else (_copy(item, named, number) for item in base)
    return made[:target]


def _copy(item: Mapping[str, Any], named: re.Pattern[str], number: int) -> dict[str, Any]:
    """One resource of a copy: its own names and URNs, and those of what it refers to, end in the copy's number."""
    inputs = json.loads(named.sub(lambda found: f"{found[0]}-{number}", json.dumps(item["inputs"])))
    provider, _, id_ = item["provider"].rpartition("::")
    return {
        **item,
        "urn": f"{item['urn']}-{number}",
        "inputs": inputs,
        "parent": f"{item['parent']}-{number}" if item["parent"] else "",
        "dependencies": [f"{urn}-{number}" for urn in item["dependencies"]],
        "propertyDependencies": {
            k: [f"{urn}-{number}" for urn in us] for k, us in item["propertyDependencies"].items()
        },
        "provider": f"{provider}-{number}::{id_}" if provider else "",
    }


def _rendered(environment: str) -> list[dict[str, Any]]:
    from platformctl.project import Project
    from platformctl.render import render

    return render(Project(ROOT), environment)


def _measured(registrations: list[dict[str, Any]], folder: Path) -> tuple[float, float, float]:
    file = folder / "registrations.json"
    file.write_text(json.dumps(registrations))
    line = [sys.executable, "-m", "benchmarks.rules", "measure", str(file)]
    answer = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  # this file
    first, warm, mib = map(float, answer.stdout.split())
    return first, warm, mib


def _measure(file: str) -> None:
    """In a process of its own: print the seconds of the first and the second run, and the peak memory."""
    from policies import rules
    from policies.adapters import from_registrations
    from policies.engine import evaluate

    assert rules.ALL  # imported before the clock runs: what that takes is in the start of packs
    registrations = json.loads(Path(file).read_text())
    seconds = []
    for _ in range(2):
        started = time.process_time()
        evaluate(from_registrations(registrations))
        seconds.append(time.process_time() - started)
    status = Path("/proc/self/status").read_text()  # getrusage counts the parent's memory too
    print(*seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def _pack_start(pack: str) -> float:
    """Seconds of processor time until a pack tells the engine where it listens."""
    variables = os.environ | {"PULUMI_PROJECT": "p", "PULUMI_STACK": "prod", "PULUMI_DRY_RUN": "true"}
    line = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    with subprocess.Popen(line, cwd=ROOT / "policies" / pack, env=variables, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        int(process.stdout.readline())
        ticks = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        process.terminate()
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _command(*arguments: str) -> float:
    line = [sys.executable, "-m", "platformctl", *arguments]
    before = _children_s()
    subprocess.run(line, cwd=ROOT, capture_output=True, check=True)  # noqa: S603  # our own command
    return _children_s() - before


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _checkov() -> Path:
    """checkov in a virtual environment of its own in the user's cache, installed there the first time."""
    from sandbox.tools.places import cache

    folder = cache() / f"checkov-{CHECKOV}"
    program = folder / "bin" / "checkov"
    if not program.exists():
        print(f"installing checkov {CHECKOV} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", f"checkov=={CHECKOV}"]
        subprocess.run(pip, check=True)  # noqa: S603  # the pinned version
    return program


def _run_checkov(program: Path, file: Path) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of one run on a plan; it must have read the resources."""
    line = [str(program), "-f", str(file), "--framework", "terraform_plan", "-o", "json", "--compact", "--quiet"]
    variables = os.environ | {"LOG_LEVEL": "ERROR", "BC_SKIP_MAPPING": "TRUE"}
    before = _children_s()
    answer = subprocess.run([*line, "--skip-download"], env=variables, capture_output=True, text=True)  # noqa: S603
    seconds = _children_s() - before
    if answer.returncode not in (0, 1) or not json.loads(answer.stdout).get("summary", {}).get("resource_count"):
        raise SystemExit(f"checkov judged nothing: {answer.stdout[:500]} {answer.stderr[-1000:]}")
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        _measure(sys.argv[2])
    else:
        main()
