"""A creation whose answer was lost is remembered, and only such a one."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.recovery import adoption, interrupted
from platformctl.recovery.replaced import taken_in
from platformctl.recovery.untold import as_asked

URN = "urn:pulumi:sandbox::billing-platform::aws:kms/key:Key::data"
NEW = {"urn": URN, "type": "aws:kms/key:Key", "custom": True, "id": "", "inputs": {}, "parent": "p", "provider": "q::1"}


def _failed(message: str, op: str = "create") -> list[dict[str, Any]]:
    return [
        {"diagnosticEvent": {"severity": "error", "urn": URN, "message": message}},
        {"resOpFailedEvent": {"metadata": {"op": op, "urn": URN, "new": NEW}, "status": 0}},
    ]


@pytest.fixture
def target(tmp_path: Path) -> Any:
    project = SimpleNamespace(name="billing-platform")
    return SimpleNamespace(sandbox=SimpleNamespace(directory=tmp_path), project=project, environment="sandbox")


@pytest.mark.parametrize(
    ("message", "op"),
    [
        ("create_key: NoAnswer: the answer was lost", "create"),
        ("create_key: NoAnswer: the answer was lost", "create-replacement"),
        ("read tcp: connection reset by peer", "create"),
    ],
)
def test_a_creation_without_an_answer_is_kept_for_the_next_update(message: str, op: str, target: Any) -> None:
    (line,) = interrupted.remember(target, _failed(message, op))
    assert "data" in line
    (file,) = target.sandbox.directory.iterdir()
    assert file.name == "billing-platform.sandbox.unanswered.json"
    kept = {key: NEW[key] for key in NEW if key != "id"}
    assert json.loads(file.read_text()) == [{"type": "creating", "resource": kept}]


@pytest.mark.parametrize(("message", "op"), [("AccessDenied: no", "create"), ("NoAnswer: lost", "update")])
def test_refusals_and_updates_are_left_to_the_engine(message: str, op: str, target: Any) -> None:
    assert interrupted.remember(target, _failed(message, op)) == []
    assert list(target.sandbox.directory.iterdir()) == []


def test_outside_of_the_sandbox_the_import_is_told(target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adoption, "find", lambda target, resource: "1234")
    target.sandbox = None
    assert interrupted.remember(target, _failed("NoAnswer: lost")) == [
        "created without an answer: pulumi import aws:kms/key:Key data 1234"
    ]


OLD = {"urn": URN, "type": "aws:kms/key:Key", "id": "old", "inputs": {"a": 1}, "outputs": {"a": 1}}
OTHER = {"urn": f"{URN}-2", "type": "aws:kms/key:Key", "id": "other"}


def test_the_new_side_of_a_replacement_is_taken_in_and_the_old_one_is_left_to_be_deleted() -> None:
    new = {key: OLD[key] for key in ("urn", "type", "inputs")} | {"id": "new"}
    assert taken_in([OLD, OTHER], {URN: "new"}) == [new, {**OLD, "delete": True}, OTHER]
    assert taken_in([{**OLD, "pendingReplacement": True}, OTHER], {URN: "new"}) == [new, OTHER]


def test_what_waits_to_be_deleted_already_is_left_as_it_is() -> None:
    waiting = {**OLD, "id": "older", "delete": True}
    assert [one["id"] for one in taken_in([OLD, waiting], {URN: "new"})] == ["new", "old", "older"]
    assert taken_in([OLD, OTHER], {}) == [OLD, OTHER]


def _cluster(**inputs: Any) -> dict[str, Any]:
    return {"urn": "c", "type": "aws:eks/cluster:Cluster", "inputs": inputs, "outputs": {"status": "ACTIVE", **inputs}}


@pytest.mark.parametrize("told", [{}, {"bootstrapSelfManagedAddons": True}])
def test_what_nobody_tells_of_what_was_adopted_is_as_it_was_asked_for(told: dict[str, Any]) -> None:
    created = _cluster(name="mine", bootstrapSelfManagedAddons=False, version="1.33")
    (found,) = as_asked([_cluster(name="mine", **told)], {"c": created})
    assert found == _cluster(name="mine", bootstrapSelfManagedAddons=False)  # the version is told, and is not there


def test_what_is_told_otherwise_and_what_was_not_adopted_stay_as_they_are() -> None:
    group = {"urn": "g", "type": "aws:cloudwatch/logGroup:LogGroup"}
    told, asked = ({**group, "inputs": {"logGroupClass": one}} for one in ("INFREQUENT_ACCESS", "STANDARD"))
    assert as_asked([told], {"g": asked}) == [told]
    assert as_asked([_cluster(), OTHER], {URN: _cluster(bootstrapSelfManagedAddons=False)}) == [_cluster(), OTHER]
    assert as_asked([OTHER], {OTHER["urn"]: OTHER}) == [OTHER]
