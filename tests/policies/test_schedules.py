import pytest

from policies.rules.recovery.schedules import ScheduleError, longest_gap_minutes

_DAY = 1440


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(6 hours)", 360),
        ("rate(2 days)", 2 * _DAY),
        ("cron(* * * * ? *)", 1),
        ("cron(0/15 * * * ? *)", 15),
        ("cron(0 * * * ? *)", 60),
        ("cron(0 3 * * ? *)", _DAY),
        ("cron(30 0,12 ? * * *)", 720),
        ("cron(0 8-18/2 * * ? *)", 14 * 60),
        ("cron(0 3 ? * SAT *)", 7 * _DAY),
        ("cron(0 3 ? * 1 *)", 7 * _DAY),
        ("cron(0 3 ? * mon-fri *)", 3 * _DAY),
        ("cron(0 3 1 * ? *)", 31 * _DAY),
        ("cron(0 3 29 2 ? *)", 1461 * _DAY),
        ("cron(0 3 1 JAN,JUL ? *)", 184 * _DAY),
        ("cron(0 3,4 ? * SUN *)", 7 * _DAY - 60),
    ],
)
def test_the_longest_gap_of_a_schedule(schedule: str, minutes: int) -> None:
    assert longest_gap_minutes(schedule) == minutes


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "daily",
        "0 3 * * *",
        "rate(0 hours)",
        "rate(1 week)",
        "cron(0 3 * *)",
        "cron(60 3 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 3 0 * ? *)",
        "cron(0 3 31 2 ? *)",
        "cron(0 3 L * ? *)",
        "cron(0 3 ? * 2#1 *)",
        "cron(0 3 * * ? 2027)",
        "cron(5-3 3 * * ? *)",
        "cron(0/0 3 * * ? *)",
        "cron(0 3 * * ? *) ",
    ],
)
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ScheduleError):
        longest_gap_minutes(schedule)
