"""What was reviewed is what runs: a plan is applied as it is, and each thing that it is bound to is held to."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout

KEY = 'kms.Key("data", description="{text}", multi_region={region}, opts=given({options}), **sound)\n'


@pytest.fixture(autouse=True, scope="module")
def _own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("person")))
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root = tmp_path_factory.mktemp("plans")
    with small_checkout(root) as checkout:
        (root / "requirements.lock").write_text("one==1\n")
        git(root, "init", "-q")
        _write(checkout, "first")
        yield checkout


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(checkout: Checkout) -> None:
    (checkout.root / ".gitignore").write_text(".sandbox/\n__pycache__/\n")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-qm", "A change")


def _write(checkout: Checkout, text: str, region: bool = False, options: str = "protect=True") -> None:
    program(checkout, KEY.format(text=text, region=region, options=options))
    commit(checkout)


def _plan(checkout: Checkout, file: Path, *more: str, code: int = 0) -> dict[str, Any]:
    checkout.ctl("plan", FOUNDATION, "-o", str(file), *more, code=code)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_a_plan_is_applied_as_it_is_and_leaves_a_record(small: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "one.plan.json"
    plan = _plan(small, file)["plan"]
    assert plan["bound"]["state"]["resources"] == 0
    done = small.json("up", FOUNDATION, "--plan", str(file), "--yes", "--reason", "the first of all")
    assert done["counts"]["create"] == 1
    assert done["deviations"] == []
    assert small.json("preview", FOUNDATION)["changes"] == []
    (record,) = small.json("changes", "list", FOUNDATION)["changes"]
    assert (record["command"], record["outcome"], record["why"]) == ("up", "succeeded", "the first of all")
    assert "whole and unchanged" in small.ctl("changes", "verify", FOUNDATION).stdout


def test_everything_that_changed_since_is_named_and_what_would_be_changed_now_is_shown(
    small: Checkout, tmp_path: Path
) -> None:
    file = tmp_path / "stale.plan.json"
    _write(small, "second")
    _plan(small, file)
    _write(small, "third")  # another commit, with other content
    (small.root / "requirements.lock").write_text("one==2\n")
    settings = small.root / "stacks" / "foundation" / "Pulumi.sandbox.yaml"
    settings.write_text(settings.read_text() + "  billing-foundation:other: thing\n")
    small.pulumi(FOUNDATION, "state", "unprotect", "--all", "--yes")
    small.ctl("state", "accept", FOUNDATION, "--reason", "unprotected on purpose", "--yes")
    told = small.json("up", FOUNDATION, "--plan", str(file), "--yes", code=1)
    assert told["operations"] == "refused"
    items = {one["item"] for one in told["mismatches"]}
    assert items == {"commit", "tree", "lock_file", "configuration", "state"}
    moved = {(one["what"], one["reviewed"], one["now"]) for one in told["moves"]}
    assert ("description", "second", "third") in moved
    said = small.ctl("up", FOUNDATION, "--plan", str(file), "--yes", code=1).stdout
    assert "refused commit" in said
    assert "description: reviewed second, now third" in said
    accepted, before = small.json("changes", "list", FOUNDATION)["changes"]
    assert (accepted["command"], before["command"]) == ("state accept", "up")
    assert accepted["why"] == "unprotected on purpose"


def test_files_that_are_not_committed_are_planned_in_the_sandbox_alone_and_by_content(
    small: Checkout, tmp_path: Path
) -> None:
    file = tmp_path / "dirty.plan.json"
    assert "requirements.lock" in small.ctl("plan", FOUNDATION, "-o", str(file), code=1).stderr
    assert "sandbox" in small.ctl("plan", FOUNDATION, "-o", str(file), "--allow-dirty", "--live", code=2).stderr
    assert not file.exists()
    plan = _plan(small, file, "--allow-dirty")["plan"]
    assert plan["changed_files"] == ["requirements.lock", "stacks/foundation/Pulumi.sandbox.yaml"]
    small.ctl("up", FOUNDATION, "--plan", str(file), "--yes")


def test_a_loss_waits_for_a_person_and_then_for_its_preparation(small: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "loss.plan.json"
    _write(small, "third", region=True)
    refused = _plan(small, file, code=1)["plan"]
    assert refused["run"]["refusals"]
    assert "verdict" in small.ctl("up", FOUNDATION, "--plan", str(file), "--yes", code=1).stdout
    prepared = "protect=False, retain_on_delete=True"
    _write(small, "third", options=prepared)
    small.ctl("up", FOUNDATION, "--yes")
    _write(small, "third", region=True, options=prepared)
    (waits,) = _plan(small, file)["plan"]["needs_approval"]
    assert (waits["operation"], waits["why"]) == ("replace", "holds data")
    assert "approval to replace data" in small.ctl("up", FOUNDATION, "--plan", str(file), "--yes", code=1).stdout
    yes = ("approve", str(file), "--urn", waits["urn"], "--reason", "its data was copied before", "--by", "Grace")
    assert "approved" in small.ctl(*yes).stdout
    small.ctl("up", FOUNDATION, "--plan", str(file), "--yes")
    last = small.json("changes", "list", FOUNDATION)["changes"][0]
    (approval,) = last["plan"]["approvals"]
    assert (approval["by"]["name"], approval["urns"]) == ("Grace", [waits["urn"]])
    assert last["plan"]["digest"]


LATER = """
first = kms.Key("first", description="first", tags={"Name": "first"}, opts=given(protect=True), **sound)
rotates = first.arn.apply(lambda arn: False)
kms.Key("later", description="later", opts=given(protect=True), **{**sound, "enable_key_rotation": rotates})
"""


def test_what_was_unknown_is_judged_again_before_it_is_made(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("unknown")
    with small_checkout(root) as checkout:
        (root / "requirements.lock").write_text("one==1\n")
        git(root, "init", "-q")
        program(checkout, LATER)
        commit(checkout)
        file = root / "later.plan.json"  # in the checkout: a plan is no part of what it binds
        (undecided,) = _plan(checkout, file)["plan"]["verdict"]["undecided"]
        assert (undecided["rule"], undecided["property"]) == ("KMS-01", "enableKeyRotation")
        done = checkout.ctl("up", FOUNDATION, "--plan", str(file), "--yes", code=1)
        assert "KMS-01" in done.stdout
        kms = checkout.aws("kms", FOUNDATION)
        made = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Description"] for key in kms.list_keys()["Keys"]]
        assert made == ["first"]
        (record,) = checkout.json("changes", "list", FOUNDATION)["changes"]
        assert record["outcome"] == "failed"
        steps = {one["urn"].rpartition("::")[2]: one["outcome"] for one in record["engine"]["steps"]}
        assert steps["first"] == "done"
        assert steps.get("later") != "done"


def test_a_byte_that_was_changed_and_a_secret_are_kept_out(small: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "secret.plan.json"
    program(
        small,
        'from pulumi_aws import secretsmanager as sm\nkept = sm.Secret("s", name="s", opts=given(protect=True))\n'
        'value = pulumi.Output.secret("canary-" + "4711")\n'
        'sm.SecretVersion("s", secret_id=kept.id, secret_string=value, opts=given())\n',
    )
    commit(small)
    small.ctl("plan", FOUNDATION, "-o", str(file), code=None)
    assert "canary-4711" not in file.read_text()
    file.write_bytes(file.read_bytes().replace(b'"clean":true', b'"clean":null'))
    told = small.ctl("up", FOUNDATION, "--plan", str(file), "--yes", code=1)
    assert "it was changed afterwards" in told.stdout
