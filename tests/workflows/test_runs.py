"""Every workflow, step by step, for a faked event: in a clone, with GitHub's API and a cloud of this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.workflows.github_server import GitHub, serving
from tests.workflows.runner import Job
from tests.workflows.world import KEY, World, cloudy_world, program


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(GitHub()) as github, cloudy_world(tmp_path_factory.mktemp("world"), github) as made:
        yield made


@pytest.fixture(scope="module")
def merged(world: World) -> tuple[World, Job]:
    """The first merge, and the job that brought it to staging."""
    return world, world.job("deploy-staging", "deploy", "push")


def test_a_merge_reaches_staging_by_a_kept_plan_and_leaves_a_record(merged: tuple[World, Job]) -> None:
    world, job = merged
    assert job.result == "success", "\n".join(f"{one.what}: {one.outcome}\n{one.printed}" for one in job.done[-6:])
    assert world.aws("kms", "staging").describe_key(KeyId=world.key("staging"))["KeyMetadata"]["Description"] == "first"
    print(world.ctl("staging", "changes", "list", "staging", "--json"), world.artifacts)
    raise AssertionError


def drift(world: World, **given: Any) -> Job:
    return world.job("drift", "drift", "schedule", matrix={"environment": "staging"}, **given)


def test_drift_keeps_one_issue_and_fails_the_run_for_what_is_urgent(merged: tuple[World, Job]) -> None:
    world, _ = merged
    assert drift(world).result == "success"
    assert world.github.issues == {}
    kms, key = world.aws("kms", "staging"), world.key("staging")
    kms.update_key_description(KeyId=key, Description="by hand")
    job = drift(world)
    assert job.result == "success", job.done
    assert world.github.issues[1]["title"] == "Drift in staging: 1 difference"
    kms.disable_key_rotation(KeyId=key)
    job = drift(world)
    assert job.outcomes()['platformctl github drift-issue "$RUNNER_TEMP/drift.json"'] == "failure"
    assert list(world.github.issues) == [1]
    assert world.github.issues[1]["title"] == "Security drift in staging: 2 differences"
    kms.enable_key_rotation(KeyId=key)
    kms.update_key_description(KeyId=key, Description="first")
    assert drift(world).result == "success"
    assert world.github.issues[1]["state"] == "closed"
    assert {one["role-to-assume"].rpartition("/")[2] for one in world.machines.roles} == {"drift"}


def test_drift_runs_on_the_main_branch_alone(world: World) -> None:
    job = drift(world, github={"ref": "refs/heads/feature"})
    assert job.result == "skipped"
    assert job.done == []
