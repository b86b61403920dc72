"""The role for emergencies: told to all approvers, over by itself, and not taken again before a review."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from platformctl.break_glass import uses as model
from platformctl.break_glass.uses import SESSION, Uses
from platformctl.errors import CommandError, Exit
from platformctl.main import app
from platformctl.project import Project

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TOLD = ("head-of-security", "head-of-platform", "head-of-finance")


def _opened(before: Uses = Uses(), owner: str = "ada", now: datetime = NOW) -> Uses:  # noqa: B008  it is frozen
    return model.opened(before, owner, "pipeline is down", "INC-7", TOLD, now, "prod")


def test_a_use_blocks_the_next_until_somebody_else_has_reviewed_it() -> None:
    once = _opened()
    later = NOW + SESSION
    with pytest.raises(
        CommandError, match=r"use 1 by ada at 2026-11-26 04:00:00 UTC \(INC-7: .* is not reviewed"
    ) as no:
        _opened(once, "ben", later)
    assert no.value.code == Exit.FINDINGS
    for same in ("ada", "ada@laptop", "Ada (https://gh/o/r/actions/runs/7)"):
        with pytest.raises(CommandError, match=r"reviewed by somebody else than [aA]da"):
            model.closed(once, same, "fine", later, "prod")
    with pytest.raises(CommandError, match="when its session is over, at 2026-11-26 05:00:00 UTC"):
        model.closed(once, "ben", "fine", later - timedelta(seconds=1), "prod")
    reviewed = model.closed(once, "ben", "drift is clean", later, "prod")
    assert [use.number for use in _opened(reviewed, "ada", later).uses] == [1, 2]
    with pytest.raises(CommandError, match="no use of break-glass of prod waits for a review"):
        model.closed(reviewed, "ben", "again", later, "prod")


def test_a_review_is_overdue_a_day_after_the_session() -> None:
    once = _opened()
    ends = NOW + SESSION + timedelta(days=1)
    assert not model.overdue(once, ends - timedelta(seconds=1))
    assert model.overdue(once, ends)
    assert not model.overdue(model.closed(once, "ben", "fine", ends, "prod"), ends)


def test_uses_are_written_down_whole_and_what_is_not_ours_is_refused() -> None:
    for uses in (Uses(), _opened(), model.closed(_opened(), "ben", "fine", NOW + SESSION, "prod")):
        assert Uses.loads(uses.dumps(), "here") == uses
    for wrong in (b"", b"{}", b"[]", b'{"schema": 2, "uses": []}', b'{"schema": 1, "uses": [{}]}'):
        with pytest.raises(CommandError, match="in here cannot be read"):
            Uses.loads(wrong, "here")


def test_the_session_is_as_long_as_the_role_lets_anybody_stay() -> None:
    from components.access_roles import _EMERGENCY_S

    assert timedelta(seconds=_EMERGENCY_S) == SESSION


@dataclass
class Desk:
    """A person's shell, in front of the sandbox."""

    variables: dict[str, str]
    patch: pytest.MonkeyPatch

    def run(self, *arguments: str, by: str) -> Result:
        self.patch.setattr("platformctl.locks.owner.getpass.getuser", lambda: by)
        return CliRunner().invoke(app, ["break-glass", *arguments])

    def uses(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.run("status", "prod", "--json", by="eve").stdout)["uses"]
        return listed


@pytest.fixture
def desk(cloud: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An own place in the bucket for each test."""
    url = cloud["PULUMI_BACKEND_URL"].replace("/team?", f"/{secrets.token_hex(4)}?")
    variables = {**cloud, "PULUMI_BACKEND_URL": url}
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("platformctl.commands.break_glass.state_variables", lambda *_: variables)
    account = Project.named("foundation", ROOT).settings("prod").account
    monkeypatch.setattr(type(account), "id", property(lambda _: "111122223333"), raising=False)
    return Desk(variables, monkeypatch)


OPEN = ("open", "prod", "--reason", "pipeline is down", "--ticket", "INC-7", "--name")


def test_opening_stores_the_reason_tells_all_approvers_and_gives_an_hour(desk: Desk, pages: Any) -> None:
    given = desk.run(*OPEN, "ada", by="ada")
    assert given.exit_code == 0, given.output
    assert [line.partition("=")[0] for line in given.stdout.splitlines()] == [
        f"export AWS_{name}" for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
    ]
    (use,) = desk.uses()
    assert (use["reason"], use["ticket"], use["told"], use["review"]) == ("pipeline is down", "INC-7", list(TOLD), None)
    assert datetime.fromisoformat(use["ends"]) - datetime.fromisoformat(use["at"]) == SESSION
    (paged,) = pages()
    for part in ("pipeline is down", "INC-7", *TOLD, "break-glass close prod"):
        assert part in paged["Message"]


def test_a_second_use_is_refused_and_gives_no_credentials(desk: Desk) -> None:
    assert desk.run(*OPEN, "ada", by="ada").exit_code == 0
    again = desk.run(*OPEN, "ben", by="ben")
    assert isinstance(again.exception, CommandError)
    assert again.exception.code == Exit.FINDINGS
    assert "export" not in again.stdout
    assert len(desk.uses()) == 1
    too_early = desk.run("close", "prod", "--outcome", "fine", by="ben")
    assert "when its session is over" in str(too_early.exception)


def test_what_aws_refuses_is_told_in_its_words(desk: Desk) -> None:
    desk.variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    refused = desk.run(*OPEN, "ada", by="ada")
    assert "role/foundation/break-glass cannot be taken: Could not connect" in str(refused.exception)
    wrong = desk.run(*OPEN, "a b", by="ada")
    assert "--name must be 2 to 64" in str(wrong.exception)
