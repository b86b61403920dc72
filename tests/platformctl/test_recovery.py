"""A creation whose answer was lost is remembered, and only such a one."""

from types import SimpleNamespace
from typing import Any

import pytest

from platformctl import adoption, recovery

URN = "urn:pulumi:sandbox::billing-platform::aws:kms/key:Key::data"
NEW = {"urn": URN, "type": "aws:kms/key:Key", "custom": True, "id": "", "inputs": {}, "parent": "p", "provider": "q::1"}


def _failed(message: str, op: str = "create") -> list[dict[str, Any]]:
    return [
        {"diagnosticEvent": {"severity": "error", "urn": URN, "message": message}},
        {"resOpFailedEvent": {"metadata": {"op": op, "urn": URN, "new": NEW}, "status": 0}},
    ]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(recovery, "deployment", lambda target: {"resources": [], "pending_operations": []})
    monkeypatch.setattr(recovery, "_write", lambda target, state: found.append(state))
    return found


@pytest.mark.parametrize("message", ["create_key: NoAnswer: the answer was lost", "read tcp: connection reset by peer"])
def test_a_creation_without_an_answer_becomes_one_that_is_under_way(message: str, written: list[Any]) -> None:
    target: Any = SimpleNamespace(sandbox=object())
    (line,) = recovery.remember(target, _failed(message))
    assert "data" in line
    (operation,) = written[0]["pending_operations"]
    assert operation == {"type": "creating", "resource": {key: NEW[key] for key in NEW if key != "id"}}


@pytest.mark.parametrize(("message", "op"), [("AccessDenied: no", "create"), ("NoAnswer: lost", "update")])
def test_refusals_and_updates_are_left_to_the_engine(message: str, op: str, written: list[Any]) -> None:
    target: Any = SimpleNamespace(sandbox=object())
    assert recovery.remember(target, _failed(message, op)) == []
    assert written == []


def test_a_shared_state_is_not_written_but_the_import_is_told(
    written: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "find", lambda target, resource: "1234")
    target: Any = SimpleNamespace(sandbox=None)
    assert recovery.remember(target, _failed("NoAnswer: lost")) == [
        "created without an answer: pulumi import aws:kms/key:Key data 1234"
    ]
    assert written == []
