"""A time in which nothing is changed: once, or again and again, by the clock of a place."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from stacks.reading import Found
from stacks.sections.fields import Strict

Window = tuple[datetime, datetime]  # from, and the first moment after, in UTC
LOOKED_AT = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))  # what recurs is judged by

_LONGEST_DAYS = 21  # of one window: what waits longer is released all at once, which is the greater risk
_FREQUENCIES = ("WEEKLY", "MONTHLY", "YEARLY")
_PART = re.compile(r"(FREQ|BYDAY|BYMONTHDAY|BYMONTH|BYYEARDAY|BYWEEKNO|BYSETPOS|WKST)=[A-Z0-9,+-]+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BEGINNING, _DAY = date(2024, 1, 1), timedelta(days=1)
_EARLIEST, _LATEST = (moment.replace(tzinfo=None) for moment in LOOKED_AT)


class Recurring(Strict):
    rule: str
    """An RFC 5545 recurrence of days: FREQ=MONTHLY;BYMONTHDAY=-1 is the last of each month."""
    at: str
    """When it begins, by the clock of the zone: 18:00."""
    hours: Annotated[int, Field(ge=1, le=_LONGEST_DAYS * 24)]


class Once(Strict):
    since: datetime
    """By the clock of the zone, without an offset: 2026-12-18T18:00."""
    until: datetime


class Freeze(Strict):
    """One of the last two says when."""

    reason: Annotated[str, Field(min_length=5)]
    zone: str
    """Whose clock it goes by, an IANA name: Europe/Berlin."""
    recurring: Recurring | None = None
    once: Once | None = None

    def windows(self, after: datetime, before: datetime) -> list[Window]:
        """The windows of which a part lies between the two, in order."""
        zone = ZoneInfo(self.zone)
        if self.once:
            found = [(_utc(self.once.since, zone), _utc(self.once.until, zone))]
        elif self.recurring:
            length = timedelta(hours=self.recurring.hours)
            # A day more at both ends: no zone's clock is further from UTC.
            earliest, latest = (moment.replace(tzinfo=None) for moment in (after - length - _DAY, before + _DAY))
            begins = (_utc(one, zone) for one in _occurrences(self.recurring, earliest, latest))
            found = [(begin, begin + length) for begin in begins]
        else:
            found = []
        return [(begin, end) for begin, end in found if end > after and begin < before]


def problems(key: str, freeze: Freeze) -> Found:
    """What is wrong with one freeze by itself."""
    if _zone_problem(freeze.zone):
        yield f"{key}.zone", freeze.zone, "an IANA time zone, such as Europe/Berlin or UTC", "correct it"
    if (freeze.recurring is None) == (freeze.once is None):
        given = "both" if freeze.once else "neither"
        yield key, given, "exactly one of recurring, once", "keep the one that is meant"
    if freeze.once:
        yield from _once(f"{key}.once", freeze.once)
    if freeze.recurring:
        yield from _recurring(f"{key}.recurring", freeze.recurring)


def _once(key: str, once: Once) -> Found:
    for end, moment in (("since", once.since), ("until", once.until)):
        if moment.tzinfo:
            yield f"{key}.{end}", str(moment), "a time without an offset: the zone says it", "remove the offset"
            return
    if not timedelta(0) < once.until - once.since <= timedelta(days=_LONGEST_DAYS):
        allowed = f"after since ({once.since}), by {_LONGEST_DAYS} days at most"
        yield f"{key}.until", str(once.until), allowed, "correct one of the two"


def _recurring(key: str, recurring: Recurring) -> Found:
    if not _CLOCK.fullmatch(recurring.at):
        yield f"{key}.at", recurring.at, "a time of day, such as 18:00", "correct it"
        return
    allowed, remedy = _rule_problem(recurring)
    if allowed:
        yield f"{key}.rule", recurring.rule, allowed, remedy
        return
    begins = _occurrences(recurring, _EARLIEST, _LATEST)
    apart = min((later - earlier for earlier, later in pairwise(begins)), default=timedelta.max)
    if timedelta(hours=recurring.hours) > apart:
        allowed = f"{int(apart.total_seconds() // 3600)} at most: until it begins again"
        yield f"{key}.hours", recurring.hours, allowed, "lower it"


def _rule_problem(recurring: Recurring) -> tuple[str, str]:
    """What is allowed and what to do; empty where all is well."""
    parts = recurring.rule.split(";")
    if not all(_PART.fullmatch(part) for part in parts) or len({p.partition("=")[0] for p in parts}) < len(parts):
        known = "FREQ, BYDAY, BYMONTHDAY, BYMONTH, BYYEARDAY, BYWEEKNO, BYSETPOS, WKST, each once"
        return f"parts of RFC 5545: {known}", "write such as FREQ=MONTHLY;BYMONTHDAY=-1; `at` says the time"
    if parts[0].removeprefix("FREQ=") not in _FREQUENCIES:
        return f"FREQ first, one of {', '.join(_FREQUENCIES)}", "name the days instead: FREQ=WEEKLY;BYDAY=TU,FR"
    try:
        shifts = (0, 1, 40) if _comes_about(recurring) else ()
        each = [_occurrences(recurring, _EARLIEST, _LATEST, shift) for shift in shifts]
    except (ValueError, TypeError, KeyError) as error:
        return f"an RFC 5545 recurrence ({error})", "correct it"
    if not each or not each[0]:
        return "a rule that comes about: not once in two years", "correct it, or remove the freeze"
    if each[0] != each[1] or each[0] != each[2]:
        return "a rule that says which days: this one depends on when one begins to count", "add BYDAY or BYMONTHDAY"
    return "", ""


def all_windows(freeze: Freeze) -> list[Window]:
    """Those of a single freeze, and what recurs in two years."""
    earliest, latest = LOOKED_AT
    if freeze.once:
        earliest, latest = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
    return freeze.windows(earliest, latest)


def covered(windows: Sequence[Window]) -> timedelta:
    """How long windows take, what they share counted once."""
    total, reached = timedelta(0), datetime(1, 1, 1, tzinfo=UTC)
    for begin, end in sorted(windows):
        total += max(timedelta(0), end - max(begin, reached))
        reached = max(reached, end)
    return total


def _occurrences(recurring: Recurring, after: datetime, before: datetime, shift_days: int = 0) -> list[datetime]:
    """Naive, by the zone's clock."""
    from dateutil import rrule  # type: ignore[import-untyped]  # not needed where nothing recurs

    beginning = datetime.combine(_BEGINNING + timedelta(days=shift_days), time.fromisoformat(recurring.at))
    found: list[datetime] = rrule.rrulestr(recurring.rule, dtstart=beginning).between(after, before, inc=True)
    return found


def _comes_about(recurring: Recurring) -> bool:
    """Whether there is a day of the rule. It is looked for before the end of time, which comes after eight years: the
    library would look for one that never comes until then.
    """
    from dateutil import rrule

    return any(True for _ in rrule.rrulestr(recurring.rule, dtstart=datetime(datetime.max.year - 7, 1, 1)))


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Of a time that the clock shows twice, the first; one that it leaves out is as long after midnight."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def _zone_problem(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return True
    return False
