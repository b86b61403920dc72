"""What the cloud changed is told apart from what the program changes, property by property."""

import pytest

from platformctl.changes import Change, PropertyChange
from platformctl.drift import Difference, DriftClass
from platformctl.live_preview import told_apart

URN = "urn:pulumi:sandbox::billing-platform::aws:sqs/queue:Queue::q"


def _difference(property_: str) -> Difference:
    return Difference(URN, "aws:sqs/queue:Queue", "q", DriftClass.OURS, property_, "state", "cloud")


def _change(operation: str, *paths: str, urn: str = URN) -> Change:
    properties = tuple(PropertyChange(path, "state", "program") for path in paths)
    return Change(urn, operation, "aws:sqs/queue:Queue", "q", "", "", True, properties)


CASES: tuple[tuple[str, list[Change], tuple[str, str, str | None]], ...] = (
    ("delaySeconds", [], ("nothing", "", None)),
    ("delaySeconds", [_change("update", "delaySeconds", urn=f"{URN}2")], ("nothing", "", None)),
    ("delaySeconds", [_change("update", "delaySeconds")], ("property", "update", "program")),
    ("delaySeconds", [_change("update", "delay")], ("resource", "update", None)),
    ("tags", [_change("update", "tags.owner")], ("property", "update", "program")),
    ("spec.a[0].b", [_change("update", "spec.a")], ("property", "update", "program")),
    ("spec.a", [_change("update", "spec.ab")], ("resource", "update", None)),
    ("delaySeconds", [_change("delete")], ("property", "delete", None)),
    ("delaySeconds", [_change("replace", "name")], ("property", "replace", None)),
    ("", [_change("update", "name")], ("property", "update", None)),
)


@pytest.mark.parametrize(("property_", "changes", "expected"), CASES)
def test_how_a_difference_meets_the_change(
    property_: str, changes: list[Change], expected: tuple[str, str, str | None]
) -> None:
    (told,) = told_apart([_difference(property_)], changes)
    assert (told.meets.value, told.operation, told.planned) == expected
    document = told.as_dict()
    assert (document["class"], document["state"], document["cloud"]) == ("ours", "state", "cloud")
    assert (document["meets"], document["operation"], document["planned"]) == expected
