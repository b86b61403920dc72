"""From points to lines: gaps stay open, nothing is drawn far from where it is, scales hold what they show."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.slo_report import words
from platformctl.slo_report.bands import gaps, pieces, spans
from platformctl.slo_report.judging import status, worst_first
from platformctl.slo_report.model import Band, Level, Line, Report
from platformctl.slo_report.page import page
from platformctl.slo_report.plots import days, listed, plots
from platformctl.slo_report.scale import Rates, Shares, Times

END = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEGIN = END - timedelta(days=30)


def _level(**more: object) -> Level:
    given: dict[str, object] = {"slo": "a", "service": "s", "owner": "o", "kind": "availability"}
    return Level(**{**given, "objective_percent": 99.9, "period_days": 30, **more})  # type: ignore[arg-type]


def _report(*levels: Level) -> Report:
    return Report(environment="prod", source="http://p", begin=BEGIN, end=END, step_s=3600, low=0.25, levels=levels)


def _line(values: dict[int, float]) -> Line:
    """By the hour since the begin."""
    return Line(tuple((BEGIN.timestamp() + hour * 3600, value) for hour, value in sorted(values.items())))


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ([], []),
        ([(10, 1.0)], [(0, 10)]),
        ([(10, 1.0), (20, 1.0), (30, 0.0)], [(0, 20)]),
        ([(10, 0.0), (20, 1.0), (30, 0.0), (40, 1.0)], [(10, 20), (30, 40)]),
        ([(10, 1.0), (40, 1.0)], [(0, 10), (30, 40)]),
    ],
)
def test_a_band_ends_where_it_ended_or_where_data_does(
    points: list[tuple[float, float]], found: list[tuple[float, float]]
) -> None:
    assert list(spans(points, 10)) == found


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ([1, 2, 3, 4], []),
        ([], [(0, 4)]),
        ([1, 4], [(1, 3)]),
        ([3, 4], [(0, 2)]),
        ([1, 2], [(2, 4)]),
    ],
)
def test_what_lies_between_points_is_a_gap(hours: list[int], found: list[tuple[float, float]]) -> None:
    line = Line(tuple((float(hour), 1.0) for hour in hours))
    assert [(one.begin, one.end) for one in gaps(line, 0, 4, 1)] == found


@given(st.sets(st.integers(1, 48)))
def test_points_and_gaps_fill_the_time(hours: set[int]) -> None:
    line = Line(tuple((float(hour), 1.0) for hour in sorted(hours)))
    assert sum(one.end - one.begin for one in gaps(line, 0, 48, 1)) == 48 - len(hours)
    assert sum(len(part) for part in pieces(line, 1)) == len(hours)
    assert all(b[0] - a[0] == 1 for part in pieces(line, 1) for a, b in pairwise(part))


def test_a_line_is_broken_at_a_gap_and_lone_points_are_dots() -> None:
    line = _line({1: 0.9, 2: 0.8, 50: 0.7, 100: 0.6, 101: 0.6})
    budget, *_ = plots(_level(left=0.6, budget=line, burns={}), _report())
    (path,) = budget.paths
    assert path.data.count("M") == 2
    assert len(path.dots) == 1
    assert path.dots[0][0] == pytest.approx(50 / 720 * 100)


@given(st.lists(st.floats(-3, 1), min_size=2, max_size=60))
def test_thinned_lines_stay_beside_every_point(values: list[float]) -> None:
    line = _line(dict(enumerate(values)))
    budget, *_ = plots(_level(left=values[-1], budget=line, burns={}), _report())
    drawn = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([^MLZ]+)", budget.paths[0].data)]
    shares, times = Shares(min(values)), Times(BEGIN.timestamp(), END.timestamp())
    for at, value in line.points:
        x = times.x(at)
        (x0, y0), (x1, y1) = next((a, b) for a, b in pairwise(drawn) if a[0] - 0.01 <= x <= b[0] + 0.01)
        beside = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        assert beside == pytest.approx(shares.y(value), abs=4)  # of 100: x is rounded to 0.01, steep lines shift


def test_a_quiet_month_is_few_points() -> None:
    line = _line(dict.fromkeys(range(1, 721), 0.9))
    budget, *_ = plots(_level(left=0.9, budget=line, burns={}), _report())
    assert len(budget.paths[0].data) < 40


@given(st.floats(-50, 1), st.floats(0, 5000))
def test_scales_keep_everything_on_the_plot(left: float, burn: float) -> None:
    shares, rates = Shares(left), Rates(burn)
    for place in (shares.y(left), rates.y(burn), *(y for y, *_ in (*shares.ticks(), *rates.ticks()))):
        assert 0 <= place <= 100
    assert shares.y(1.0) == 0
    assert rates.y(0.0) == 100
    assert shares.y(0.5) < shares.y(0.25)
    assert rates.y(14.4) < rates.y(1.0)


def test_dates_are_few_and_in_the_period() -> None:
    for length, names in ((30, 6), (28, 7), (7, 7), (1, 6), (90, 7)):
        ticks = list(Times((END - timedelta(days=length)).timestamp(), END.timestamp()).ticks())
        assert names - 1 <= len(ticks) <= 7, length
        assert all(0 <= x <= 100 for x, _ in ticks)
    assert next(Times(BEGIN.timestamp(), END.timestamp()).ticks())[1] == "27 Oct"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "unmeasured"),
        ({"left": 0.0}, "spent"),
        ({"left": -2.0}, "spent"),
        ({"left": 0.24}, "low"),
        ({"left": 0.25}, "kept"),
        ({"left": 0.9, "paging": ("ErrorBudgetBurn (1h)",)}, "burning"),
        ({"left": -0.1, "paging": ("ErrorBudgetBurn (1h)",)}, "spent"),
        ({"kind": "invariant"}, "unmeasured"),
        ({"kind": "invariant", "broken": Line(((1, 0.0),))}, "kept"),
        ({"kind": "invariant", "broken": Line(((1, 1.0), (2, 0.0)))}, "broke"),
        ({"kind": "invariant", "broken": Line(((1, 0.0), (2, 1.0)))}, "broken"),
    ],
)
def test_each_stands_as_its_figures_say(more: dict[str, object], expected: str) -> None:
    assert status(_level(**more), 0.25) == expected


def test_little_is_what_the_policy_says() -> None:
    assert [status(_level(left=0.3), low) for low in (0.25, 0.3, 0.4)] == ["kept", "kept", "low"]


def test_equals_are_ordered_by_what_is_left_and_then_by_name() -> None:
    levels = [
        _level(slo="c", left=0.5),
        _level(slo="b", left=0.9),
        _level(slo="a", left=0.9),
        _level(slo="z", left=-1.0),
    ]
    assert [one.slo for one in worst_first(levels, 0.25)] == ["z", "c", "a", "b"]


def test_days_without_data_are_told_apart_from_good_ones() -> None:
    found = days(_level(days=_line({24 * day: 0.05 for day in range(1, 30)})), _report())
    assert len(found) == 30
    assert [css for css, _ in found] == ["d0"] * 29 + ["none"]
    assert found[-1][1] == "day to 25 Nov 12:00: no data"


def test_long_lists_end_with_how_many_there_are_more() -> None:
    bands = [Band(at, at + 1, "x", "page") for at in range(30)]
    shown, more = listed(bands, 12)
    assert ([one.begin for one in shown], more) == ([*range(29, 17, -1)], 18)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.share(0.6234), "62 %"),
        (words.share(0.0234), "2.3 %"),
        (words.share(-0.35), "\N{MINUS SIGN}35 %"),
        (words.share(None), "unknown"),
        (words.rate(0.01), "<0.1\N{MULTIPLICATION SIGN}"),
        (words.rate(14.42), "14.4\N{MULTIPLICATION SIGN}"),
        (words.span(3 * 86_400), "3 days"),
        (words.span(30), "now"),
        (words.forecast(40 * 86_400, 30), "over 30 days"),
        (words.forecast(None, 30), "\N{EN DASH}"),
        (words.count(116_289.4), "116,289"),
        (words.count(104e6), "104 million"),
        (words.objective(99.95), "99.95 %"),
        (words.between(BEGIN.timestamp(), BEGIN.timestamp() + 3600), "26 Oct 12:00 \N{EN DASH} 13:00"),
    ],
)
def test_figures_are_said_as_people_say_them(said: str, expected: str) -> None:
    assert said == expected


def test_nothing_to_report_on_is_said() -> None:
    assert "There is nothing to report on" in page(_report())
    assert "None is declared, and none is recorded." in page(_report())


def test_hostile_names_are_only_text() -> None:
    bad = '</svg><script>alert(1)</script>" onload="x\u202e'
    level = _level(slo=bad, service=bad, owner=bad, runbook=bad, description=bad, left=0.1, burns={})
    level = replace(
        level, budget=_line({1: 0.5, 2: 0.1}), alerts=(Band(BEGIN.timestamp(), END.timestamp(), bad, "page"),)
    )
    made = page(replace(_report(level), environment=bad, source=bad, absent=(bad,)), "https://x.example")
    assert "<script" not in made
    assert "\u202e" not in made
    assert 'onload="' not in made
