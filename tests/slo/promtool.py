"""Cases as files of `promtool test rules`: what must be firing, and what must be recorded, at each look."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from components.slo.definition import ServiceLevel
from tests.cluster.canary.promtool import promtool
from tests.slo.cases import Case
from tests.slo.oracle import MARGIN, absent, burns, remaining, settled
from tests.slo.witnesses import PODS, Witness, witnesses

_LOADER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write(folder: Path, level: ServiceLevel, groups: Sequence[Mapping[str, Any]], stories: Iterable[Case]) -> list[Path]:
    """The rules of one level and its cases, a file for each interval between evaluations."""
    rules = folder / f"{level.id}.rules.yaml"
    _dump(rules, {"groups": [*groups]})
    by_interval: dict[int, list[Case]] = {}
    for case in stories:
        by_interval.setdefault(case.evaluate_s, []).append(case)
    return [_file(folder, level, rules.name, every_s, told) for every_s, told in by_interval.items()]


def run(files: Sequence[Path]) -> str:
    """What promtool says of all of them in one run, as nothing when all is as it must be."""
    done = subprocess.run([promtool(), "test", "rules", *map(str, files)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _file(folder: Path, level: ServiceLevel, rules: str, every_s: int, told: Iterable[Case]) -> Path:
    file = folder / f"{level.id}.{every_s}s.yaml"
    tests = [_test(level, case) for case in told]
    _dump(file, {"rule_files": [rules], "evaluation_interval": f"{every_s}s", "tests": tests})
    return file


def _test(level: ServiceLevel, case: Case) -> dict[str, Any]:
    made = witnesses(level.bad, level.total)
    return {
        "name": f"{level.id}: {case.name}",
        "interval": f"{case.traffic.step_s}s",
        "input_series": [_series(one, pod, case) for one in made for pod in PODS],
        "promql_expr_test": [
            {"expr": expression, "eval_time": f"{at_s}s", "exp_samples": samples}
            for at_s in case.looks
            for expression, samples in _expected(level, case, at_s)
        ],
    }


def _series(one: Witness, pod: str, case: Case) -> dict[str, str]:
    share = 1 / len(PODS)
    return {"series": one.series(pod=pod), "values": case.traffic.counter(one.of_good * share, one.of_bad * share)}


def _expected(level: ServiceLevel, case: Case, at_s: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield _firing(level, case, at_s)
    yield from _recorded(level, case, at_s)


def _firing(level: ServiceLevel, case: Case, at_s: int) -> tuple[str, list[dict[str, Any]]]:
    """All that fires, but for what is too near to a limit to be told."""
    traffic, own = case.traffic, f'slo="{level.id}"'
    labels = {"slo": level.id, "service": level.service, "owner": level.owner}
    fires: list[dict[str, str]] = []
    untold: list[str] = []
    for burn in burns(level):
        fast = settled(burn, level, traffic, at_s, 2 * case.evaluate_s)
        if fast is None:
            untold.append(f'alertname="ErrorBudgetBurn",window="{burn.name}"')
        elif fast:
            fires.append({"alertname": "ErrorBudgetBurn", "window": burn.name, "severity": burn.severity})
    left = [remaining(level, traffic, one) for one in (at_s, at_s - 2 * case.evaluate_s)]
    known = {one is not None and one < 0 for one in left}
    few = traffic.events(at_s, level.period_days * 86400)[0] < 2 * level.low_traffic_bad
    if len(known) > 1 or few or any(one is not None and abs(one) < 2 * MARGIN for one in left):
        untold.append('alertname="ErrorBudgetExhausted"')
    elif known == {True}:
        fires.append({"alertname": "ErrorBudgetExhausted"})
    missing = absent(traffic, at_s)
    if missing is None:
        untold.append('alertname="SliAbsent"')
    elif missing:
        fires.append({"alertname": "SliAbsent"})
    seen = f'ALERTS{{alertstate="firing",{own}}}' + "".join(
        f' unless ALERTS{{alertstate="firing",{own},{one}}}' for one in untold
    )
    # Of what is no burn the severity is the declaration's own affair.
    seen = f'label_replace({seen}, "severity", "", "alertname", "(?:SliAbsent|ErrorBudgetExhausted)")'
    samples = [{"labels": _written({**one, **labels}), "value": 1} for one in fires]
    return f"count by (alertname, window, severity, slo, service, owner) ({seen})", samples


def _recorded(level: ServiceLevel, case: Case, at_s: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Of each window the share of bad events, weighted by requests; nothing, and never 0, where there is no data."""
    gone = absent(case.traffic, at_s)
    for name, window_s in {"5m": 300, "1h": 3600, "6h": 21600}.items():
        bad, total = case.traffic.events(at_s, window_s)
        recorded = f'slo:error_ratio:rate{name}{{slo="{level.id}"}}'
        if gone and name == "5m":
            yield f"count({recorded})", []
        elif total > 100 and gone is False:
            # What happens between two evaluations is counted in one of them, or in both.
            blur = max(phase.bad_per_s for phase in case.traffic.phases) * 2 * case.evaluate_s / total
            near = MARGIN * bad / total + min(blur, 0.5 * bad / total) + 1e-9
            yield f"count(abs({recorded} - {bad / total:.9g}) <= {near:.3g})", [{"labels": "{}", "value": 1}]


def _written(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"


def _dump(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(yaml.dump(content, Dumper=_LOADER, sort_keys=False, width=10_000))
