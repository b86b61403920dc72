"""How long nothing is backed up: the longest gap between two times of a schedule.

AWS writes schedules as `cron(minutes hours day-of-month month day-of-week year)` and `rate(value unit)`: EventBridge
user guide, "Schedule types"; AWS Backup developer guide, "Backup frequency".
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

DAY_MINUTES = 1440
_RATE = re.compile(r"rate\(\s*([1-9]\d*)\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\(\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*\)")
_UNITS = {"minute": 1, "hour": 60, "day": DAY_MINUTES}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]  # 1 is Sunday
_FIRST, _DAYS = date(2023, 1, 1), 9 * 366  # long enough for two runs on the 29th of February


class ScheduleError(Exception):
    """The text is no schedule, or one that is not understood here."""


@lru_cache(maxsize=256)
def longest_gap_minutes(schedule: str) -> int:
    """The longest time between two runs, in minutes; raises ScheduleError."""
    if rate := _RATE.fullmatch(schedule):
        return int(rate[1]) * _UNITS[rate[2]]
    if not (cron := _CRON.fullmatch(schedule)):
        raise ScheduleError(schedule)
    minutes, hours, days, months, weekdays, years = cron.groups()
    if years not in ("*", "?"):
        raise ScheduleError(schedule)  # it ends
    times = sorted(h * 60 + m for h in _numbers(hours, 0, 23) for m in _numbers(minutes, 0, 59))
    run_days = _run_days(days, months, weekdays)
    overnight = DAY_MINUTES - times[-1] + times[0]
    within_day = (later - earlier for earlier, later in pairwise(times))
    between_days = ((later - earlier - 1) * DAY_MINUTES + overnight for earlier, later in pairwise(run_days))
    return max((*within_day, *between_days))


def _run_days(days: str, months: str, weekdays: str) -> list[int]:
    """The days on which a schedule runs, counted from the first of the years that are tried."""
    wanted_months = _numbers(months, 1, 12, _MONTHS)
    wanted_days = _numbers(days, 1, 31)
    wanted_weekdays = _numbers(weekdays, 1, 7, _WEEKDAYS)
    found = []
    for number in range(_DAYS):
        day = _FIRST + timedelta(days=number)
        fits = day.month in wanted_months and day.day in wanted_days
        if fits and day.isoweekday() % 7 + 1 in wanted_weekdays:
            found.append(number)
    if not found:
        raise ScheduleError("it never runs")
    return found


def _numbers(field: str, least: int, most: int, names: list[str] | None = None) -> set[int]:
    """The numbers that a field stands for; `L`, `W` and `#` are not understood."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = least, most
        else:
            begin, _, end = span.partition("-")
            first = _number(begin, least, names)
            last = _number(end, least, names) if end else (most if step else first)
        if not (least <= first <= last <= most) or (step and not re.fullmatch(r"[1-9]\d*", step)):
            raise ScheduleError(field)
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _number(text: str, least: int, names: list[str] | None) -> int:
    if names and text.upper() in names:
        return names.index(text.upper()) + least
    if not re.fullmatch(r"\d{1,2}", text):
        raise ScheduleError(text)
    return int(text)
