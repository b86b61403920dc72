"""Times in UTC, and which hours of a range no digest covers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)  # CloudTrail user guide, "CloudTrail digest file structure": one digest every hour


@dataclass(frozen=True, order=True)
class Window:
    """From `start`, inclusive, to `end`, exclusive."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Window") -> bool:
        return self.start < other.end and other.start < self.end


def parse_time(text: str) -> datetime:
    """An ISO 8601 date (its first instant) or date-time, UTC where it names no zone; ValueError for anything else."""
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def text_of(time: datetime) -> str:
    """The form that CloudTrail itself writes: 2015-08-17T14:01:31Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def days(span: Window) -> list[str]:
    """The folders by day, year/month/day, that hold objects stamped within the span."""
    first, last = span.start.date(), span.end.date()
    return [f"{first + timedelta(days=n):%Y/%m/%d}" for n in range((last - first).days + 1)]


def uncovered(covered: Iterable[Window], span: Window) -> list[Window]:
    """The hours that overlap the span and that no window covers, in order.

    Digests do not begin on the hour but on the trail's own minute and second, so the grid of a gap continues the window
    before it, and at the front it leads up to the first window. Without any window it begins with the span. What is
    left of a gap that is no whole number of hours is an hour of its own, shorter than the others.
    """
    ordered = sorted(covered)
    if not ordered:
        return list(_forward(span))
    found = [hour for hour in _backward(ordered[0].start, span.start) if hour.overlaps(span)]
    end = ordered[0].end
    for window in ordered[1:]:
        if window.start > end:
            found += _forward(Window(end, window.start))
        end = max(end, window.end)
    while end < span.end:
        found.append(Window(end, end + HOUR))
        end += HOUR
    return [hour for hour in found if hour.overlaps(span)]


def _forward(gap: Window) -> Iterator[Window]:
    start = gap.start
    while start < gap.end:
        yield Window(start, min(start + HOUR, gap.end))
        start += HOUR


def _backward(end: datetime, until: datetime) -> list[Window]:
    hours: list[Window] = []
    while end > until:
        hours.append(Window(end - HOUR, end))
        end -= HOUR
    return hours[::-1]
