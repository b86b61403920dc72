import json
from typing import Any

import pytest

from policies import tokens
from policies.adapters import StateError, from_state

_URN = "urn:pulumi:prod::billing-platform::aws:ec2/vpc:Vpc::main"


def _state(*resources: Any, **deployment: Any) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": list(resources)} | deployment})


def _nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": [value]}
    return value


_BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"inputs": 5}, r"inputs is a number, not an object"),
    ({"outputs": "x"}, r"outputs is text, not an object"),
    ({"inputs": {"x": _nested(60)}}, "inputs is nested deeper than 100 levels"),
    ({"inputs": {"__defaults": 7}}, "__defaults is a number"),
    ({"parent": 5}, "parent is a number, not a URN"),
    ({"provider": ["x"]}, "provider is a list, not a URN"),
    ({"id": 7}, "id is a number"),
    ({"sourcePosition": {"a": 1}}, "sourcePosition is an object"),
    ({"protect": "false"}, "protect is text, not true or false"),
    ({"delete": "false"}, "delete is text"),
    ({"dependencies": 5}, "dependencies is a number, not a list"),
    ({"dependencies": "urn"}, "dependencies is text, not a list"),
    ({"dependencies": [5]}, r"dependencies\[0\] is a number, not a URN"),
    ({"propertyDependencies": [1]}, "propertyDependencies is a list"),
    ({"propertyDependencies": {"a": "urn"}}, "propertyDependencies.a is text, not a list"),
    ({"propertyDependencies": {"a": [{}]}}, r"propertyDependencies.a\[0\] is an object"),
]


def test_outputs_stand_over_inputs_and_ciphertext_is_unknown() -> None:
    cipher = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    item = {
        "urn": _URN,
        "type": tokens.VPC,
        "custom": True,
        "id": "vpc-1",
        "inputs": {"__defaults": [], "cidrBlock": "10.0.0.0/16", "x": cipher},
        "outputs": {"cidrBlock": "10.0.0.0/17", "x": cipher},
        "protect": True,
        "provider": "urn:pulumi:prod::p::pulumi:providers:aws::aws::1234",
        "sourcePosition": "project:///stacks/network.py#12,3",
    }
    (resource,) = from_state(_state(item)).resources
    assert resource.props["cidrBlock"] == "10.0.0.0/17"
    assert resource.inputs["cidrBlock"] == "10.0.0.0/16"
    assert "__defaults" not in resource.props
    assert (resource.id, resource.protect, resource.stack) == ("vpc-1", True, "prod")
    assert resource.provider.endswith("::aws")
    assert resource.source == "stacks/network.py:12"
    with pytest.raises(Exception, match="x"):
        resource.props["x"]


def test_resources_that_await_deletion_are_left_out() -> None:
    kept = {"urn": _URN, "type": tokens.VPC}
    assert len(from_state(_state(kept, kept | {"delete": True})).resources) == 1


@pytest.mark.parametrize("resources", [[], None])
def test_an_empty_stack_is_an_empty_graph(resources: Any) -> None:
    assert from_state({"version": 3, "deployment": {"resources": resources}}).resources == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", "empty"),
        ("  \n", "empty"),
        ("{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[]", "a list"),
        ("null", "nothing"),
        ("3", "a number"),
        ('{"version": 4, "terraform_version": "1.9", "resources": []}', "terraform_version"),
        ('{"version": 3, "checkpoint": {}}', "checkpoint"),
        ('{"version": 2, "deployment": {}}', "version 2"),
        ('{"version": 3, "deployment": []}', "deployment is a list"),
        ('{"version": 3, "deployment": {"resources": {}}}', "resources is an object"),
        (_state("x"), r"resources\[0\] is text"),
        (_state({"type": "t"}), "has no urn"),
        ({}, "found an object: expected"),
        ({"version": 3, "deployment": {}}, "neither manifest nor resources"),
        (_state({"urn": "u"}), "has no type"),
        (
            _state({"urn": _URN, "type": "t", "inputs": []}, {"urn": _URN, "type": "t", "inputs": [1]}),
            r"\[1\].inputs",
        ),
        (_state({"urn": "u", "type": "t"}), r"resources\[0\].urn is 'u', no URN"),
        ('{"version": true, "deployment": {"resources": []}}', "version True"),
        ('{"version": [3], "deployment": {"resources": []}}', r"version \[3\]"),
        ('{"version": 3}', "with version"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5_000, "not JSON"),
        *((_state({"urn": _URN, "type": "t", **broken}), found) for broken, found in _BROKEN),
    ],
)
def test_anything_else_is_an_error_that_says_what_was_found(text: str | bytes, found: str) -> None:
    with pytest.raises(StateError, match=found) as caught:
        from_state(text)
    assert "pulumi stack export" in str(caught.value)
