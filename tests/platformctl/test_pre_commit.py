"""The hooks for commits: which files set them off, and that their commands are ones."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from platformctl.main import app
from policies.manifests import load

_ROOT = Path(__file__).resolve().parents[2]


def _hook(name: str) -> dict[str, Any]:
    (ours,) = yaml.safe_load((_ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    lent = yaml.safe_load((_ROOT / ".pre-commit-hooks.yaml").read_text())
    (hook,) = (hook for hook in (*ours["hooks"], *lent) if hook["id"] == name)
    return dict(hook)


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("Pulumi.yaml", True),
        ("Pulumi.prod.yaml", True),
        ("stacks/keys.py", True),
        ("components/databases/instance.py", True),
        ("policies/waivers.yaml", True),
        ("platformctl/show.py", False),
        ("docs/policies.md", False),
        ("tests/policies/test_waivers.py", False),
    ],
)
def test_the_program_is_judged_when_what_it_is_made_of_changes(file: str, wanted: bool) -> None:
    assert bool(re.search(_hook("policies")["files"], file)) == wanted


@pytest.mark.parametrize(
    "file", ["deploy/kustomization.yaml", "chart/Chart.yaml", "values-prod.yml", "chart/values.schema.json"]
)
def test_other_repositories_files_that_are_no_manifests_are_left_alone(file: str, tmp_path: Path) -> None:
    hook = _hook("platform-manifests")
    assert re.search(hook["exclude"], file)
    assert not re.search(hook["exclude"], "deploy/my-values.yaml")
    path = tmp_path / Path(file).name
    path.write_text("a: 1\n")
    assert load([str(tmp_path)], bytes).ignored == [str(path)]  # as the command itself does in folders


@pytest.mark.parametrize("name", ["policies", "platform-manifests"])
def test_the_commands_are_ones(name: str) -> None:
    _, *arguments = _hook(name)["entry"].split()
    assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0
    assert CliRunner().invoke(app, [*arguments, "--no-such-option"]).exit_code != 0
