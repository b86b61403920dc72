"""The client against a real Prometheus."""

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.prometheus import PrometheusError, alerts, query, query_range
from tests.prometheus import Points, prometheus

START = datetime(2026, 11, 1, tzinfo=UTC)
RULES = {
    "name": "test",
    "rules": [
        {
            "alert": "Burns",
            "expr": "vector(3)",
            "labels": {"severity": "page"},
            "annotations": {"summary": "it is {{ $value }}"},
        },
        {"alert": "Waits", "expr": "vector(1)", "for": "1h"},
    ],
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two series of an hour by the minute, which count up from 0 and from 100; the second begins late."""
    begin = START.timestamp()
    series: dict[str, Points] = {
        'left{slo="b"}': [(begin + 60 * minute, minute) for minute in range(61)],
        'left{slo="a"}': [(begin + 60 * minute, 100 + minute) for minute in range(30, 61)],
        "odd": [(begin, math.nan), (begin + 60, math.inf)],
    }
    with prometheus(tmp_path_factory.mktemp("prometheus"), series, [RULES]) as address:
        yield address


def test_an_instant_query_gives_each_series_by_its_labels(url: str) -> None:
    at = START + timedelta(minutes=45)
    found = query(url, "left", at)
    assert [(dict(one.labels), one.value, one.at_s) for one in found] == [
        ({"__name__": "left", "slo": "a"}, 145.0, at.timestamp()),
        ({"__name__": "left", "slo": "b"}, 45.0, at.timestamp()),
    ]
    assert query(url, "sum(left)", at)[0].labels == {}
    assert query(f"{url}/", "left", START + timedelta(minutes=2))[0].value == 2.0  # the address may end in a slash
    assert [one.value for one in query(url, "scalar(sum(left)) * 2", at)] == [380.0]


def test_what_is_absent_is_an_empty_answer_and_not_an_error(url: str) -> None:
    assert query(url, "left", START - timedelta(days=1)) == []
    assert query(url, "never_seen") == []


def test_values_that_are_no_finite_number_are_handed_on(url: str) -> None:
    assert math.isnan(query(url, "odd", START)[0].value)
    assert query(url, "-odd", START + timedelta(seconds=60))[0].value == -math.inf


def test_a_range_has_a_point_for_each_step_and_none_where_there_was_nothing(url: str) -> None:
    start, end = START + timedelta(minutes=20), START + timedelta(minutes=40)
    late, whole = query_range(url, "left", start, end, 600)
    assert whole.points == tuple((start.timestamp() + 600 * step, 20.0 + 10 * step) for step in range(3))
    assert late.points == tuple((start.timestamp() + 600 * step, 120.0 + 10 * step) for step in (1, 2))


def test_a_long_query_is_asked_too(url: str) -> None:
    longer = "x" * 100_000  # than any address may be
    assert [one.value for one in query(url, f'sum(left{{slo!="{longer}"}})', START)] == [0.0]


def test_alerts_tell_what_fires_and_what_waits(url: str) -> None:
    end = time.monotonic() + 60
    while not (found := {one.labels["alertname"]: one for one in alerts(url)}) and time.monotonic() < end:
        time.sleep(0.1)
    assert {name: (one.state, one.value) for name, one in found.items()} == {
        "Burns": ("firing", 3.0),
        "Waits": ("pending", 1.0),
    }
    assert dict(found["Burns"].annotations) == {"summary": "it is 3"}
    assert found["Burns"].labels["severity"] == "page"
    assert found["Burns"].active_at is not None
    assert found["Burns"].active_at.tzinfo is not None


@pytest.mark.parametrize(
    ("expression", "says"),
    [("sum(left", "bad_data"), ("left[5m]", "ends in a range"), ("left{", "parse error"), ("left + on(slo) odd", "")],
)
def test_an_error_of_the_query_names_the_query(url: str, expression: str, says: str) -> None:
    if not says:  # nothing matches: an empty answer, no error
        assert query(url, expression, START) == []
        return
    with pytest.raises(CommandError, match=says) as caught:
        query(url, expression, START)
    assert expression in str(caught.value)
    assert caught.value.code is Exit.USAGE


def test_labels_that_match_twice_are_an_error_of_the_query(url: str) -> None:
    with pytest.raises(PrometheusError, match=r"many-to-many|duplicate") as caught:
        query(url, "left * on () left", START + timedelta(minutes=45))
    assert "left * on () left" in str(caught.value)


def test_a_range_finer_than_prometheus_gives_says_which_step_it_takes(url: str) -> None:
    with pytest.raises(CommandError, match="take a step of 236 s or more"):
        query_range(url, "left", START, START + timedelta(days=30), 60)
    assert query_range(url, "left", START, START + timedelta(days=30), 236)
    with pytest.raises(CommandError, match="must not be after"):
        query_range(url, "left", START, START - timedelta(days=1), 60)


def test_a_time_without_a_zone_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        query(url, "left", datetime(2026, 11, 1))
