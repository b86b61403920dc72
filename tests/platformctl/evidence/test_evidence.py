"""The monthly archive: what is in it, that it says what is not, and that nothing of it can change unseen."""

import json
import subprocess
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.errors import CommandError, Exit
from platformctl.evidence import archive
from platformctl.evidence.parts import Made, Outcome, Part, make, make_all, month_of, parts
from platformctl.main import app

ROOT = Path(__file__).resolve().parents[3]
ABOUT = {"environment": "staging", "month": "2026-10"}
MADE = [
    Made(Part("waivers", ()), "platformctl waivers list", Outcome.FINE, 0, b"[1]\n"),
    Made(Part("drift", (), True), "platformctl drift staging", Outcome.MISSING, 2, why="error: no stack"),
]


@pytest.mark.parametrize(
    ("given", "today", "first"),
    [
        (None, date(2026, 11, 26), date(2026, 10, 1)),
        (None, date(2026, 1, 1), date(2025, 12, 1)),
        (None, date(2026, 12, 31), date(2026, 11, 1)),
        ("2026-02", date(2026, 11, 26), date(2026, 2, 1)),
    ],
)
def test_the_month_before_is_meant(given: str | None, today: date, first: date) -> None:
    assert month_of(given, today) == first


@pytest.mark.parametrize(
    ("given", "why"), [("2026-13", "such as 2026-10"), ("10/2026", "such as"), ("2026-12", "not begun")]
)
def test_a_month_that_is_none_is_refused(given: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        month_of(given, date(2026, 11, 26))


def test_the_audit_is_verified_for_the_whole_month() -> None:
    words = {part.name: part.words for part in parts("prod", date(2025, 12, 1))}
    assert words["audit"][3:7] == ("--from", "2025-12-01", "--to", "2026-01-01")


def test_every_part_is_a_command_that_exists() -> None:
    """But for `changes`, each is asked for its help; a part that is renamed away would be missing for ever."""
    for part in parts("staging", date(2026, 10, 1)):
        words = [word for word in part.words[:2] if word != "staging"]
        result = CliRunner().invoke(app, [*words, "--help"])
        assert result.exit_code == 0, part
        assert all(word in result.output for word in part.words if word.startswith("--"))


def test_the_archive_proves_itself_and_depends_on_nothing_else(tmp_path: Path) -> None:
    content = archive.manifest(MADE, ABOUT)
    data = archive.archive(MADE, content, "evidence")
    assert data == archive.archive(MADE, content, "evidence")
    archive.write(data, tmp_path / "evidence.tar.gz")
    with tarfile.open(tmp_path / "evidence.tar.gz") as tar:
        tar.extractall(tmp_path, filter="data")
    assert sorted(file.name for file in (tmp_path / "evidence").iterdir()) == [
        "SHA256SUMS",
        "manifest.json",
        "waivers.json",
    ]
    for sums, folder in (("evidence.tar.gz.sha256", tmp_path), ("SHA256SUMS", tmp_path / "evidence")):
        subprocess.run(["sha256sum", "--check", "--strict", sums], cwd=folder, check=True, capture_output=True)
    (tmp_path / "evidence" / "waivers.json").write_text("[]\n")
    line = ["sha256sum", "--check", "--status", "SHA256SUMS"]
    assert subprocess.run(line, cwd=tmp_path / "evidence", check=False).returncode == 1
    assert not list(tmp_path.glob(".*"))


def test_the_manifest_says_what_is_there_and_why_something_is_not() -> None:
    there, missing = archive.manifest(MADE, ABOUT)["parts"]
    assert (there["file"], there["bytes"], there["sha256"]) == ("waivers.json", 4, archive.sha256(b"[1]\n"))
    assert missing == {
        "name": "drift",
        "outcome": "missing",
        "command": "platformctl drift staging",
        "exit_code": 2,
        "why": "error: no stack",
        "file": None,
        "bytes": 0,
        "sha256": None,
    }


def test_a_command_that_fails_leaves_its_reason() -> None:
    fine = make(Part("waivers", ("waivers", "list", "--format", "json")), ROOT, live=True)
    assert (fine.outcome, fine.command) == (Outcome.FINE, "platformctl waivers list --format json")
    bad = make(Part("drift", ("drift", "nowhere", "--json"), asks_account=True), ROOT, live=True)
    assert (bad.outcome, bad.exit_code, bad.report) == (Outcome.MISSING, Exit.USAGE, b"")
    assert "unknown environment 'nowhere'" in bad.why
    assert bad.command.endswith("--live")
    text = make(Part("text", ("waivers", "list")), ROOT, live=False)
    assert text.outcome is Outcome.MISSING


def test_a_part_that_is_none_cannot_be_left_out() -> None:
    with pytest.raises(CommandError, match=r"--without nothing: .*waivers"):
        make_all([one.part for one in MADE], ["nothing"], ROOT, False, lambda _: None)


def test_what_is_left_out_is_said_and_what_is_missing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([Outcome.FINE, Outcome.MISSING])
    monkeypatch.setattr("platformctl.evidence.parts.make", lambda part, *_: Made(part, "c", next(made), 0, b"{}"))
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("platformctl.evidence.parts.parts", lambda *_: (Part("a", ()), Part("b", ())))

    def run(*arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(app, ["evidence", "staging", "--output", str(tmp_path), "--json", *arguments])
        return result.exit_code, json.loads(result.stdout)

    code, document = run("--without", "b")
    assert (code, [one["outcome"] for one in document["parts"]]) == (Exit.FINE, ["fine", "left out"])
    assert run("--without", "a")[0] == Exit.FINDINGS
