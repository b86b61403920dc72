"""When nothing is changed: windows by the clock of a place, and settings that would mean nothing or too much."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.sections.freezes import Freeze
from stacks.settings import Settings, SettingsError, load_file

ROOT = Path(__file__).resolve().parents[2]


def _freeze(**given: Any) -> dict[str, Any]:
    return {"reason": "for a test", "zone": "Europe/Berlin", **given}


def _recurring(rule: str = "FREQ=MONTHLY;BYMONTHDAY=-1", at: str = "12:00", hours: int = 44) -> dict[str, Any]:
    return _freeze(recurring={"rule": rule, "at": at, "hours": hours})


def _once(since: str = "2026-12-21T12:00", until: str = "2027-01-04T08:00") -> dict[str, Any]:
    return _freeze(once={"since": since, "until": until})


def _settings(tmp_path: Path, **changes: Any) -> Settings:
    content = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    content["config"]["billing-platform:changes"].update(changes)
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(yaml.safe_dump(content))
    return load_file(file)


def _windows(freeze: dict[str, Any], after: str, before: str) -> list[tuple[str, str]]:
    made = Freeze.model_validate_json(json.dumps(freeze))
    found = made.windows(*(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (after, before)))
    return [(f"{since:%Y-%m-%dT%H:%M}", f"{until:%Y-%m-%dT%H:%M}") for since, until in found]


def test_a_window_recurs_by_the_zones_clock_in_summer_and_winter() -> None:
    month_end = _recurring()
    assert _windows(month_end, "2026-06-03", "2026-07-01") == [("2026-06-30T10:00", "2026-07-02T06:00")]
    assert _windows(month_end, "2026-11-03", "2026-12-01") == [("2026-11-30T11:00", "2026-12-02T07:00")]
    assert _windows(month_end, "2026-12-01", "2026-12-05") == [("2026-11-30T11:00", "2026-12-02T07:00")]


def test_a_window_over_a_change_of_the_clock_is_as_long_as_it_says() -> None:
    """Clocks go back on 2026-10-25 at 01:00 UTC."""
    assert _windows(_recurring("FREQ=WEEKLY;BYDAY=SA", "20:00", 12), "2026-10-24", "2026-10-26") == [
        ("2026-10-24T18:00", "2026-10-25T06:00")
    ]


def test_the_last_working_day_is_a_rule_too() -> None:
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert _windows(_recurring(rule), "2026-10-25", "2026-11-01") == [("2026-10-30T11:00", "2026-11-01T07:00")]


def test_a_window_is_asked_for_by_its_edges() -> None:
    once = _once()
    assert _windows(once, "2027-01-04T06:59", "2027-01-05") == [("2026-12-21T11:00", "2027-01-04T07:00")]
    assert _windows(once, "2027-01-04T07:00", "2027-01-05") == []
    assert _windows(once, "2026-12-01", "2026-12-21T11:00") == []


@pytest.mark.parametrize(
    ("freezes", "key", "allowed"),
    [
        ({"a": _freeze()}, "a ", "exactly one of recurring, once"),
        ({"a": {**_once(), **_recurring()}}, "a ", "exactly one of recurring, once"),
        ({"a": {**_once(), "zone": "Berlin"}}, "a.zone", "an IANA time zone"),
        ({"a": {**_once(), "zone": "../etc/passwd"}}, "a.zone", "an IANA time zone"),
        ({"a": {**_once(), "zone": ""}}, "a.zone", "an IANA time zone"),
        ({"a": _once(until="2026-12-21T12:00")}, "a.once.until", "after since"),
        ({"a": _once(until="2027-02-01T12:00")}, "a.once.until", "by 21 days at most"),
        ({"a": _once(since="2026-12-21T12:00+01:00")}, "a.once.since", "a time without an offset"),
        ({"a": _recurring(at="24:00")}, "a.recurring.at", "a time of day"),
        ({"a": _recurring("monthly")}, "a.recurring.rule", "parts of RFC 5545"),
        ({"a": _recurring("FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20270101")}, "a.recurring.rule", "parts of RFC 5545"),
        ({"a": _recurring("FREQ=MONTHLY;BYMONTHDAY=1;BYMONTHDAY=2")}, "a.recurring.rule", "each once"),
        ({"a": _recurring("FREQ=DAILY", hours=2)}, "a.recurring.rule", "FREQ first, one of WEEKLY"),
        ({"a": _recurring("FREQ=WEEKLY;BYDAY=XX")}, "a.recurring.rule", "an RFC 5545 recurrence"),
        ({"a": _recurring("FREQ=WEEKLY")}, "a.recurring.rule", "depends on when one begins to count"),
        ({"a": _recurring("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")}, "a.recurring.rule", "not once in two years"),
        ({"a": _recurring("FREQ=WEEKLY;BYDAY=MO,TU", hours=25)}, "a.recurring.hours", "24 at most"),
        ({"a": _recurring(hours=22 * 24)}, "a.recurring.hours", "less than or equal to 504"),
        ({"a": _recurring(), "b": _recurring()}, "b", "times that a does not cover already"),
        ({"a": _recurring(), "b": _recurring(at="13:00", hours=2)}, "b", "times that a does not cover already"),
        ({"a": _once(), "b": _once(since="2027-01-03T00:00", until="2027-01-06T00:00")}, "a.once", "dates apart"),
        ({"a": _recurring("FREQ=WEEKLY;BYDAY=MO", hours=90)}, "freezes ", "50 % of the time at most"),
    ],
)
def test_freezes_that_mean_nothing_or_too_much_are_refused(
    freezes: dict[str, Any], key: str, allowed: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as raised:
        _settings(tmp_path, freezes=freezes)
    text = str(raised.value)
    assert f"billing-platform:changes.{'' if key.startswith('freezes') else 'freezes.'}{key}" in text
    assert allowed in text


def test_freezes_that_touch_or_cross_each_other_now_and_then_are_fine(tmp_path: Path) -> None:
    freezes = {"month": _recurring(), "runs": _recurring("FREQ=WEEKLY;BYDAY=TU,FR", "04:00", 4), "year": _once()}
    assert set(_settings(tmp_path, freezes=freezes).changes.freezes) == set(freezes)
    assert _settings(tmp_path, freezes={}).changes.freezes == {}


def test_approvers_are_named_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"changes\.approvers\[1\] is 'ada'"):
        _settings(tmp_path, approvers=["ada", "ada"])
    with pytest.raises(SettingsError, match=r"changes\.approvers"):
        _settings(tmp_path, approvers=[])
