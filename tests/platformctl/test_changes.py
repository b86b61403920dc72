"""Engine events become one ordered, readable list of changes."""

from typing import Any

from platformctl.changes import UNKNOWN_TEXT, at, changes, counts, readable

STACK = "urn:pulumi:prod::billing-platform"
NETWORK = f"{STACK}::platform:network:Network::main"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _step(op: str, type_: str, name: str, **step: Any) -> dict[str, Any]:
    urn = f"{STACK}::platform:network:Network${type_}::{name}"
    return {
        "resourcePreEvent": {
            "metadata": {"op": op, "urn": urn, "type": type_, "old": None, "new": {"parent": NETWORK}, **step}
        }
    }


def _component() -> dict[str, Any]:
    new = {"parent": f"{STACK}::pulumi:pulumi:Stack::billing-platform-prod"}
    return {
        "resourcePreEvent": {"metadata": {"op": "same", "urn": NETWORK, "type": "platform:network:Network", "new": new}}
    }


def test_lost_data_comes_first_then_other_losses_then_the_rest_by_name() -> None:
    events = [
        _component(),
        _step("create", "aws:ec2/subnet:Subnet", "b"),
        _step("create", "aws:ec2/subnet:Subnet", "a"),
        _step("delete", "aws:ec2/route:Route", "r"),
        _step("replace", "aws:s3/bucket:Bucket", "logs"),
    ]
    assert [(change.operation, change.name) for change in changes(events)] == [
        ("replace", "logs"),
        ("delete", "r"),
        ("create", "a"),
        ("create", "b"),
    ]


def test_a_change_knows_its_layer_and_outermost_component() -> None:
    change = changes([_component(), _step("create", "aws:ec2/subnet:Subnet", "a")])[0]
    assert (change.layer, change.component) == ("network", "Network main")


def test_a_replacement_in_three_steps_is_one_change_with_both_values() -> None:
    sides = {
        "old": {"inputs": {"cidrBlock": "10.0.0.0/24"}},
        "new": {"inputs": {"cidrBlock": "10.0.1.0/24"}, "parent": NETWORK},
    }
    detailed = {"cidrBlock": {"diffKind": "update-replace", "inputDiff": True}}
    events = [
        _step(op, "aws:ec2/subnet:Subnet", "a", detailedDiff=detailed, **sides)
        for op in ("create-replacement", "replace", "delete-replaced")
    ]
    found = changes(events)
    assert len(found) == 1
    assert found[0].operation == "replace"
    changed = found[0].properties[0]
    assert (changed.before, changed.after, changed.replaces) == ("10.0.0.0/24", "10.0.1.0/24", True)
    assert counts(events) == {"replace": 1}


def test_secret_and_unknown_values_are_words() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": '"hunter2"'}
    assert readable({"a": [UNKNOWN, secret, 1]}) == {"a": [UNKNOWN_TEXT, "[secret]", 1]}


def test_paths_of_the_engine_reach_nested_values() -> None:
    values = {"rules": [{"ports": [80, 443]}], "tags": {"a.b/c": "x"}}
    assert at(values, "rules[0].ports[1]") == 443
    assert at(values, 'tags["a.b/c"]') == "x"
    assert at(values, "rules[3].ports") is None
