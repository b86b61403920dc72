"""What the report reads of a real Prometheus: how each stands, when alerts fired, and what is not known."""

import json
from datetime import timedelta

import pytest

from platformctl.errors import CommandError
from platformctl.slo_report.gathering import gather
from platformctl.slo_report.judging import status
from platformctl.slo_report.model import Level, Report
from tests.platformctl.slo_report import story

HOUR_S, DAY_S = 3600, 86_400


def _level(report: Report, slo: str) -> Level:
    (found,) = [one for one in report.levels if one.slo == slo]
    return found


def _before(moment: float) -> float:
    """Days before the end."""
    return (story.END.timestamp() - moment) / DAY_S


def test_the_worst_come_first(report: Report) -> None:
    assert [(one.slo, status(one, report.low)) for one in report.levels] == [
        ("webhook-delivery", "spent"),
        ("api-read-availability", "burning"),
        ("audit-delivery", "unmeasured"),
        ("charge-latency", "low"),
        ("payout-timeliness", "broke"),
        ("reconciliation", "kept"),
        ("api-write-availability", "kept"),
        ("webhook-completeness", "kept"),
        ("replica-lag", "kept"),
        ("recoverability", "kept"),
        ("ledger-balance", "kept"),
    ]


def test_figures_are_those_of_the_recorded_series(report: Report) -> None:
    spent, burning = _level(report, "webhook-delivery"), _level(report, "api-read-availability")
    told = story.series()
    for one in (spent, burning):
        names = f'{{slo="{one.slo}",service="{one.service}",owner="{one.owner}"}}'
        assert one.left == pytest.approx(told[f"slo:error_budget_remaining:ratio{names}"][-1][1])
        assert one.bad == pytest.approx(told[f"slo:bad_events:period{names}"][-1][1])
        assert one.burn["1h"] == pytest.approx(told[f"slo:burn_rate:rate1h{names}"][-1][1])
        assert one.exhausted_in_s == pytest.approx(told[f"slo:error_budget_exhausted_in:seconds{names}"][-1][1])
    assert spent.left is not None
    assert spent.left < 0
    assert burning.paging == ("ErrorBudgetBurn (1h)",)
    assert burning.burn["1h"] > 14.4
    assert max(value for _, value in burning.burns["1h"].points) == pytest.approx(burning.burn["1h"])


def test_a_peak_between_two_points_is_not_lost(report: Report) -> None:
    line = _level(report, "reconciliation").burns["1h"]
    assert max(value for _, value in line.points) == pytest.approx(20)  # 2 % of 0.1 %; at the full hours, half of that


def test_spent_since_the_outage_had_used_it_up(report: Report) -> None:
    since = _level(report, "webhook-delivery").spent_since
    assert since is not None
    assert 3.85 < _before(since) < 4.2
    assert _level(report, "charge-latency").spent_since is None


def test_alerts_are_bands_to_the_hour(report: Report) -> None:
    bands = _level(report, "webhook-delivery").alerts
    told = [(band.what, band.level, round(_before(band.begin), 1), round(_before(band.end), 1)) for band in bands]
    assert told == [
        ("ErrorBudgetBurn (1h)", "page", 4.2, 3.8),
        ("ErrorBudgetBurn (3d)", "ticket", 4.0, 0.9),
        ("ErrorBudgetExhausted", "ticket", 3.9, 0.0),
    ]
    twice = _level(report, "payout-timeliness").alerts
    assert [round(_before(band.begin), 1) for band in twice] == [12.4, 11.0]
    assert _level(report, "payout-timeliness").paging == ()


def test_gaps_are_gaps_and_never_zero(report: Report) -> None:
    lag = _level(report, "replica-lag")
    assert [(round(_before(one.begin), 1), round(_before(one.end), 1)) for one in lag.gaps] == [
        (17.0, 14.5),
        (6.0, 5.6),
    ]
    assert all(value > 0.5 for _, value in lag.budget.points)
    late = _level(report, "recoverability")
    assert [(round(_before(one.begin)), round(_before(one.end))) for one in late.gaps] == [(30, 21)]
    assert _level(report, "charge-latency").gaps == ()
    silent = _level(report, "audit-delivery")
    assert silent.budget.points == ()
    assert silent.left is None
    assert [(_before(one.begin), _before(one.end)) for one in silent.gaps] == [(30.0, 0.0)]


def test_releases_and_changes_are_told(report: Report) -> None:
    api = [round(_before(one.end), 1) for one in report.releases if one.what == "api"]
    assert api == [24.2, 16.1, 9.1, 2.1]
    assert [one.what for one in report.changes] == [
        "41: up by mira, Add a reader to the ledger's database",
        "42: up by jonas, Raise the pool of api",
    ]


def test_what_is_not_known_is_said(report: Report) -> None:
    silent, gaps = report.absent
    assert silent == "No data at all in the period for audit-delivery: whether these were kept, nobody knows."
    assert gaps.startswith("There are gaps in the data of replica-lag, recoverability: they are hatched")


def test_a_short_memory_and_missing_sources_are_said(story_url: str) -> None:
    """The report of ten days earlier looks back beyond the first sample; nobody gave change records."""
    told = gather("prod", story_url, story.DECLARED, story.END - timedelta(days=10)).absent
    assert any(one.startswith("Data begins on 26 Oct 2026 1") for one in told)
    assert "Changes of the infrastructure: no records were given (--changes)." in told


def test_what_is_recorded_and_not_declared_is_told_apart(story_url: str) -> None:
    found = gather("prod", story_url, [one for one in story.DECLARED if one.service != "api"], story.END)
    others = [one for one in found.levels if not one.declared]
    assert {one.slo for one in others} == {"api-read-availability", "api-write-availability", "charge-latency"}
    assert {(one.service, one.owner) for one in others} == {("api", "payments")}
    assert next(one for one in others if one.slo == "charge-latency").objective_percent == pytest.approx(99)
    assert any(one.startswith("Recorded, but not declared in this checkout: api-read-av") for one in found.absent)


def test_an_empty_prometheus_proves_nothing(story_url: str) -> None:
    found = gather("prod", story_url, story.DECLARED, story.END + timedelta(days=400))
    assert {status(one, 0.25) for one in found.levels} == {"unmeasured"}
    assert any(one.startswith("Alerts: none has fired") for one in found.absent)
    assert any(one.startswith("Releases: Prometheus has no series") for one in found.absent)


def test_no_answer_is_an_error_that_names_the_address() -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:9"):
        gather("prod", "http://127.0.0.1:9", story.DECLARED, story.END)


def test_the_json_form_has_every_figure(report: Report) -> None:
    document = json.loads(json.dumps(report.as_dict()))
    first = document["levels"][0]
    assert (document["schema"], first["slo"], first["status"]) == (1, "webhook-delivery", "spent")
    assert first["alerts"][0]["begin"] == "2026-11-21T07:00:00+00:00"
    assert first["burn"].keys() == {"5m", "30m", "1h", "2h", "6h", "1d", "3d"}
    assert document["changes"][0]["at"] == "2026-11-03T02:24:00+00:00"
    assert document["end"] == "2026-11-25T12:00:00+00:00"


def test_the_same_question_has_the_same_answer(story_url: str) -> None:
    one, other = (gather("prod", story_url, story.DECLARED, story.END) for _ in range(2))
    assert one == other
