"""Which commit a rollback goes back to, by the change records."""

from typing import Any

import pytest

from platformctl.errors import CommandError
from platformctl.rollbacks.choosing import last_good

A, B, C = "a" * 40, "b" * 40, "c" * 40


def record(commit: str | None, outcome: str = "succeeded", command: str = "up") -> dict[str, Any]:
    return {"command": command, "outcome": outcome, "what": {"commit": commit}}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([record(A), record(B)], A),
        ([record(A), record(B), record(B)], A),
        ([record(A), record(B), record(C, "failed")], B),
        ([record(A), record(B, "interrupted")], A),
        ([record(A), record(B, "failed"), record(B, "succeeded", "resume")], A),
        ([record(A), record(None), record(B)], A),
        ([record(A), record(B), record(C), record(B, command="rollback")], A),  # not C, which was left
        ([record(A), record(B), record(A, command="rollback"), record(C)], A),
        ([record(A), record(B), record(A, command="rollback"), record(B), record(C)], B),  # B was mended, say
        ([record(A), record(None, command="destroy"), record(B), record(C)], B),
        ([record(A), record(None, "failed", "destroy"), record(B)], A),
    ],
)
def test_the_last_good_commit(records: list[dict[str, Any]], expected: str) -> None:
    assert last_good(records, "staging") == expected


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([], "no change record tells"),
        ([record(None)], "no change record tells"),
        ([record(A)], "no commit before aaaaaaaaaaaa"),
        ([record(A), record(A)], "no commit before aaaaaaaaaaaa"),
        ([record(A, "failed")], "no commit before"),
        ([record(A), record(None, command="destroy"), record(B)], "no commit before bbbbbbbbbbbb"),
        ([record(A), record(B), record(A, command="rollback")], "not rolled back from"),
    ],
)
def test_where_no_record_tells_the_commit_has_to_be_named(records: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(CommandError, match=rf"{why}.*--to COMMIT"):
        last_good(records, "staging")
