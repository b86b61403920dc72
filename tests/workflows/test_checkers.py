"""The workflows in the eyes of others: actionlint, zizmor and the schemas, all of them without a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import tools
from tests.workflows.files import ACTIONS, FOLDER, ROOT, WORKFLOWS

BIN = Path(sys.executable).parent  # of the locked packages


@pytest.fixture(scope="module")
def actionlint() -> str:
    (found,) = tools.ensure(["actionlint"])
    return str(found.path)


def run(*line: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    offline = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    return subprocess.run(line, cwd=folder, env=offline, capture_output=True, text=True, check=False, timeout=120)


def lint(actionlint: str, folder: Path, *files: Path) -> "subprocess.CompletedProcess[str]":
    # shellcheck and pyflakes where they are installed would make the verdict a machine's.
    return run(actionlint, "-shellcheck=", "-pyflakes=", "-no-color", *map(str, files), folder=folder)


def test_actionlint_finds_nothing(actionlint: str) -> None:
    result = lint(actionlint, ROOT, *WORKFLOWS)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def copy_with_versions(target: Path, text_of: dict[str, str]) -> list[Path]:
    """The workflows with the version of each pin's comment instead of its commit: inputs are known of versions."""
    folder = target / ".github"
    (folder / "workflows").mkdir(parents=True)
    files = []
    for file in (*WORKFLOWS, *ACTIONS):
        text = text_of.get(file.stem, file.read_text())
        copy = folder / file.relative_to(FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(re.sub(r"@[0-9a-f]{40} # (v\d+)\S*", r"@\1", text))
        files += [copy] if copy.parent.name == "workflows" else []
    return files


def as_workflow(action: Path) -> str:
    """An action's steps as a job: actionlint checks inputs in workflows alone."""
    steps = re.sub(r"^  ", "    ", action.read_text().partition("  steps:\n")[2], flags=re.MULTILINE)
    steps = re.sub(r"inputs\.\w+", "github.sha", steps)
    return f"on: push\njobs:\n  action:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"


def test_every_input_exists_in_the_version_that_the_comment_names(actionlint: str, tmp_path: Path) -> None:
    """What actionlint has of the actions' own definitions; of code scanning's upload it has none."""
    files = copy_with_versions(tmp_path, {})
    for action in ACTIONS:
        file = tmp_path / ".github" / "workflows" / f"action-{action.parent.name}.yml"
        file.write_text(re.sub(r"@[0-9a-f]{40} # (v\d+)\S*", r"@\1", as_workflow(action)))
        files.append(file)
    result = lint(actionlint, tmp_path, *files)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def test_that_check_can_fail(actionlint: str, tmp_path: Path) -> None:
    text = (FOLDER / "workflows" / "drift.yml").read_text().replace("persist-credentials:", "persist-credential:")
    (file,) = [one for one in copy_with_versions(tmp_path, {"drift": text}) if one.stem == "drift"]
    result = lint(actionlint, tmp_path, file)
    assert 'input "persist-credential" is not defined in action "actions/checkout@v6"' in result.stdout


def test_zizmor_finds_nothing_in_its_strictest_reading() -> None:
    result = run(str(BIN / "zizmor"), "--offline", "--no-progress", "--persona", "auditor", str(FOLDER))
    assert result.returncode == 0, result.stdout + result.stderr


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    text = (FOLDER / "workflows" / "lock.yml").read_text()
    (tmp_path / "lock.yml").write_text(text.replace('"$REASON"', '"${{ inputs.reason }}"'))
    result = run(str(BIN / "zizmor"), "--offline", "--no-progress", str(tmp_path / "lock.yml"))
    assert result.returncode != 0
    assert "template-injection" in result.stdout


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.github-actions", ACTIONS),
        ("vendor.dependabot", [FOLDER / "dependabot.yml"]),
    ],
)
def test_the_schemas_hold(schema: str, files: list[Path]) -> None:
    result = run(str(BIN / "check-jsonschema"), "--builtin-schema", schema, *map(str, files))
    assert result.returncode == 0, result.stdout + result.stderr
