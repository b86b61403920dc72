"""Cases as files of `promtool test rules`, all of them asked in as many runs as there are processors."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.canary.promtool import promtool
from tests.slo.case import Case, Check

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write(folder: Path, name: str, groups: Sequence[Mapping[str, Any]], cases: Iterable[Case]) -> list[Path]:
    """The rules of one level and its cases, a file for each interval between evaluations: a file has only one."""
    rules = folder / f"{name}.rules.yaml"
    _dump(rules, {"groups": [*groups]})
    by_interval: dict[int, list[Case]] = {}
    for case in cases:
        by_interval.setdefault(case.evaluate_s, []).append(case)
    files = {every_s: folder / f"{name}.{every_s}s.yaml" for every_s in by_interval}
    for every_s, told in by_interval.items():
        tests = [_test(f"{name}: {case.name}", case) for case in told]
        _dump(files[every_s], {"rule_files": [rules.name], "evaluation_interval": f"{every_s}s", "tests": tests})
    return [*files.values()]


def run(files: Sequence[Path]) -> str:
    """What promtool says of all of them; nothing when all is as it must be."""
    at_once = min(len(files), os.cpu_count() or 1)
    with ThreadPoolExecutor(at_once) as pool:
        return "\n".join(filter(None, pool.map(_run, (files[number::at_once] for number in range(at_once)))))


def _run(files: Sequence[Path]) -> str:
    done = subprocess.run([promtool(), "test", "rules", *map(str, files)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _test(name: str, case: Case) -> dict[str, Any]:
    return {
        "name": name,
        "interval": f"{case.step_s}s",
        "input_series": [{"series": series, "values": values} for series, values in case.series.items()],
        "promql_expr_test": [_check(check) for check in case.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    samples = [{"labels": _written(labels), "value": 1} for labels in check.ones]
    return {"expr": check.expression, "eval_time": f"{check.at_s}s", "exp_samples": samples}


def _written(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"


def _dump(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(yaml.dump(content, Dumper=_DUMPER, sort_keys=False, width=10_000))
