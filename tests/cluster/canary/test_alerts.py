"""Who is called to a release, asked of Prometheus: the rules as they are installed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.canary.alerts import alert_rules
from tests.cluster.canary.promtool import promtool
from tests.cluster.canary.test_queries import plan

pytestmark = pytest.mark.cluster

RUN = 'analysis_run_info{namespace="billing-api",name="%s",phase="%s"}'
STEP, TRIPWIRE = "billing-api-6f9c-7-12", "billing-api-6f9c-7"
ROLLOUT = 'rollout_info{namespace="billing-api",name="billing-api",phase="%s"}'
LATEST = "49m"  # the longest hold is 19:10 of 1150 charges at 25 %, and half an hour


@pytest.mark.parametrize(
    ("series", "at", "alert"),
    [
        ({RUN % (STEP, "Running"): "1x60"}, "50m", "CanaryHolds"),
        ({RUN % (STEP, "Running"): "1x60"}, LATEST, ""),
        ({RUN % (TRIPWIRE, "Running"): "1x60"}, "60m", ""),  # it runs as long as the release
        ({RUN % (STEP, "Running"): "1x40", RUN % (STEP, "Successful"): f"{'_ ' * 40}1x20"}, "50m", ""),
        ({RUN % ("billing-api-v2-6f9c-7-12", "Running"): "1x60"}, "60m", ""),  # of another service
        ({}, "60m", ""),
        ({ROLLOUT % "Degraded": "1x60"}, "1m", "CanaryAborted"),
        ({ROLLOUT % "Progressing": "1x60"}, "1m", ""),
        ({ROLLOUT % "Healthy": "1x60"}, "1m", ""),
    ],
)
def test_alert(series: dict[str, str], at: str, alert: str, tmp_path: Path) -> None:
    rules = alert_rules(plan("payment-write"))["spec"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    done = _test(
        tmp_path, [_expected(rule, series, at, rule["alert"] == alert) for rule in rules["groups"][0]["rules"]]
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _expected(rule: dict[str, Any], series: dict[str, str], at: str, fires: bool) -> dict[str, Any]:
    labels = {key: value for one in series for key, value in _labels(one).items()}
    alerts = [{"exp_labels": {**labels, **rule["labels"]}, "exp_annotations": rule["annotations"]}] if fires else []
    return {
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "alert_rule_test": [{"eval_time": at, "alertname": rule["alert"], "exp_alerts": alerts}],
    }


def _labels(series: str) -> dict[str, str]:
    pairs = series[series.index("{") + 1 : -1].split(",")
    return {key: value.strip('"') for key, _, value in (pair.partition("=") for pair in pairs)}


def _test(folder: Path, tests: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    content = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}
    (folder / "tests.yaml").write_text(yaml.safe_dump(content))
    command = [promtool(), "test", "rules", str(folder / "tests.yaml")]
    return subprocess.run(command, capture_output=True, text=True, check=False)
