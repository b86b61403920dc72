"""Both projects of a checkout live in one sandbox and one account, with states and verdicts of their own."""

import json
import os
import re
import signal
from collections.abc import Iterator

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout, written_program
from tests.engine.striking import DEADLINE_S, engine_of, open_faults, post_fault, wait_until

KEY = 'kms.Key("{name}", description="{name}", tags={{"Name": "{name}"}}, opts=given(), **sound)\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("projects")) as checkout:
        written_program(checkout, "platform", "stacks")
        program(checkout, KEY.format(name="foundation"))
        checkout.ctl("up", "sandbox", "--yes")
        checkout.ctl("up", FOUNDATION, "--yes")
        yield checkout


def _alive(checkout: Checkout) -> list[str]:
    kms = checkout.aws("kms", "sandbox")
    found = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return sorted(key["Description"] for key in found if key["KeyState"] != "PendingDeletion")


def test_each_project_has_its_own_state_and_its_own_resources_in_the_one_account(small: Checkout) -> None:
    assert _alive(small) == ["evidence", "foundation"]
    for target, project in (("sandbox", "billing-platform"), (FOUNDATION, "billing-foundation")):
        document = small.json("preview", target)
        assert document["environment"] == target
        assert document["changes"] == []
        assert set(document["counts"]) == {"same"}
        state = small.sandbox.directory / "state" / ".pulumi" / "stacks" / project / "sandbox.json"
        assert re.search(rf'"urn:pulumi:sandbox::{project}::[^"]*aws:kms/key:Key::', state.read_text())


def test_the_foundation_is_checked_and_compared_with_the_cloud(small: Checkout) -> None:
    by_engine = small.json("preview", FOUNDATION)["policies"]
    in_process = json.loads(small.ctl("check", FOUNDATION, "--format", "json").stdout)
    assert by_engine["rules"] == in_process["rules"]
    assert in_process["resources"] == 1
    kms = small.aws("kms", "sandbox")
    key = next(k["KeyId"] for k in kms.list_keys()["Keys"] if _description(small, k["KeyId"]) == "foundation")
    kms.disable_key_rotation(KeyId=key)
    found = small.json("drift", FOUNDATION, code=4)["differences"]
    assert [(d["name"], d["property"], d["class"]) for d in found] == [("foundation", "enableKeyRotation", "security")]
    assert small.json("drift", "sandbox")["differences"] == []
    kms.enable_key_rotation(KeyId=key)


def _description(checkout: Checkout, key: str) -> str:
    return str(checkout.aws("kms", "sandbox").describe_key(KeyId=key)["KeyMetadata"]["Description"])


def test_the_ordinary_cli_finds_the_foundation_in_its_folder(small: Checkout) -> None:
    printed = small.ctl("env", FOUNDATION)
    assert "export PULUMI_STACK=sandbox" in printed.stdout
    assert str(small.root / "stacks" / "foundation") in printed.stderr


def test_a_killed_update_of_the_foundation_is_adopted_and_the_platform_is_left_alone(small: Checkout) -> None:
    names = ("foundation", "second")
    program(small, "".join(KEY.format(name=name) for name in names))
    post_fault(small, {"delay_s": 3, "operation": "CreateKey", "times": 1})
    running = small.start("up", FOUNDATION, "--yes")
    engine = engine_of(small, "sandbox")
    wait_until(lambda: open_faults(small)["times"] == 0)
    os.kill(engine, signal.SIGKILL)
    running.communicate(timeout=DEADLINE_S)
    assert small.json("preview", "sandbox")["changes"] == []
    resumed = small.ctl("up", FOUNDATION, "--yes")
    assert "is adopted" in resumed.stderr
    assert _alive(small) == ["evidence", "foundation", "second"]


def test_destroying_the_foundation_leaves_the_platform(small: Checkout) -> None:
    small.ctl("destroy", FOUNDATION, "--yes")
    assert _alive(small) == ["evidence"]
    assert "foundation/sandbox" in small.ctl("drift", "foundation/nonsense", code=2).stderr
