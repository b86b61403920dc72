"""lock, unlock, locks and freezes as people and machines call them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from platformctl.errors import CommandError, Exit
from platformctl.main import app

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    for name in ("GITHUB_ACTIONS", "GITHUB_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platformctl.locks.owner.getpass.getuser", lambda: "ada")
    monkeypatch.setattr("platformctl.locks.owner.socket.gethostname", lambda: "desk")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def _json(*arguments: str) -> Any:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def _refused(*arguments: str) -> tuple[int, str]:
    result = _run(*arguments)
    assert isinstance(result.exception, CommandError), result.output
    return result.exception.code, str(result.exception)


@pytest.mark.usefixtures("_place")
def test_a_persons_lock_is_taken_listed_and_taken_away() -> None:
    (locked,) = _json("lock", "prod", "--reason", " INC-7 ", "--for", "1h30m", "--live")["locks"]
    assert locked["hold"]["owner"] == "ada@desk"
    assert locked["hold"]["reason"] == "INC-7"
    (listed,) = _json("locks", "prod", "--live")["locks"]
    assert listed["hold"] == locked["hold"]
    for word in ("prod", "a person", "ada@desk", "INC-7", str(listed["token"]), "locked by ada@desk: INC-7"):
        assert word in _run("locks", "prod", "--live").stdout
    (free,) = _json("unlock", "prod", "--reason", "over", "--live")["locks"]
    assert free["hold"] is None
    assert [note["what"] for note in free["notes"]] == ["locked", "unlocked"]
    assert "nobody" in _run("locks", "prod", "--live").stdout
    assert _refused("unlock", "prod", "--reason", "over", "--live")[1] == "prod is not locked: no person holds its lock"


@pytest.mark.usefixtures("_place")
def test_anothers_lock_is_broken_by_force_alone_and_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    _json("lock", "prod", "--reason", "maintenance", "--live")
    values = {"ACTIONS": "true", "ACTOR": "ben", "SERVER_URL": "https://gh", "REPOSITORY": "o/r", "RUN_ID": "7"}
    for name, value in values.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    code, said = _refused("unlock", "prod", "--reason", "INC-7", "--live")
    assert (code, "ada@desk" in said, "--force" in said) == (Exit.USAGE, True, True)
    code, said = _refused("lock", "prod", "--reason", "mine", "--live")
    assert (code, "is locked by ada@desk" in said) == (Exit.ENGINE, True)
    note = _json("unlock", "prod", "--reason", "INC-7", "--force", "--live")["locks"][0]["notes"][-1]
    assert (note["what"], note["owner"], note["reason"]) == ("broken", "ben (https://gh/o/r/actions/runs/7)", "INC-7")


@pytest.mark.usefixtures("_place")
def test_the_same_person_locks_longer() -> None:
    first = _json("lock", "prod", "--reason", "a", "--for", "30m", "--live")["locks"][0]["hold"]
    second = _json("lock", "prod", "--reason", "b", "--for", "2h", "--live")["locks"][0]["hold"]
    assert (second["since"], second["reason"]) == (first["since"], "b")
    assert second["until"] > first["until"]
    assert second["token"] == first["token"] + 1


@pytest.mark.usefixtures("_place")
@pytest.mark.parametrize("length", ["", "0h", "25h", "2", "2 h", "-1h", "1w", "h"])
def test_a_length_is_within_what_the_settings_allow(length: str) -> None:
    code, said = _refused("lock", "prod", "--reason", "a", "--for", length, "--live")
    assert code == Exit.USAGE
    assert "24h at most" in said


@pytest.mark.usefixtures("_place")
@pytest.mark.parametrize("reason", ["", "  ", "two\nlines"])
def test_nothing_is_locked_or_unlocked_without_a_reason(reason: str) -> None:
    for command in ("lock", "unlock"):
        code, said = _refused(command, "prod", "--reason", reason, "--live")
        assert (code, "--reason must say why" in said) == (Exit.USAGE, True)
    assert _run("unlock", "prod", "--live").exit_code == Exit.USAGE


@pytest.mark.usefixtures("_place")
def test_locks_of_accounts_are_asked_for_one_by_one() -> None:
    assert _refused("locks", "--live")[0] == Exit.USAGE
    assert _refused("lock", "nowhere", "--reason", "a", "--live")[0] == Exit.USAGE


@pytest.mark.usefixtures("_place")
def test_freezes_tell_what_holds_until_when_and_what_is_next() -> None:
    document = _json("freezes", "prod", "--at", "2026-12-01T04:00")
    (prod,) = document["environments"]
    assert [one["freeze"] for one in prod["frozen"]] == ["month-end", "payout-run"]
    assert prod["until"] == "2026-12-02T07:00:00+00:00"
    assert prod["next"]["freeze"] == "payout-run"
    (same,) = _json("freezes", "prod", "--at", "2026-12-01T05:00+01:00")["environments"]
    assert same == prod
    (free,) = _json("freezes", "prod", "--at", "2026-12-02T07:00")["environments"]
    assert (free["frozen"], free["until"]) == ([], None)
    assert {one["environment"] for one in _json("freezes")["environments"]} >= {"prod", "staging", "sandbox"}
    assert "not frozen" in _run("freezes", "sandbox").stdout
    assert _refused("freezes", "prod", "--at", "soon")[0] == Exit.USAGE
    assert _refused("freezes", "foundation/prod")[0] == Exit.USAGE


@pytest.mark.usefixtures("_place")
def test_who_locked_in_one_run_of_a_workflow_unlocks_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACTIONS": "true", "ACTOR": "Ada", "RUN_ID": "7"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    _json("lock", "prod", "--reason", "maintenance", "--live")
    monkeypatch.setenv("GITHUB_RUN_ID", "8")
    (free,) = _json("unlock", "prod", "--reason", "over", "--live")["locks"]
    assert free["notes"][-1]["what"] == "unlocked"
