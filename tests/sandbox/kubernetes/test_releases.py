"""Releases: what they need, and what a local chart tells of itself."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.kubernetes import releases

CHART = {"chart": "argo-rollouts", "version": "2.40.5", "repositoryOpts": {"repo": "https://charts.example"}}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (CHART, ""),
        ({**CHART, "version": None}, "pin the version of chart argo-rollouts"),
        ({**CHART, "repositoryOpts": {}}, "say where chart argo-rollouts comes from"),
        ({**CHART, "chart": "oci://charts.example/a", "repositoryOpts": {}}, ""),
        ({**CHART, "chart": ""}, "a Release needs a `chart`"),
        ({**CHART, "valuez": {}}, 'a Release has no argument "valuez"'),
        ({"chart": "/nowhere/chart"}, "there is no chart in /nowhere/chart"),
    ],
)
def test_a_release_needs_a_pinned_chart_of_somewhere(asked: dict[str, Any], said: str) -> None:
    found = releases.problems({key: value for key, value in asked.items() if value is not None})
    assert [said in one.reason for one in found] == ([True] if said else [])


def test_a_local_chart_has_to_describe_itself(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_text("name: mine\nappVersion: 7\n")
    (problem,) = releases.problems({"chart": str(tmp_path)})
    assert problem.reason == f"{tmp_path}/Chart.yaml does not say the chart's version"
    (tmp_path / "Chart.yaml").write_text("name: mine\nversion: 1.2.3\nappVersion: 7\n")
    asked = releases.complete("it", {"chart": str(tmp_path)}, {}, b"seed", "team")
    assert releases.problems(asked) == []
    assert releases.outputs(asked, revision=3)["status"] == {
        "appVersion": "7",
        "chart": "mine",
        "name": asked["name"],
        "namespace": "team",
        "revision": 3,
        "status": "deployed",
        "version": "1.2.3",
    }
