"""Two plans differ where what would be done does, and nowhere else."""

from typing import Any

import pytest

from platformctl.plans.deviations import deviations
from platformctl.plans.moves import beyond, moves, planned

URN = "urn:pulumi:s::p::aws:kms/key:Key::data"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CIPHER = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def _plan(*steps: str, adds: Any = None, updates: Any = None, deletes: Any = (), **goal: Any) -> dict[str, Any]:
    difference = {"adds": adds or {}, "updates": updates or {}, "deletes": list(deletes)}
    return {
        "resourcePlans": {
            URN: {"goal": {**goal, "inputDiff": difference}, "steps": list(steps), "seed": str(id(steps))}
        }
    }


def _moved(reviewed: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.what, one.reviewed, one.now) for one in moves(planned(reviewed), planned(now))]


@pytest.mark.parametrize(
    ("reviewed", "now", "expected"),
    [
        (_plan("create", adds={"a": 1}), _plan("create", adds={"a": 1}), []),
        (_plan("create", adds={"a": 1}), _plan("create", adds={"a": 2}), [("a", "1", "2")]),
        (_plan("update", updates={"a": 1}), _plan("same"), [("steps", "update", "same"), ("a", "1", "(nothing)")]),
        (_plan("replace"), _plan("update"), [("steps", "replace", "update")]),
        (_plan("same"), _plan("same", adds={"a": 1}), []),
        (_plan("update", deletes=["a"]), _plan("update"), [("a", "(removed)", "(nothing)")]),
        (_plan("update", protect=True), _plan("update"), [("protect", "true", "(nothing)")]),
        (_plan("update", dependencies=["x", "y"]), _plan("update", dependencies=["y", "x"]), []),
        (_plan("create", provider="urn::aws::" + UNKNOWN), _plan("create", provider="urn::aws::id"), []),
        (
            _plan("create", adds={"a": UNKNOWN}),
            _plan("create", adds={"a": 2}),
            [("a", "(known after the update)", "2")],
        ),
        (
            _plan("create", adds={"a": {**CIPHER, "ciphertext": "v1:a"}}),
            _plan("create", adds={"a": {**CIPHER, "ciphertext": "v1:b"}}),
            [],
        ),
        (_plan("create", adds={"name": "data-0a1b2c3"}), _plan("create", adds={"name": "data-d4e5f60"}), []),
        (
            _plan("create", adds={"name": "data-0a1b2c3"}),
            _plan("create", adds={"name": "other-d4e5f60"}),
            [("name", "data-0a1b2c3", "other-d4e5f60")],
        ),
    ],
)
def test_differences_are_told(reviewed: dict[str, Any], now: dict[str, Any], expected: list[Any]) -> None:
    assert _moved(reviewed, now) == expected


def test_what_only_one_plan_has_is_told_with_its_values() -> None:
    one = _plan("create", adds={"a": 1})
    none: dict[str, Any] = {"resourcePlans": {}}
    assert _moved(one, none) == [("steps", "create", "(nothing)"), ("a", "1", "(nothing)")]
    assert _moved(none, one) == [("steps", "(nothing)", "create"), ("a", "(nothing)", "1")]


@pytest.mark.parametrize(
    ("reviewed", "now", "told"),
    [
        (_plan("create", adds={"a": 1}), _plan("same"), []),
        (_plan("create", adds={"a": 1}), _plan("create", adds={"a": 1}), []),
        (_plan("create", adds={"a": 1}), _plan("update", updates={"a": 1}), []),
        (_plan("create", adds={"a": UNKNOWN}), _plan("create", adds={"a": 7}), []),
        (_plan("create", adds={"a": 1}), _plan("update", updates={"a": 2}), ["a"]),
        (_plan("create", adds={"a": 1}), _plan("delete"), ["steps"]),
        (_plan("update", updates={"a": 1}), _plan("replace", updates={"a": 1}), ["steps"]),
        (_plan("same"), _plan("update"), ["steps"]),
        ({"resourcePlans": {}}, _plan("create"), ["steps"]),
    ],
)
def test_what_is_left_of_a_plan_may_be_less_and_not_more(
    reviewed: dict[str, Any], now: dict[str, Any], told: list[str]
) -> None:
    assert [one.what for one in beyond(planned(reviewed), planned(now))] == told


def _events(*ops: str) -> list[dict[str, Any]]:
    return [{"resourcePreEvent": {"metadata": {"urn": URN, "op": op}}} for op in ops]


@pytest.mark.parametrize(
    ("steps", "done", "found"),
    [
        (("update",), ("update",), []),
        (("replace", "create-replacement"), ("create-replacement", "replace"), []),
        (("update",), ("same",), [True]),
        (("replace",), ("update",), [True]),
        (("same",), ("update",), [False]),
        (("create",), ("delete",), [False]),
        ((), ("same",), []),
        ((), ("create",), [False]),
    ],
)
def test_a_run_that_did_otherwise_is_told_and_whether_it_did_less(
    steps: tuple[str, ...], done: tuple[str, ...], found: list[bool]
) -> None:
    plan = planned(_plan(*steps)) if steps else {}
    assert [one.less for one in deviations(plan, _events(*done))] == found
