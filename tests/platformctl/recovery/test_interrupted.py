"""A creation whose answer was lost is remembered, and only such a one."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from platformctl.recovery import adoption, interrupted
from platformctl.recovery.replaced import taken_in

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
