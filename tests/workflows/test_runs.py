"""Every workflow, step by step, for a faked event: in a clone, with GitHub's API and a cloud of this machine."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.workflows.github_server import REPOSITORY, GitHub, serving
from tests.workflows.runner import Job
from tests.workflows.world import KEY, World, cloudy_world, program

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(GitHub()) as github, cloudy_world(tmp_path_factory.mktemp("world"), github) as made:
        yield made


@pytest.fixture(scope="module")
def merged(world: World) -> tuple[World, Job]:
    """The first merge, and the job that brought it to staging."""
    return world, world.job("deploy-staging", "deploy", "push")


def told(job: Job) -> str:
    """What a job did, for a failure's message."""
    return "\n".join(f"{one.what}: {one.outcome}\n{one.printed}" for one in job.done)


def description(world: World, environment: str) -> str:
    key = world.aws("kms", environment).describe_key(KeyId=world.key(environment))["KeyMetadata"]
    return str(key["Description"])


def records(world: World, environment: str) -> list[Any]:
    found: list[Any] = json.loads(world.ctl(environment, "changes", "list", environment, "--json"))["changes"]
    return found


def test_a_merge_reaches_staging_by_a_kept_plan_and_leaves_a_record(merged: tuple[World, Job]) -> None:
    world, job = merged
    assert job.result == "success", told(job)
    assert description(world, "staging") == "first"
    (record,) = records(world, "staging")
    (kept,) = [files for run, name, files in world.machines.artifacts.values() if run == job.github["run_id"]]
    assert list(kept) == ["staging.plan"]
    assert (record["command"], record["outcome"]) == ("up", "succeeded")
    assert record["what"]["commit"] == world.git("rev-parse", "HEAD")
    assert record["plan"]["digest"]
    assert "1 change records: whole and unchanged" in job.said("changes verify")
    release = world.job("deploy-staging", "release", "push", run=job.github["run_id"])
    assert release.result == "success", told(release)
    assert world.machines.roles[-1]["role-to-assume"].endswith("/drift")
    assert "none to watch" in release.said("--limit 50m || ")
    assert "0 addresses" in release.said("release smoke")


def test_production_is_planned_by_who_only_looks_and_changed_by_that_very_plan(world: World) -> None:
    plan = world.job("deploy-prod", "plan", "workflow_dispatch")
    assert plan.result == "success", told(plan)
    assert world.machines.roles[-1]["role-to-assume"] == "arn:aws:iam::730218645519:role/foundation/drift"
    needs = {"plan": {"outputs": plan.outputs, "result": plan.result}}
    ((number, (run, name, files)),) = [
        one for one in world.machines.artifacts.items() if one[0] == plan.outputs["artifact"]
    ]
    world.machines.artifacts[number] = (run, name, {"prod.plan": files["prod.plan"].replace(b"prod", b"pr0d")})
    changed = world.job("deploy-prod", "deploy", "workflow_dispatch", needs=needs, run=plan.github["run_id"])
    assert changed.result == "failure"
    assert [one.what for one in changed.done if one.outcome == "failure"] == [
        'echo "$SHA256  $RUNNER_TEMP/plan/prod.plan" | sha256sum --check --strict'
    ]
    world.machines.artifacts[number] = (run, name, files)
    deploy = world.job("deploy-prod", "deploy", "workflow_dispatch", needs=needs, run=plan.github["run_id"])
    assert deploy.result == "success", told(deploy)
    assert world.machines.roles[-1]["role-to-assume"] == "arn:aws:iam::730218645519:role/foundation/deploy"
    assert description(world, "prod") == "first"
    assert [one["outcome"] for one in records(world, "prod")] == ["succeeded"]


def test_production_is_deployed_from_the_main_branch_alone(world: World) -> None:
    job = world.job("deploy-prod", "plan", "workflow_dispatch", github={"ref": "refs/heads/feature"})
    assert job.result == "skipped"


def lock(world: World, action: str, **given: Any) -> Job:
    base = {"action": action, "environment": "staging", "reason": "INC-7: $(touch pwned)", "expiry": "1h"}
    inputs = {**base, "force": False, **given}
    return world.job("lock", "lock", "workflow_dispatch", inputs=inputs)


