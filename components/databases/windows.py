"""The windows of backups and maintenance: when RDS may do what, in UTC."""

import re

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MIN = 24 * 60
_WEEK_MIN = len(_DAYS) * _DAY_MIN
_SHORTEST_MIN = 30  # RDS API reference, PreferredBackupWindow and PreferredMaintenanceWindow
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
DAILY = rf"^{_TIME}-{_TIME}$"
WEEKLY = rf"^({'|'.join(_DAYS)}):{_TIME}-({'|'.join(_DAYS)}):{_TIME}$"


def windows_problem(backup: str, maintenance: str) -> str | None:
    """What is wrong with a daily (03:00-03:30) and a weekly (sun:04:00-sun:05:00) window, or None."""
    daily, weekly = re.match(DAILY, backup), re.match(WEEKLY, maintenance)
    if not daily:
        return f"backup_window must be such as 03:00-03:30, got {backup!r}"
    if not weekly:
        return f"maintenance_window must be such as sun:04:00-sun:05:00, got {maintenance!r}"
    begin = _minutes(daily[1], daily[2])
    length = (_minutes(daily[3], daily[4]) - begin) % _DAY_MIN
    week_begin = _minutes(weekly[2], weekly[3], weekly[1])
    week_length = (_minutes(weekly[5], weekly[6], weekly[4]) - week_begin) % _WEEK_MIN
    if length < _SHORTEST_MIN:
        return f"backup_window must last {_SHORTEST_MIN} minutes or more, got {backup!r}"
    if not _SHORTEST_MIN <= week_length < _DAY_MIN:
        return f"maintenance_window must last {_SHORTEST_MIN} minutes to less than a day, got {maintenance!r}"
    if any(_meet(begin + day * _DAY_MIN, length, week_begin, week_length) for day in range(len(_DAYS))):
        return f"backup_window and maintenance_window must not overlap, got {backup!r} and {maintenance!r}"
    return None


def _minutes(hour: str, minute: str, day: str = _DAYS[0]) -> int:
    return _DAYS.index(day) * _DAY_MIN + int(hour) * 60 + int(minute)


def _meet(one: int, one_length: int, other: int, other_length: int) -> bool:
    """Whether two stretches of the week, which goes round, share a minute."""
    return (other - one) % _WEEK_MIN < one_length or (one - other) % _WEEK_MIN < other_length
