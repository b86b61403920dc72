"""One vocabulary, and values that no reader takes for two attributes."""

from urllib.parse import unquote

from components.telemetry_vocabulary import VOCABULARY, resource_attributes


def test_a_value_with_the_signs_of_the_list_is_read_back_as_one() -> None:
    said = resource_attributes(
        service="api,x=y", version="sha256:ab 1", environment="prod", data_class="financial", owner='a"b\\c;d%2C'
    )
    pairs = {key: unquote(value) for key, value in (pair.split("=") for pair in said.split(","))}
    assert {*pairs} == {*VOCABULARY}
    assert pairs["service.name"] == "api,x=y"
    assert pairs["service.version"] == "sha256:ab 1"
    assert pairs["platform.owner"] == 'a"b\\c;d%2C'
    assert pairs["platform.revision_hash"] == "$(REVISION_HASH)"
