"""Updates of which a part fails: what was made is known, what failed is told, and the next update makes the rest."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout
from tests.engine.striking import post_fault

# Twelve in a row, so that the order is certain: each waits for the one before, and none needs its value.
TWELVE = """
made = []
for number in range(1, 13):
    name = f"key-{number:02}"
    opts = given(depends_on=made[-1:])
    made.append(kms.Key(name, description=name, tags={"Name": name}, opts=opts, **sound))
"""
ONE = 'kms.Key("only", description="only", tags={"Name": "only"}, opts=given(), **sound)\n'
NAMES = [f"key-{number:02}" for number in range(1, 13)]


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("partial")) as checkout:
        yield checkout


def _in_the_cloud(checkout: Checkout) -> list[str]:
    kms = checkout.aws("kms", FOUNDATION)
    found = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return sorted(key["Description"] for key in found)


def _in_the_state(checkout: Checkout) -> list[str]:
    state: dict[str, Any] = json.loads(checkout.pulumi(FOUNDATION, "stack", "export").stdout)["deployment"]
    keys = [resource for resource in state["resources"] if resource["type"] == "aws:kms/key:Key"]
    return sorted(resource["urn"].rpartition("::")[2] for resource in keys)


def test_a_creation_that_fails_in_the_middle_is_told_and_the_next_update_goes_on_from_there(small: Checkout) -> None:
    program(small, TWELVE)
    post_fault(small, {"fail": 7, "operation": "CreateKey"})
    failed = small.ctl("up", FOUNDATION, "--yes", code=5)
    assert "key-07" in failed.stderr + failed.stdout
    assert "AccessDenied" in failed.stderr
    assert _in_the_state(small) == NAMES[:6]
    assert _in_the_cloud(small) == NAMES[:6]

    document = small.json("up", FOUNDATION, "--yes")
    assert document["counts"] == {"create": 6, "same": 6}
    assert _in_the_state(small) == NAMES
    assert _in_the_cloud(small) == NAMES
    assert small.json("preview", FOUNDATION)["changes"] == []


def test_a_resource_whose_creation_was_not_answered_is_adopted_by_the_next_update(small: Checkout) -> None:
    program(small, ONE)
    post_fault(small, {"lose_response": 1, "operation": "CreateKey"})
    lost = small.ctl("up", FOUNDATION, "--yes", code=5)
    assert "may have taken effect" in lost.stderr
    assert _in_the_cloud(small) == ["only"]

    resumed = small.ctl("up", FOUNDATION, "--yes")
    assert "is adopted" in resumed.stderr
    assert _in_the_cloud(small) == ["only"]
    assert _in_the_state(small) == ["only"]
    assert small.json("preview", FOUNDATION)["changes"] == []
