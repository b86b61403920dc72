"""`platformctl incident`: everything that was written down is in the document, and so is what could not be asked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from platformctl.commands import incident
from platformctl.errors import CommandError
from platformctl.incidents.writing import write_new
from platformctl.main import app
from platformctl.project import Project
from tests.platformctl.incidents.histories import prometheus, samples
from tests.platformctl.incidents.worlds import ROOT, World, world

SLO = {"slo": "api-write-availability", "service": "api", "owner": "payments"}
BURN = {"alertname": "ErrorBudgetBurn", "alertstate": "firing", "severity": "page", "window": "1h", **SLO}
SWITCH = {"alertname": "Watchdog", "alertstate": "firing", "class": "dead-man"}
NEW = ("incident", "new", "prod", "--title", "charges fail", "--severity", "sev1", "--live")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(tmp_path, monkeypatch) as made:
        yield made


def _run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    found = getattr(result.exception, "code", result.exit_code)
    assert found == code, (result.output, result.exception)
    return result


def _document(tmp_path: Path, *more: object) -> tuple[dict[str, Any], str]:
    file = tmp_path / "incident.md"
    told = json.loads(_run(*NEW, "--json", "-o", file, *more).stdout)
    return told, file.read_text()


def _history(now: datetime) -> list[str]:
    """Alerts and rates of three hours: one alert that is over, one that fires still, and ten minutes of silence."""
    begin, bad = now - timedelta(hours=3), 0.5
    return [
        "# TYPE ALERTS unknown",
        *samples("ALERTS", BURN, 1, now - timedelta(minutes=50), now - timedelta(minutes=20)),
        *samples("ALERTS", {**BURN, "window": "6h"}, 1, now - timedelta(minutes=40), now),
        *samples("ALERTS", {**BURN, "alertname": "Pending", "alertstate": "pending"}, 1, begin, now),
        *samples("ALERTS", SWITCH, 1, begin, now - timedelta(minutes=70)),
        *samples("ALERTS", {**SWITCH, "replica": "2"}, 1, now - timedelta(minutes=60), now),
        "# TYPE slo:bad_events:rate5m unknown",
        *samples("slo:bad_events:rate5m", SLO, bad, now - timedelta(minutes=50), now - timedelta(minutes=20)),
        "# TYPE slo:total_events:rate5m unknown",
        *samples("slo:total_events:rate5m", SLO, 10, begin, now),
        "# TYPE slo:objective:ratio unknown",
        *samples("slo:objective:ratio", SLO, 0.9995, begin, now),
        "# TYPE slo:total_events:period unknown",
        *samples("slo:total_events:period", SLO, 4_000_000, begin, now),
        "# TYPE slo:error_budget_remaining:ratio unknown",
        *samples("slo:error_budget_remaining:ratio", SLO, 0.4, begin, now),
    ]


def _rule(window: str) -> dict[str, object]:
    """The rule of the alert of that window; it does not fire now."""
    labels = {name: value for name, value in BURN.items() if not name.startswith("alert")}
    notes = {"runbook": f"docs/runbooks/{window}.md"}
    return {
        "alert": "ErrorBudgetBurn",
        "expr": "vector(0) > 1",
        "labels": {**labels, "window": window},
        "annotations": notes,
    }


def test_the_document_has_what_every_source_knows_in_the_order_of_time(here: World, tmp_path: Path) -> None:
    here.change("PLAT-9: raise the pool | of api", "update", "create")
    here.lock("ada@laptop", "INC-7: charges fail")
    here.emergency("ada", "pipeline is down")
    here.killed("a second try")
    drift = tmp_path / "drift.json"
    port = {
        "class": "security",
        "urn": "u",
        "type": "t",
        "name": "ledger",
        "property": "ingress",
        "state": 1,
        "cloud": 2,
    }
    drift.write_text(json.dumps({"schema": 1, "environment": "prod", "differences": [port], "summary": {}}))
    now = datetime.now(UTC)
    (tmp_path / "rules.json").write_text(
        json.dumps({"groups": [{"name": "burn", "rules": [_rule("1h"), _rule("6h")]}]})
    )
    with prometheus(tmp_path, _history(now), "rule_files: [rules.json]") as url:
        told, text = _document(
            tmp_path, "--since", "90m", "--prometheus", url, "--drift", drift, "--role", "scribe=Eve"
        )
    entries = [(one["source"], one["what"]) for one in told["timeline"]]
    burn = "ErrorBudgetBurn (service api, slo api-write-availability, window {}, severity page, owner payments) {}"
    told_alerts = [burn.format(*one) for one in (("1h", "fires"), ("6h", "fires"), ("1h", "is over"))]
    assert entries[:3] == [("alert", one) for one in told_alerts]
    later = dict.fromkeys(source for source, _ in entries[3:])
    assert list(later) == ["change", "lock", "break-glass"]
    whats = "\n".join(what for _, what in entries[3:])
    for said in (
        "began: PLAT-9: raise the pool | of api",
        "succeeded: 1 create, 1 update",
        "by ada@laptop: INC-7: charges fail",
        "use 1 by ada (INC-7)",
        "change 2 (up by ",
        "interrupted: nothing touched",
    ):
        assert said in whats, said
    times = [one["at"] for one in told["timeline"]]
    assert times == sorted(times)
    began = datetime.fromisoformat(times[0])
    assert abs(began - (now - timedelta(minutes=50))) < timedelta(seconds=60)
    (lost,) = told["impact"]
    # 0.5 a second for 30 minutes are 900 bad events, of the 2,000 that four million events allow at 99.95 %
    assert lost["bad"] == pytest.approx(900, rel=0.05)
    assert lost["spent"] == pytest.approx(0.45, rel=0.05)
    assert lost["total"] == pytest.approx(10 * 5400, rel=0.05)
    assert lost["left"] == pytest.approx(0.4)
    assert [one["runbook"] for one in told["alerts"]] == ["docs/runbooks/1h.md", "docs/runbooks/6h.md"]
    missing = {one["name"]: one["problem"] for one in told["sources"] if one["problem"]}
    assert list(missing) == ["alerts"]
    assert missing["alerts"].startswith("no rules were evaluated from ")
    assert told["roles"]["scribe"] == "Eve"
    assert "PLAT-9: raise the pool \\| of api" in text
    assert "| security | ledger | ingress |" in text
    assert all(f"\n{heading}" in text for heading in ("## Impact", "## First suspect", "## Review", "## Follow-up"))


def test_a_source_that_does_not_answer_is_named_and_the_others_are_read(here: World, tmp_path: Path) -> None:
    here.change("the only one", "update")
    told, text = _document(tmp_path, "--since", "1h", "--prometheus", "http://127.0.0.1:9")
    problems = {one["name"]: one["problem"] for one in told["sources"]}
    assert problems["change records"] == problems["locks"] == problems["break-glass"] == ""
    assert "cannot be reached" in problems["alerts"]
    assert "cannot be reached" in problems["error budget"]
    assert "not asked" in problems["drift"]
    assert "**3 of 7 are not whole.**" in text
    for section in ("Impact", "Alerts", "What differs from the state"):
        assert "Not known: see " in text.partition(f"## {section}")[2].partition("\n## ")[0], section


def test_a_change_of_the_foundation_may_be_the_cause(here: World, tmp_path: Path) -> None:
    here.change("PLAT-9", "update")
    here.foundation.change("PLAT-10: another trust", "update")
    told, text = _document(tmp_path, "--since", "1h")
    assert told["first_suspect"]["what"].startswith("change 1 of foundation/prod (up by ")
    assert "another trust" in text.partition("## First suspect")[2].partition("##")[0]


def test_a_change_that_touched_nothing_is_not_suspected(here: World, tmp_path: Path) -> None:
    here.change("the one that did it", "update")
    here.change("nothing to do")
    told, _ = _document(tmp_path, "--since", "1h")
    assert "the one that did it" in told["first_suspect"]["what"]


def test_credentials_that_people_type_stand_in_no_document(here: World, tmp_path: Path) -> None:
    leaked = "AKIA" + "ABCDEFGHIJKLMNOP"
    here.change(f"rotate {leaked}", "update")
    told, text = _document(tmp_path, "--since", "1h")
    assert leaked not in text + json.dumps(told)
    assert "(left out: it holds what looks like a credential, AWS access key)" in text
    file = tmp_path / "incident.md"
    refused = _run("incident", "add", file, f"{leaked} is out", code=2)
    assert "looks like a credential" in str(refused.exception)
    assert leaked not in str(refused.exception) + file.read_text()


def test_a_record_that_cannot_be_read_is_missed(here: World, tmp_path: Path) -> None:
    here.change("one", "update")
    here.change("another", "update")
    (first,) = tmp_path.glob("state/**/00000001.json")
    first.write_text("{")
    told, _ = _document(tmp_path, "--since", "1h")
    (records,) = [one for one in told["sources"] if one["name"] == "change records"]
    assert records["found"] == 2
    assert records["problem"].startswith("1 of them cannot be read")


def test_without_an_address_that_of_the_settings_is_asked(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert incident._prometheus(Project(ROOT), "prod").startswith("https://prometheus.")
    monkeypatch.setattr(incident, "_prometheus", lambda project, stack: f"http://127.0.0.1:9/{stack}")
    told, _ = _document(tmp_path, "--since", "1h")
    (budget,) = [one for one in told["sources"] if one["name"] == "error budget"]
    assert budget["place"] == "http://127.0.0.1:9/prod"


def test_a_shell_that_knows_no_state_still_gets_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident, "_prometheus", lambda project, stack: "")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    told, text = _document(tmp_path, "--since", "1h")
    problems = [one["problem"] for one in told["sources"]]
    assert len(problems) == 6
    assert all(problems)
    assert "PULUMI_BACKEND_URL is not set" in text
    assert "None: no change is known" in text


def test_nothing_is_overwritten(here: World, tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("my notes")
    _run(*NEW, "--since", "1h", "-o", file, code=2)
    assert file.read_text() == "my notes"
    assert [one.name for one in tmp_path.glob(".incident-*")] == []


def test_a_file_that_came_in_between_is_not_overwritten_either(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    write_new(file, "first")
    with pytest.raises(CommandError, match="is there already and is not overwritten"):
        write_new(file, "second")
    assert file.read_text() == "first"
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        write_new(tmp_path / "absent" / "mine.md", "x")
    assert [one.name for one in tmp_path.iterdir()] == ["mine.md"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--since", "yesterday"), "--since must be a time"),
        (("--since", "1h", "--until", "2h"), "must begin before it ends"),
        (("--since", "2030-01-01"), "must begin before it ends"),
        (("--since", "1h", "--until", "2100-01-01"), "end by now"),
        (("--since", "40d"), "31 days at most"),
        (("--since", "1h", "--role", "boss=Ada"), "--role must be ROLE=WHO"),
        (("--since", "1h", "--drift", "absent.json"), "absent.json: No such file"),
        (("--since", "1h", "--alerts", "pyproject.toml"), "no alerts can be read"),
        (("--since", "1h", "--severity", "sev9"), "--severity must be one of sev1, sev2, sev3"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    here: World, tmp_path: Path, more: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "incident.md"
    result = _run(*NEW, "-o", file, *more, code=2)
    assert says in str(result.exception)
    assert not file.exists()


def test_lines_are_added_at_their_place_in_time(here: World, tmp_path: Path) -> None:
    here.change("the only one", "update")
    _, before = _document(tmp_path, "--since", "1h")
    file = tmp_path / "incident.md"
    for text, ago in (("third", "1m"), ("first | of all", "50m"), ("second", "30m")):
        _run("incident", "add", file, text, "--at", ago)
    rows = [line for line in file.read_text().splitlines() if "| person |" in line]
    assert [row.split(" | ")[2].partition(" (")[0] for row in rows] == ["first \\| of all", "second", "third"]
    kept = [line for line in file.read_text().splitlines() if line not in rows]
    assert kept == before.splitlines()
    other = tmp_path / "other.md"
    other.write_text("# notes\n")
    assert "no document of `platformctl incident new`" in str(_run("incident", "add", other, "x", code=2).exception)
    assert other.read_text() == "# notes\n"
