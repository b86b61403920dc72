"""What is made of alerts, from files and from series, and which change is suspected."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from platformctl.errors import CommandError
from platformctl.incidents.alert_files import read
from platformctl.incidents.alerts import gaps, spans
from platformctl.incidents.cells import text
from platformctl.incidents.model import Alerted, Cause, Window
from platformctl.incidents.suspects import first_suspect

SINCE = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
WINDOW = Window(SINCE, SINCE + timedelta(hours=2))
LABELS = {"alertname": "ErrorBudgetBurn", "service": "api"}


def _at(minute: float) -> datetime:
    return SINCE + timedelta(minutes=minute)


def _go(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.123456789Z"


def _alertmanager(state: str, begin: float, end: float) -> dict[str, Any]:
    return {
        "labels": LABELS,
        "annotations": {"summary": "it burns", "runbook": "docs/runbooks/error-budget-burning.md"},
        "startsAt": _go(_at(begin)),
        "endsAt": _go(_at(end)),
        "status": {"state": state, "silencedBy": [], "inhibitedBy": []},
    }


def _webhook(status: str, begin: float, end: str) -> dict[str, Any]:
    alert = {"status": status, "labels": LABELS, "annotations": {}, "startsAt": _go(_at(begin)), "endsAt": end}
    return {"version": "4", "status": status, "alerts": [alert]}


def _prometheus(state: str) -> dict[str, Any]:
    alert = {"labels": LABELS, "annotations": {}, "state": state, "activeAt": _go(_at(7)), "value": "1e+00"}
    return {"status": "success", "data": {"alerts": [alert]}}


@pytest.mark.parametrize(
    ("document", "began", "ended"),
    [
        ([_alertmanager("active", 10, 15)], 10, None),  # when it would be given up is not when it ended
        ([_alertmanager("suppressed", 10, 15)], 10, None),
        (_webhook("resolved", 10, _go(_at(30))), 10, 30),
        (_webhook("firing", 10, "0001-01-01T00:00:00Z"), 10, None),
        (_webhook("resolved", -30, _go(_at(5))), -30, 5),
        (_webhook("resolved", 10, _go(_at(500))), 10, None),  # after the window
        (_prometheus("firing"), 7, None),
    ],
)
def test_alerts_are_read_from_each_form(tmp_path: Path, document: object, began: float, ended: float | None) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(json.dumps(document))
    (found,) = read(file, WINDOW)
    assert found.began is not None
    assert found.began.replace(microsecond=0) == _at(began)
    assert (found.ended and found.ended.replace(microsecond=0)) == (None if ended is None else _at(ended))
    assert found.labels == LABELS


@pytest.mark.parametrize(
    "document",
    [
        _webhook("resolved", -60, _go(_at(-30))),  # over before the window
        [_alertmanager("active", 200, 300)],  # after it
        [{**_alertmanager("active", 10, 15), "labels": {"alertname": "Watchdog"}}],
        _prometheus("pending"),
        [],
    ],
)
def test_what_did_not_fire_in_the_window_is_left_out(tmp_path: Path, document: object) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(json.dumps(document))
    assert read(file, WINDOW) == []


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"alerts": {}}', '[{"labels": {}}]', '"x"', "\xff"])
def test_another_file_is_refused_and_told_what_is_read(tmp_path: Path, content: str) -> None:
    file = tmp_path / "alerts.json"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(CommandError, match="GET /api/v2/alerts"):
        read(file, WINDOW)


def _points(*minutes: float) -> list[tuple[float, float]]:
    return [(_at(minute).timestamp(), 1.0) for minute in minutes]


def test_each_time_an_alert_fired_is_a_span_of_its_own() -> None:
    points = _points(0, 1, 2, 30, 31, 119, 120)
    found = [(one.began, one.ended) for one in spans({"alertname": "A", "alertstate": "firing"}, points, WINDOW, 60)]
    assert found == [(None, _at(2)), (_at(30), _at(31)), (_at(119), None)]
    assert list(spans({}, [], WINDOW, 60)) == []


def test_silence_of_the_switch_is_found_within_and_at_both_ends() -> None:
    every = [minute / 2 for minute in range(20, 200)]  # from 10 to 99.5 minutes, each half a minute
    holed = _points(*(minute for minute in every if not 40 < minute < 60))
    assert gaps(holed, WINDOW, 30) == [(_at(0), _at(10)), (_at(40), _at(60)), (_at(99.5), _at(120))]
    assert gaps(_points(*(minute / 2 for minute in range(241))), WINDOW, 30) == []


def _alert(began: float | None) -> Alerted:
    return Alerted(LABELS, "", "", None if began is None else _at(began), None)


@pytest.mark.parametrize(
    ("causes", "alerts", "suspect"),
    [
        ([5, 20, 40], [30, 60], 20),
        ([5, 30, 40], [30], 30),  # at the same second
        ([50], [30], None),
        ([], [30], None),
        ([-3000, 50], [30], -3000),
        ([-5, 5], [None, 30], -5),  # it fired before the window: only what was before that counts
        ([-50, -5], [-20], -50),  # a file tells when it began
        ([5, 40], [], 40),
    ],
)
def test_the_last_change_before_the_first_alert_is_suspected(
    causes: list[float], alerts: list[float | None], suspect: float | None
) -> None:
    told = [Cause(_at(minute), f"change at {minute}") for minute in causes]
    found = first_suspect(told, [_alert(began) for began in alerts], WINDOW)
    assert (found.cause and found.cause.what) == (None if suspect is None else f"change at {suspect}")
    assert found.far == (suspect == -3000)


def test_what_others_wrote_stays_in_its_cell() -> None:
    assert text("a | b\nc <script> `x` [l](u) \x1b[1m") == "a \\| b c &lt;script&gt; \\`x\\` \\[l](u) \\\\x1b\\[1m"
    assert len(text("x" * 5000)) == 600
