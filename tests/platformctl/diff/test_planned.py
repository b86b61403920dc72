"""The state that would stand after an update, made of what the engine and the program told."""

from typing import Any

from platformctl.diff import place, planned
from platformctl.engine import Outcome
from policies.adapters import from_state
from policies.values import UNKNOWN, Secret

URN = "urn:pulumi:sandbox::billing-platform::aws:kms/key:Key::{}"
UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET: dict[str, Any] = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "words"}


def state(name: str, **values: Any) -> dict[str, Any]:
    return {"urn": URN.format(name), "type": "aws:kms/key:Key", "custom": True, "parent": "", **values}


def event(op: str, name: str, old: Any = None, new: Any = None, kind: str = "resourcePreEvent") -> dict[str, Any]:
    step = {"op": op, "urn": URN.format(name), "type": "aws:kms/key:Key", "old": old, "new": new}
    return {kind: {"metadata": step}}


def test_what_stays_is_created_or_replaced_is_there_and_what_goes_is_not() -> None:
    events = [
        event("same", "kept", state("kept"), state("kept")),
        event("create", "new", None, state("new")),
        event("create-replacement", "other", state("other"), state("other", inputs={"a": 2})),
        event("replace", "other", state("other"), state("other", inputs={"a": 2})),
        event("delete-replaced", "other", state("other"), None),
        event("delete", "gone", state("gone"), None),
    ]
    found = planned.state(events, {})["deployment"]["resources"]
    assert [one["urn"].rpartition("::")[2] for one in found] == ["kept", "new", "other"]
    assert found[2]["inputs"] == {"a": 2}


def test_inputs_are_as_the_provider_completed_them_and_secrets_as_the_program_gave_them() -> None:
    told = state(
        "one",
        inputs={"name": "one-1a2b3c4", "password": "[secret]", "tags": {"a": "[secret]"}, "later": UNKNOWN_ON_THE_WIRE},
    )
    asked = {
        "inputs": {"password": SECRET, "tags": {"a": SECRET}, "later": UNKNOWN_ON_THE_WIRE},
        "outputs": {"arn": UNKNOWN_ON_THE_WIRE, "password": SECRET},
        "dependencies": ["b", "a"],
        "propertyDependencies": {"later": ["d", "c"]},
        "sourcePosition": "project:///stacks/data.py#12",
    }
    graph = from_state(planned.state([event("create", "one", None, told)], {URN.format("one"): asked}))
    (one,) = graph.resources
    assert one.asked["name"] == "one-1a2b3c4"
    assert one.asked["password"] == Secret("words")
    assert one.asked["tags"]["a"] == Secret("words")
    assert one.asked["later"] is UNKNOWN
    assert one.dependencies == ("a", "b")
    assert one.property_dependencies == {"later": ("c", "d")}
    assert one.source == "stacks/data.py:12"


def test_protection_is_off_for_the_engine_and_on_for_whoever_reads_its_events() -> None:
    resources = [state("held", protect=True, inputs={"a": 1}), state("free")]
    checkpoint = {"version": 3, "checkpoint": {"stack": "s", "latest": {"manifest": {"m": 1}, "resources": resources}}}
    open_ = planned.unprotected(checkpoint)
    assert place.resources(open_) == [state("held", inputs={"a": 1}), state("free")]
    assert place.resources(checkpoint) == resources
    assert open_["checkpoint"]["latest"]["manifest"] == {"m": 1}

    events = (
        event("delete", "held", state("held")),
        event("same", "renamed", state("held"), state("renamed")),  # by an alias
        event("delete", "free", state("free")),
        event("create", "held", None, state("held"), "resOutputsEvent"),
    )
    steps = [
        one[kind]["metadata"]
        for one in planned.protected(Outcome(0, events, (), "", 0.0), resources).events
        for kind in one
    ]
    assert [(step["old"] or {}).get("protect") for step in steps] == [True, True, None, None]


def test_a_stack_that_holds_nothing_stays_so() -> None:
    empty = {"version": 3, "checkpoint": {"stack": "organization/billing-platform/sandbox"}}
    assert planned.unprotected(empty) == empty
    assert place.resources(empty) == []


def test_lines_are_named_as_from_the_checkout_and_those_of_others_not_at_all() -> None:
    def source(position: str, folder: str) -> str:
        found: str = place.tidy(state("one", sourcePosition=position), folder)["sourcePosition"]
        return found

    assert source("project:///data.py#3", "stacks/foundation") == "project:///stacks/foundation/data.py#3"
    assert source("project:///../../components/key.py#7", "stacks/foundation") == "project:///components/key.py#7"
    assert source("project:///stacks/data.py#3", ".") == "project:///stacks/data.py#3"
    assert source("project:///../../usr/lib/python3.11/asyncio/events.py#80", ".") == ""
    assert place.tidy(state("one"))["sourcePosition"] == ""
