"""What people are told of a refused loss of data (tests/faults/cases/losses.py strikes those) and of a credential."""

from collections.abc import Iterator

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, program, small_checkout

KEY = 'kms.Key("data", multi_region={region}, opts=given({options}), **sound)\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("refusals")) as checkout:
        program(checkout, KEY.format(region=False, options="protect=True"))
        checkout.ctl("up", FOUNDATION, "--yes")
        yield checkout


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
