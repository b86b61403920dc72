"""After an engine that died: what was done, what is pending, what exists, and the rest, with nothing made twice."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program
from tests.faults.world import World, world

TWO = """
first = kms.Key("first", description="first", tags={"Name": "first"}, opts=given(protect=True), **sound)
opts = given(protect=True, depends_on=[first])
second = kms.Key("second", description="second", tags={"Name": "second"}, opts=opts, **sound)
kms.Alias("second", name="alias/second", target_key_id=second.key_id, opts=given())
"""


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, world(tmp_path_factory.mktemp("resume")) as made:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("person")))
        yield made


@pytest.fixture
def small(around: World) -> Checkout:
    return around.checkout


def _keys(checkout: Checkout) -> list[str]:
    kms = checkout.aws("kms", FOUNDATION)
    found = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return sorted(key["Description"] for key in found)


def test_an_update_that_was_killed_is_reported_and_finished(around: World, small: Checkout, tmp_path: Path) -> None:
    program(small, TWO.partition("opts =")[0])
    small.ctl("up", FOUNDATION, "--yes")
    program(small, TWO)
    around.order(delay_s=5, operation="CreateKey", times=1)
    running = around.start("up", FOUNDATION, "--yes")
    around.wait(lambda: around.ordered()["times"] == 0 or not running.running)
    os.kill(around.engine(running), signal.SIGKILL)
    running.end(None)
    around.wait(lambda: _keys(small) == ["first", "second"])

    unfinished = small.ctl("plan", FOUNDATION, "-o", str(tmp_path / "a.plan.json"), "--allow-dirty", code=5)
    assert "platformctl resume" in unfinished.stderr
    done = small.json("resume", FOUNDATION, "--yes", "--reason", "the runner was lost")
    resumed = done["resumed"]
    assert resumed["last"] == {"sequence": 2, "command": "up", "outcome": "failed"}
    (pending,) = resumed["pending"]
    assert (pending["type"], pending["urn"].rpartition("::")[2]) == ("creating", "second")
    (exists,) = resumed["untracked"]
    assert exists["command"].startswith("pulumi import aws:kms/key:Key second ")
    assert resumed["unclaimed"] == []
    assert _keys(small) == ["first", "second"]
    assert small.json("preview", FOUNDATION)["changes"] == []
    last = small.json("changes", "list", FOUNDATION)["changes"][0]
    assert (last["command"], last["outcome"], last["why"]) == ("resume", "succeeded", "the runner was lost")
    assert "whole and unchanged" in small.ctl("changes", "verify", FOUNDATION).stdout
    assert "nothing is left to do" in small.ctl("resume", FOUNDATION, "--yes").stdout


def test_what_nothing_knew_of_is_found_by_name_and_tag_and_what_no_program_claims_is_only_told(small: Checkout) -> None:
    kms, found = small.aws("kms", FOUNDATION), {}
    for name in ("third", "stray"):
        tags = [{"TagKey": "environment", "TagValue": "sandbox"}, {"TagKey": "Name", "TagValue": name}]
        found[name] = kms.create_key(Description=name, Tags=tags)["KeyMetadata"]["KeyId"]
    program(small, TWO + 'kms.Key("third", description="third", tags={"Name": "third"}, opts=given(), **sound)\n')
    told = small.ctl("resume", FOUNDATION, "--yes").stdout
    assert "exists, but not in the state" in told
    assert f"pulumi import aws:kms/key:Key third {found['third']}" in told
    assert "nothing in the program claims it" in told
    assert f"pulumi import aws:kms/key:Key stray {found['stray']}" in told
    assert _keys(small) == ["first", "second", "stray", "third"]
    assert kms.describe_key(KeyId=found["stray"])["KeyMetadata"]["KeyState"] == "Enabled"
    assert small.json("preview", FOUNDATION)["changes"] == []
