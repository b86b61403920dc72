"""What the queries of the gates answer, asked of Prometheus itself through `promtool test rules`."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import yaml

from components.canary.gates import GATES, Gate
from components.canary.view import View
from components.slo.groups import groups

Verdict = Literal["pass", "fail", "starved", "blind"]
STEP_S, LENGTH = 15, 80  # twenty minutes, scraped every 15 s
NOW = "19m"


def check(name: str, view: View, series: Mapping[str, str], expected: Verdict, folder: Path) -> None:
    """Fails with promtool's words unless the query's answer means what is expected, and nothing else.

    Recorded series are made by the very rules of the service's levels, from the same raw series.
    """
    query = f"({GATES[name].query(view)})"
    wanted = [{"labels": "{}", "value": 1}]
    tests = [
        {"expr": f"count({expression})", "eval_time": NOW, "exp_samples": wanted if verdict == expected else []}
        for verdict, expression in _meanings(GATES[name], view, query).items()
    ]
    file, rules = folder / "tests.yaml", folder / "rules.yaml"
    rules.write_text(yaml.safe_dump({"groups": groups(view.plan.levels) if "slo:" in query else []}))
    inputs = [{"series": one, "values": values} for one, values in series.items()]
    group = {"interval": f"{STEP_S}s", "input_series": inputs, "promql_expr_test": tests}
    file.write_text(yaml.safe_dump({"rule_files": [str(rules)], "evaluation_interval": f"{STEP_S}s", "tests": [group]}))
    done = subprocess.run([promtool(), "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name} should be {expected}:\n{done.stdout}{done.stderr}\n{query}"


def promtool() -> str:
    found = shutil.which("promtool")
    assert found, "promtool is not on PATH. To mend it: make prometheus, or apt-get install prometheus"
    return found


def _meanings(gate: Gate, view: View, query: str) -> dict[Verdict, str]:
    """What each verdict is as a filter; what none of them keeps is blind, as NaN is, which no comparison keeps."""
    limit = gate.limit
    needed = view.needed_charges if "charges" in gate.says else view.needed
    meanings: dict[str, dict[Verdict, str]] = {
        "limit": {
            "pass": f"({query} >= 0) <= {limit}",
            "fail": f"({query} > {limit}) < Inf",
            "starved": f"{query} < 0",
        },
        "first": {"pass": f"({query} >= 0) <= {limit}", "fail": f"({query} > {limit}) < Inf"},
        "hold": {"pass": f"({query} >= 0) <= {limit}", "starved": f"{query} > {limit}"},
        "least": {"pass": f"{query} >= {needed}", "starved": f"{query} < {needed}"},
        "age": {"pass": f"({query} >= 0) <= {limit}"},
    }
    return meanings[gate.judgement]
