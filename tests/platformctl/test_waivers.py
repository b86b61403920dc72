"""`platformctl waivers`: an entry that is ready to be approved, and how those that are there stand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from platformctl import waivers as made
from platformctl.errors import CommandError, Exit
from platformctl.main import app
from policies import adapters, engine, tokens, waivers
from policies.rules import BY_ID

_URN = f"urn:pulumi:prod::billing-platform::{tokens.KEY}::old"
_TODAY = date(2026, 3, 1)
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    inputs = {"deletionWindowInDays": 7, "bypassPolicyLockoutSafetyCheck": True, "description": _SECRET}
    key = {"urn": _URN, "type": tokens.KEY, "custom": True, "id": "k", "inputs": inputs, "outputs": inputs}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": [key]}}))
    return file


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "waivers.yaml"
    file.write_text("# a comment\n[]\n")
    monkeypatch.setattr(made.add, "__defaults__", (file,))
    monkeypatch.setattr(waivers.load, "__defaults__", (file, None))
    return file


def _new(file: Path, *more: str, **changed: str | None) -> None:
    given = {
        "--rule": "KMS-04",
        "--urn": _URN,
        "--reason": "retired in May: see the plan",
        "--owner": "ana",
        "--ticket": "SEC-12",
        "--state": str(file),
        "--today": str(_TODAY),
    } | {f"--{key}": value for key, value in changed.items()}
    options = [part for key, value in given.items() if value is not None for part in (key, value)]
    app(["waivers", "new", *options, *more], standalone_mode=False)


def test_what_is_printed_waives_the_finding_and_nothing_of_it_is_missing(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _new(state)
    printed = capsys.readouterr().out
    known = waivers.parse(yaml.safe_load(printed))
    assert known.malformed == ()
    (waiver,) = known.entries
    assert (waiver.approver, waiver.expires) == ("@billing/security", date(2026, 3, 31))
    assert set(waiver.content) == {"deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"}
    report = engine.evaluate(adapters.from_state(state.read_bytes()), [BY_ID["KMS-04"]], known, _TODAY)
    assert report.summary == {"fail": 0, "undecided": 0, "waived": 2}
    assert "hunter2" not in printed


def test_written_entries_follow_each_other_and_keep_the_comments(state: Path, committed: Path) -> None:
    _new(state, "--write", "--property", "deletionWindowInDays")
    _new(state, "--write", "--property", "bypassPolicyLockoutSafetyCheck", days="90")
    text = committed.read_text()
    assert text.startswith("# a comment\n- rule: KMS-04\n")
    assert [w.property for w in waivers.load(committed).entries] == [
        "deletionWindowInDays",
        "bypassPolicyLockoutSafetyCheck",
    ]
    with pytest.raises(CommandError, match="duplicates"):
        _new(state, "--write")
    assert committed.read_text() == text
    assert sorted(file.name for file in committed.parent.iterdir()) == ["state.json", "waivers.yaml"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rule": "KMS-44"}, "did you mean KMS-04"),
        ({"rule": "KMS-02"}, "nothing to waive"),
        ({"urn": _URN + "er"}, f"did you mean {_URN}?"),
        ({"urn": "old"}, "is no URN of billing-platform or billing-foundation"),
        ({"urn": _URN.replace("billing-platform", "other")}, "is no URN of"),
        ({"property": "policy"}, "bypassPolicyLockoutSafetyCheck, deletionWindowInDays"),
        ({"approver": "@billing/platform"}, "CODEOWNERS names @billing/security"),
        ({"owner": "billing/security"}, "different people"),
        ({"reason": " "}, "reason must be text"),
        ({"days": "91"}, "90 days at most, to 2026-05-30"),
        ({"days": "-1"}, "90 days at most"),
        ({"days": "999999999999"}, "--days 999999999999"),
        ({"expires": "soon"}, "--expires must be a date"),
        ({"expires": "2026-03-02", "days": "3"}, "exclude each other"),
        ({"today": "now"}, "--today must be a date"),
        ({"state": "/none"}, "No such file"),
    ],
)
def test_what_would_be_no_waiver_is_refused(state: Path, changed: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        _new(state, **changed)
    assert words in str(caught.value)
    assert caught.value.code == Exit.USAGE


def _entry(**changed: Any) -> dict[str, Any]:
    fields = {"rule": "KMS-04", "urn": _URN, "reason": "r", "owner": "a", "approver": "@billing/security"}
    return fields | {"ticket": "t", "expires": date(2026, 3, 11), "content": {}} | changed


@pytest.mark.parametrize(
    ("entry", "days_left", "status"),
    [
        (_entry(), 10, "in force"),
        (_entry(expires=_TODAY), 0, "in force"),
        (_entry(expires=date(2026, 2, 27)), -2, "expired"),
        (_entry(expires=date(2027, 3, 1)), 365, "ends too late, after 90 days"),
        (_entry(urn=_URN.replace(":prod:", ":prodd:")), 10, "of no environment"),
        (_entry(urn=_URN.replace("billing-platform", "bilinng")), 10, "of no environment"),
    ],
)
def test_the_list_tells_days_left_and_what_fails(
    entry: dict[str, Any], days_left: int, status: str, committed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    committed.write_text(yaml.safe_dump([entry]))
    given = ["waivers", "list", "--today", str(_TODAY)]
    code = app([*given, "--format", "json"], standalone_mode=False)
    (one,) = json.loads(capsys.readouterr().out)["waivers"]
    assert (one["days_left"], one["status"]) == (days_left, status)
    assert code == (Exit.FINE if status == "in force" else Exit.FINDINGS)
    assert app(given, standalone_mode=False) == code
    assert status in capsys.readouterr().out


def test_the_list_names_entries_that_are_none(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed.write_text("- rule: KMS-04\n")
    assert app(["waivers", "list"], standalone_mode=False) == Exit.FINDINGS
    assert "waivers.yaml, entry 1: urn is missing" in capsys.readouterr().err


def test_the_committed_waivers_are_of_environments_that_there_are() -> None:
    assert not made.blocks(made.listed(waivers.load(), date.today()))