def test_a_lock_keeps_deployments_out_until_it_is_taken_away(merged: tuple[World, Job]) -> None:
    world, _ = merged
    locked = lock(world, "lock")
    assert locked.result == "success", told(locked)
    assert "INC-7: $(touch pwned)" in " ".join(locked.said('platformctl locks "').split())
    assert list(locked.workspace.rglob("pwned")) == []
    before = len(records(world, "staging"))
    kept_out = world.job("deploy-staging", "deploy", "push")
    assert kept_out.result == "failure"
    assert "is locked by ada" in kept_out.said("platformctl up")
    unlocked = lock(world, "unlock", force=True)
    assert unlocked.result == "success", told(unlocked)
    assert [one.what for one in unlocked.done if "platformctl unlock" in one.what and one.outcome == "success"] == [
        'platformctl unlock "$ENVIRONMENT" --live --reason "$REASON" --force'
    ]
    assert len(records(world, "staging")) == before


@pytest.mark.parametrize("expiry", ["0m", "tomorrow", "1h; true"])
def test_an_expiry_that_is_none_fails_the_run(world: World, expiry: str) -> None:
    job = lock(world, "lock", expiry=expiry)
    assert job.result == "failure"
    assert "--for must be a length" in told(job)


def paged(world: World) -> Callable[[], list[str]]:
    """Subscribes to staging's topic that pages; gives the subjects that have come."""
    sns, sqs = world.aws("sns", "staging"), world.aws("sqs", "staging")
    topic = sns.create_topic(Name="staging-page")["TopicArn"]
    queue = sqs.create_queue(QueueName="on-duty")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def subjects() -> list[str]:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"])["Subject"] for one in found]

    return subjects


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
    pages = paged(world)
    job = drift(world)
    assert job.outcomes()['platformctl github drift-issue "$RUNNER_TEMP/drift.json" --page'] == "failure"
    assert list(world.github.issues) == [1]
    assert world.github.issues[1]["title"] == "Security drift in staging: 2 differences"
    assert pages() == ["Security drift in staging: 2 differences"]
    assert "paged" in told(job)
    kms.enable_key_rotation(KeyId=key)
    kms.update_key_description(KeyId=key, Description="first")
    assert drift(world).result == "success"
    assert world.github.issues[1]["state"] == "closed"
    assert world.machines.roles[-1]["role-to-assume"].endswith("/drift")


def test_drift_runs_on_the_main_branch_alone(world: World) -> None:
    job = drift(world, github={"ref": "refs/heads/feature"})
    assert job.result == "skipped"
    assert job.done == []


def roll_back(world: World, **given: str) -> Job:
    inputs = {"environment": "staging", "what": "everything", "commit": "", "reason": "INC-9: `touch pwned`", **given}
    return world.job("rollback", "rollback", "workflow_dispatch", inputs=inputs)


def test_a_rollback_goes_to_the_last_good_commit_and_passes_a_persons_lock(merged: tuple[World, Job]) -> None:
    world, _ = merged
    good = world.git("rev-parse", "HEAD")
    world.commit("Describe the key anew", {"stacks/__main__.py": program(KEY.replace("first", "second"))})
    assert world.job("deploy-staging", "deploy", "push").result == "success"
    assert description(world, "staging") == "second"
    assert lock(world, "lock").result == "success"
    job = roll_back(world)
    assert job.result == "success", told(job)
    assert description(world, "staging") == "first"
    newest = records(world, "staging")[0]
    assert (newest["command"], newest["outcome"], newest["what"]["commit"]) == ("rollback", "succeeded", good)
    assert newest["why"] == "INC-9: `touch pwned`"
    assert [one["kind"] for one in newest["overrides"]] == ["lock"]
    assert list(job.workspace.rglob("pwned")) == []
    assert lock(world, "unlock", force=True).result == "success"


def test_services_that_are_not_there_do_not_go_back(merged: tuple[World, Job]) -> None:
    world, _ = merged
    job = roll_back(world, what="services")
    assert job.result == "failure"
    assert "has no services in a cluster" in told(job)


PULL = {"number": 5, "pull_request": {"number": 5, "head": {"repo": {"full_name": REPOSITORY}}}}
FORK = {"number": 6, "pull_request": {"number": 6, "head": {"repo": {"full_name": "someone/platform"}}}}


