"""What every workflow here keeps, beyond what the checkers ask."""

import re
from typing import Any

import pytest
import yaml

from tests.workflows.files import ACTIONS, FOLDER, ROOT, WORKFLOWS, jobs, read, steps

JOBS = list(jobs())
STEPS = list(steps())
PIN = re.compile(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")
# The rights of each job, and why it needs those that write: anything more is a decision.
RIGHTS = {
    ("pull-request", "policies"): {"contents": "read", "security-events": "write"},
    ("comment", "comment"): {"actions": "read", "contents": "read", "pull-requests": "write"},
    ("drift", "drift"): {"contents": "read", "id-token": "write", "issues": "write"},
    **{
        place: {"contents": "read", "id-token": "write"}
        for place in (
            ("deploy-staging", "deploy"),
            ("deploy-staging", "release"),
            ("deploy-prod", "plan"),
            ("deploy-prod", "deploy"),
            ("deploy-prod", "release"),
            ("rollback", "rollback"),
            ("lock", "lock"),
            ("evidence", "evidence"),
        )
    },
    **{("pull-request", name): {"contents": "read"} for name in ("check", "test", "diff")},
}


def ids(value: Any) -> str:
    return ".".join(value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.stem + file.parent.name)
def test_every_action_is_pinned_by_its_full_commit_with_the_version_beside_it(file: Any) -> None:
    used = [
        line.strip().removeprefix("- ") for line in file.read_text().splitlines() if re.match(r"\s*(- )?uses:", line)
    ]
    assert [line for line in used if not PIN.match(line) and not line.startswith("uses: ./.github/actions/")] == []


def test_one_action_has_one_pin() -> None:
    pins: dict[str, set[str]] = {}
    for file in (*WORKFLOWS, *ACTIONS):
        for name, commit in re.findall(r"uses: ([\w./-]+)@(\S+ # \S+)", file.read_text()):
            pins.setdefault(name, set()).add(commit)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}
    page = (ROOT / "docs" / "pipelines.md").read_text()
    assert [name for name, (pin,) in pins.items() if f"`{pin.partition(' ')[0]}`" not in page] == []


def test_rights_are_those_of_the_table() -> None:
    assert {(workflow, name): job["permissions"] for workflow, name, job, _ in JOBS} == RIGHTS
    assert [workflow for workflow, _, _, whole in JOBS if whole["permissions"] != {}] == []


def test_every_job_ends_and_runs_on_a_named_image() -> None:
    for workflow, name, job, _ in JOBS:
        assert 0 < job["timeout-minutes"] <= 180, (workflow, name)
        assert re.fullmatch(r"(\$\{\{ vars\.PIPELINE_RUNNER \|\| ')?ubuntu-24\.04(' \}\})?", job["runs-on"])


def test_only_what_looks_at_a_pull_request_is_ever_cancelled() -> None:
    cancelled = {workflow: whole["concurrency"]["cancel-in-progress"] for workflow, _, _, whole in JOBS}
    assert {name for name, yes in cancelled.items() if yes} == {"pull-request"}
    groups = {workflow: whole["concurrency"]["group"] for workflow, _, _, whole in JOBS}
    assert len(set(groups.values())) == len(groups)


@pytest.mark.parametrize(("where", "step"), STEPS, ids=ids)
def test_a_step_is_thin_and_takes_values_from_its_environment(where: str, step: dict[str, Any]) -> None:
    text = step.get("run", "")
    assert "${{" not in text, where
    assert len(text.splitlines()) <= 1, f"{where}: more than a line belongs into platformctl or a script"


def test_a_checkout_leaves_no_credential() -> None:
    made = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert made
    assert [step for step in made if step["with"].get("persist-credentials") is not False] == []
    assert [step for step in made if "ref" in step["with"]] == []  # nobody else's head, and none of an input


def test_no_secret_is_stored_anywhere() -> None:
    for file in (*WORKFLOWS, *ACTIONS):
        assert not re.search(r"\bsecrets\b", file.read_text()), file
        assert "pull_request_target" not in file.read_text(), file


def test_what_a_pull_request_runs_holds_no_right_and_no_role() -> None:
    for workflow, name, job, whole in JOBS:
        if "pull_request" in whole["on"]:
            assert set(job["permissions"]) <= {"contents", "security-events"}, (workflow, name)
            assert "environment" not in job
            assert [step for step in job["steps"] if step.get("uses") == "./.github/actions/reach"] == []


def test_only_runs_without_rights_take_what_other_runs_left_in_the_cache() -> None:
    cached = {
        workflow
        for workflow, _, job, _ in JOBS
        for step in job["steps"]
        if step.get("uses") == "./.github/actions/set-up" and step.get("with", {}).get("cache") == "true"
    }
    assert cached == {"pull-request"}
    assert read(FOLDER / "actions" / "set-up" / "action.yml")["inputs"]["cache"]["default"] == "false"


def test_new_releases_wait_before_they_are_proposed() -> None:
    updates = yaml.safe_load((FOLDER / "dependabot.yml").read_text())["updates"]
    assert {one["package-ecosystem"] for one in updates} == {"github-actions", "pip"}
    for one in updates:
        assert one["cooldown"]["default-days"] >= 7
        # GitHub docs, "Dependabot options reference": per-version keys are for ecosystems that have versions.
        assert one["package-ecosystem"] != "github-actions" or set(one["cooldown"]) == {"default-days"}


def test_the_environments_that_are_deployed_are_those_that_are_compared_and_shown() -> None:
    matrices = {
        (workflow, name): set(job["strategy"]["matrix"]["environment"])
        for workflow, name, job, _ in JOBS
        if "matrix" in job.get("strategy", {})
    }
    deployed = {file.stem.removeprefix("deploy-") for file in WORKFLOWS if file.stem.startswith("deploy-")}
    assert deployed == {"staging", "prod"}
    for place, environments in matrices.items():
        assert environments - {"foundation/staging", "foundation/prod"} == deployed, place
