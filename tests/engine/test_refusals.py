"""Data is not lost by a change of code: refused at preview and again at up, naming the property, until prepared."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout

KEY = 'kms.Key("data", multi_region={region}, opts=given({options}), **sound)\n'
PREPARED = "protect=False, retain_on_delete=True"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("refusals")) as checkout:
        program(checkout, KEY.format(region=False, options="protect=True"))
        checkout.ctl("up", FOUNDATION, "--yes")
        yield checkout


def _keys(checkout: Checkout) -> dict[str, str]:
    kms = checkout.aws("kms", FOUNDATION)
    found = (kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"])
    return {key["KeyId"]: key["KeyState"] for key in found}


def _refused(checkout: Checkout, text: str) -> dict[str, Any]:
    """The one refusal of a program, the same at preview and at up, with nothing changed in the cloud."""
    program(checkout, text)
    before = _keys(checkout)
    (at_preview,) = checkout.json("preview", FOUNDATION, code=1)["refusals"]
    (at_up,) = checkout.json("up", FOUNDATION, "--yes", code=1)["refusals"]
    assert at_up == at_preview
    assert _keys(checkout) == before
    found: dict[str, Any] = at_preview
    return found


@pytest.mark.parametrize("options", ["protect=True", "protect=False", "retain_on_delete=True"])
def test_a_replacing_change_is_refused_by_its_property(small: Checkout, options: str) -> None:
    refused = _refused(small, KEY.format(region=True, options=options))
    assert (refused["operation"], refused["name"]) == ("replace", "data")
    changed = [(p["path"], p["before"], p["after"], p["replaces"]) for p in refused["properties"]]
    assert changed == [("multiRegion", False, True, True)]
    assert any("protected in the state" in reason for reason in refused["reasons"])
    assert ("pulumi/pulumi#13428" in " ".join(refused["reasons"])) is (options == "retain_on_delete=True")


def test_people_are_told_property_and_remedy_and_no_engine_error(small: Checkout) -> None:
    program(small, KEY.format(region=True, options="protect=True"))
    result = small.ctl("preview", FOUNDATION, code=1)
    assert "refused to replace data" in result.stdout
    assert "multiRegion: false → true" in result.stdout
    assert "retain_on_delete=True" in result.stdout
    assert "error" not in result.stderr


def test_a_credential_in_an_input_is_blocked_before_the_engine_and_its_value_is_nowhere(small: Checkout) -> None:
    program(small, KEY.format(region=False, options="protect=True").replace("**sound", 'tags={"apiToken": v}, **sound'))
    file = small.root / "stacks" / "foundation" / "__main__.py"
    file.write_text(file.read_text().replace("kms.Key(", "v = 'hun' + 'ter2'\nkms.Key("))
    for command in (["preview", FOUNDATION], ["up", FOUNDATION, "--yes"], ["check", FOUNDATION]):
        result = small.ctl(*command, code=1)
        assert "tags.apiToken has a literal for apiToken" in result.stdout
        assert "SEC-03" in result.stdout
        assert "hunter2" not in result.stdout + result.stderr
        assert ("the engine was not started" in result.stdout) is (command[0] != "check")
    assert "apiToken" not in str(small.pulumi(FOUNDATION, "stack", "export").stdout)


def test_removal_from_the_program_is_refused(small: Checkout) -> None:
    assert _refused(small, "")["operation"] == "delete"


def test_a_loss_prepared_by_an_earlier_update_is_allowed_and_aws_keeps_what_was_there(small: Checkout) -> None:
    (kept,) = _keys(small)
    program(small, KEY.format(region=False, options=PREPARED))
    small.ctl("up", FOUNDATION, "--yes")
    program(small, KEY.format(region=True, options=PREPARED))
    assert small.json("preview", FOUNDATION)["refusals"] == []
    small.ctl("up", FOUNDATION, "--yes")
    keys = _keys(small)
    assert len(keys) == 2
    assert keys[kept] == "Enabled"
    program(small, "")
    small.ctl("up", FOUNDATION, "--yes")
    assert _keys(small) == keys
