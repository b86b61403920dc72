"""What is different between two rounds: of the program, and of the verdicts."""

from typing import Any

import pytest

from platformctl.watching.rounds import changed, differing, findings

ROOT = "urn:pulumi:staging::billing-platform"


def _resource(name: str, parent: str = "", **inputs: Any) -> dict[str, Any]:
    urn = f"{ROOT}::aws:s3/bucket:Bucket::{name}"
    return {"urn": urn, "type": "aws:s3/bucket:Bucket", "parent": parent, "inputs": inputs, "protect": False}


def _of(*resources: dict[str, Any]) -> dict[str, Any]:
    return {one["urn"]: one for one in resources}


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, ["a.b[1].c"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({"tags": {"a.b": "x", "c": "y"}}, {"tags": {"a.b": "z", "c": "y"}}, ['tags["a.b"]']),
        ({"a": {"b": 1}}, {"a": {}}, ["a"]),
        ({}, {"a": {"b": 1}}, ["a"]),
        ({"a": True}, {"a": 1}, []),
    ],
)
def test_paths_are_the_shortest_that_say_what_differs(old: Any, new: Any, paths: list[str]) -> None:
    assert list(differing(old, new)) == paths


def test_creations_updates_and_deletions_are_told_and_nothing_else() -> None:
    same, before, after = _resource("same", a=1), _resource("one", a={"b": 1}), _resource("one", a={"b": 2})
    told = changed(_of(same, before, _resource("gone")), _of(same, after, _resource("new")))
    assert [(one.operation, one.name) for one in told] == [("delete", "gone"), ("create", "new"), ("update", "one")]
    (value,) = told[-1].properties
    assert (value.path, value.before, value.after) == ("a.b", 1, 2)


def test_protection_that_is_taken_off_is_a_change() -> None:
    before, after = _resource("one"), _resource("one")
    before["protect"] = True
    (change,) = changed(_of(before), _of(after))
    assert [(one.path, one.before, one.after) for one in change.properties] == [("protect", True, None)]


def test_a_change_stands_under_the_outermost_component() -> None:
    component = {
        **_resource("logs"),
        "type": "platform:audit:AuditLog",
        "urn": f"{ROOT}::platform:audit:AuditLog::logs",
    }
    before, after = _resource("one", component["urn"], a=1), _resource("one", component["urn"], a=2)
    (change,) = changed(_of(component, before), _of(component, after))
    assert (change.layer, change.component) == ("audit", "AuditLog logs")


def _finding(rule: str, message: str = "open", verdict: str = "fail") -> dict[str, Any]:
    return {"rule": rule, "urn": "u", "property": "p", "message": message, "verdict": verdict}


def test_new_and_gone_findings_are_told_apart_from_those_that_stand() -> None:
    stands, was, waived = _finding("A-1"), _finding("B-1"), _finding("A-1", verdict="waived")
    assert findings({"findings": [stands, was]}, {"findings": [stands, waived]}) == ([waived], [was])
