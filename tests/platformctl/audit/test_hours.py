"""Times are read as UTC, and the hours that no digest covers are named exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platformctl.audit.hours import HOUR, Window, days, parse_time, text_of, uncovered

BEGIN = datetime(2025, 11, 1, 0, 1, 31, tzinfo=UTC)


def hour(number: float) -> Window:
    return Window(BEGIN + number * HOUR, BEGIN + (number + 1) * HOUR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-11-01", datetime(2025, 11, 1, tzinfo=UTC)),
        ("2025-11-01T06:30", datetime(2025, 11, 1, 6, 30, tzinfo=UTC)),
        ("2025-11-01T06:30:05Z", datetime(2025, 11, 1, 6, 30, 5, tzinfo=UTC)),
        ("2025-11-01T06:30+02:00", datetime(2025, 11, 1, 4, 30, tzinfo=UTC)),
    ],
)
def test_times_are_utc(text: str, expected: datetime) -> None:
    assert parse_time(text) == expected


def test_times_are_written_as_cloudtrail_writes_them() -> None:
    assert text_of(datetime(2025, 11, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2025-10-31T23:00:00Z"


def test_days_include_both_ends() -> None:
    assert days(Window(BEGIN - HOUR, BEGIN + 24 * HOUR)) == ["2025/10/31", "2025/11/01", "2025/11/02"]


@given(st.sets(st.integers(0, 30)), st.integers(0, 20), st.integers(1, 10), st.integers(0, 3599))
def test_the_hours_taken_out_are_the_hours_found(gone: set[int], first: int, length: int, offset_s: int) -> None:
    start = BEGIN + first * HOUR + timedelta(seconds=offset_s)
    span = Window(start, start + length * HOUR)
    inside = [n for n in range(-1, 33) if hour(n).overlaps(span)]
    left = [hour(n) for n in inside if n not in gone]
    if left:  # without any digest there is no grid to go by
        assert uncovered(left, span) == [hour(n) for n in inside if n in gone]


def test_without_any_digest_hours_begin_with_the_range() -> None:
    span = Window(BEGIN, BEGIN + 2.5 * HOUR)
    assert uncovered([], span) == [hour(0), hour(1), Window(BEGIN + 2 * HOUR, span.end)]


def test_the_rest_of_a_gap_is_an_hour_of_its_own() -> None:
    later = hour(3.5)
    gap = uncovered([hour(0), later], Window(BEGIN, later.end))
    assert gap == [hour(1), hour(2), Window(hour(3).start, later.start)]


def test_windows_that_overlap_leave_no_gap() -> None:
    long = Window(BEGIN, BEGIN + 3 * HOUR)
    assert uncovered([long, hour(1), hour(3)], Window(BEGIN, hour(3).end)) == []
