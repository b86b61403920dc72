"""Counters that survive a restart: each is what happened since the day began, told anew from the evidence itself.

A counter kept in memory would count again, after a restart, what it had counted before, or miss what came meanwhile.
This one is the same in every process, and begins anew with the day, which `rate` takes for the reset that it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from platformctl.audit.hours import Window

DAY = timedelta(days=1)


@dataclass
class Day:
    """`lag`: by how much what is counted lies behind the clock."""

    lag: timedelta = timedelta(0)
    _last: datetime | None = None

    def span(self, now: datetime) -> Window:
        """From the beginning of the day to now. The first reading of a new day is the last of the one before: it ends
        with that day, so that nothing between two readings is lost.
        """
        told = now - self.lag
        start = (self._last or told).replace(hour=0, minute=0, second=0, microsecond=0)
        self._last = told
        return Window(start, min(told, start + DAY))
