"""The times that people give for an incident's window."""

import re
from datetime import UTC, datetime, timedelta

from platformctl.errors import CommandError
from platformctl.incidents.model import Window

_AGO = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
LONGEST = timedelta(days=31)  # the alerts of longer windows would be looked at less often than they last


def moment(given: str, option: str, now: datetime) -> datetime:
    """`2026-11-26T03:05`, UTC unless it says, or how long ago: `45m`, `2h`, `1d12h`. CommandError otherwise."""
    ago = _AGO.fullmatch(given.strip())
    try:
        if ago and any(ago.groups()):
            days, hours, minutes = (int(part or 0) for part in ago.groups())
            return now - timedelta(days=days, hours=hours, minutes=minutes)
        time = datetime.fromisoformat(given.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(
            f"{option} must be a time such as 2026-11-26T03:05, or how long ago, such as 45m or 1d12h, got {given!r}"
        ) from None


def window(since: str, until: str | None, now: datetime) -> Window:
    """From a whole second on; `until` None: `now`. CommandError for a window that is empty, too long or to come."""
    begin, end = moment(since, "--since", now), moment(until, "--until", now) if until else now
    begin = begin.replace(microsecond=0)
    if not begin < end <= now:
        raise CommandError(
            f"the window must begin before it ends, and end by now ({now:%Y-%m-%dT%H:%M:%S} UTC), got --since {since}"
            f" and --until {until or 'now'}: correct them"
        )
    if end - begin > LONGEST:
        raise CommandError(f"the window must be {LONGEST.days} days at most, got {(end - begin).days}: begin it later")
    return Window(begin, end)