def pull_request(world: World, name: str, payload: dict[str, Any], **given: Any) -> Job:
    github = {"ref": f"refs/pull/{payload['number']}/merge", **given.pop("github", {})}
    return world.job("pull-request", name, "pull_request", payload, github=github, **given)


@pytest.fixture(scope="module")
def proposal(world: World) -> str:
    """A pull request that describes the key anew; its head's hash."""
    return world.proposed(5, {"stacks/__main__.py": program(KEY.replace("first", "proposed"))})


@pytest.mark.parametrize("name", ["check", "test"])
def test_a_pull_request_is_checked_and_tested(world: World, proposal: str, name: str) -> None:
    job = pull_request(world, name, PULL)
    assert job.result == "success", told(job)
    assert job.outcomes()[f"make {name}"] == "success"


def test_findings_reach_code_scanning_but_not_from_a_fork(world: World, proposal: str) -> None:
    job = pull_request(world, "policies", PULL, matrix={"environment": "staging"})
    assert job.result == "success", told(job)
    assert list(world.machines.reports) == ["policies/staging"]
    world.machines.reports.clear()
    world.proposed(6, {})
    job = pull_request(world, "policies", FORK, matrix={"environment": "staging"})
    assert job.result == "success", told(job)
    assert world.machines.reports == {}


def test_the_diff_becomes_one_comment_that_is_changed_in_place(world: World, proposal: str) -> None:
    github, matrix = world.github, {"environment": "staging"}
    github.pulls = [{"number": 5, "state": "open", "head": {"sha": proposal, "label": "kestrel-billing:head-5"}}]
    payload = {
        "workflow_run": {
            "id": 0,
            "event": "pull_request",
            "conclusion": "success",
            "head_branch": "head-5",
            "head_sha": proposal,
            "head_repository": {"full_name": REPOSITORY, "owner": {"login": "kestrel-billing"}},
        }
    }
    comments = []
    for _ in range(2):
        diff = pull_request(world, "diff", PULL, matrix=matrix)
        assert diff.result == "success", told(diff)
        assert "id-token" not in diff.definition["permissions"]
        assert not any(name.startswith("AWS_") for name in diff.added)
        payload["workflow_run"]["id"] = diff.github["run_id"]
        said = world.job("comment", "comment", "workflow_run", payload, matrix=matrix)
        assert said.result == "success", told(said)
        comments.append(said.said("github comment").split()[0])
        (body,) = github.bodies(5)
        assert body.startswith("<!-- platformctl:diff:staging -->")
        assert "1 update" in body
    assert comments == ["created", "updated"]


def test_a_pull_request_whose_diff_left_nothing_gets_no_comment(world: World) -> None:
    payload = {
        "workflow_run": {
            "id": 99_999,
            "event": "pull_request",
            "conclusion": "failure",
            "head_branch": "b",
            "head_sha": "0" * 40,
            "head_repository": {"full_name": "someone/platform", "owner": {"login": "someone"}},
        }
    }
    before = len(world.github.requests)
    job = world.job("comment", "comment", "workflow_run", payload, matrix={"environment": "prod"})
    assert job.result == "success", told(job)
    assert job.done[-1].outcome == "skipped"
    assert len(world.github.requests) == before


def test_the_months_evidence_is_kept(merged: tuple[World, Job]) -> None:
    world, _ = merged
    job = world.job("evidence", "evidence", "schedule", matrix={"environment": "staging"})
    assert job.used[-1][0] == "actions/upload-artifact"
    ((_, _, files),) = [one for one in world.machines.artifacts.values() if one[0] == job.github["run_id"]]
    (packed,) = [content for name, content in files.items() if name.endswith(".tar.gz")]
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        (manifest,) = [one for one in tar.getmembers() if one.name.endswith("/manifest.json")]
        content = tar.extractfile(manifest)
        assert content is not None
        document = json.loads(content.read())
    outcomes = {one["name"]: one["outcome"] for one in document["parts"]}
    assert outcomes["audit"] == "left out"
    assert outcomes["changes"] == outcomes["drift"] == outcomes["waivers"] == "fine"
    assert "missing" not in outcomes.values(), told(job)
    assert document["commit"] == world.git("rev-parse", "HEAD")
