"""From values to places on a plot, in percent of its width and height, and the lines that help to read them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from platformctl.slo_report import words

_FLOOR = 0.1  # burn rates below it are drawn at the bottom: the budget lasts ten periods
LIMITS = (1.0, 3.0, 6.0, 14.4)  # of alerts: Google, The Site Reliability Workbook, "Alerting on SLOs"


@dataclass(frozen=True)
class Times:
    """Unix times in seconds, from the left edge to the right."""

    begin: float
    end: float

    def x(self, at: float) -> float:
        return min(max((at - self.begin) / (self.end - self.begin), 0.0), 1.0) * 100

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Midnights (or full hours of less than three days) with their names, at most seven of them."""
        span = timedelta(seconds=self.end - self.begin)
        hours = span < timedelta(days=3)
        unit = timedelta(hours=1) if hours else timedelta(days=1)
        step = unit * max(1, math.ceil(span / unit / 7))
        first = datetime.fromtimestamp(self.begin, UTC)
        at = first.replace(hour=first.hour if hours else 0, minute=0, second=0, microsecond=0) + unit
        while at.timestamp() <= self.end:
            yield self.x(at.timestamp()), at.strftime("%H:%M" if hours else "%-d %b")
            at += step


@dataclass(frozen=True)
class Shares:
    """Shares of a budget: linear from 100 % at the top to the least that there was, not below -100 %."""

    least: float
    low: float = 0.25  # from where on little is left

    @property
    def bottom(self) -> float:
        return max(-1.0, math.floor(min(self.least, 0.0) * 4) / 4)

    def y(self, value: float) -> float:
        return (1 - min(max(value, self.bottom), 1.0)) / (1 - self.bottom) * 100

    def ticks(self) -> Iterator[tuple[float, str, str]]:
        """Place, name, and the kind of each line."""
        marks = {1.0: "", 0.5: "", self.low: "care", 0.0: "stop"}
        if self.bottom < -0.1:
            marks[self.bottom] = ""
        for value, kind in marks.items():
            yield self.y(value), words.share(value), kind


@dataclass(frozen=True)
class Rates:
    """Burn rates, by their logarithm: what is slow and what is fast is of the same interest."""

    most: float

    @property
    def top(self) -> float:
        return max(20.0, self.most * 1.15)

    def y(self, value: float) -> float:
        share = math.log(max(value, _FLOOR) / _FLOOR) / math.log(self.top / _FLOOR)
        return (1 - min(share, 1.0)) * 100

    def ticks(self) -> Iterator[tuple[float, str, str]]:
        """The limits of alerts, and a power of ten above them."""
        kinds = ("", "", "care", "stop")
        for value, kind in zip(LIMITS, kinds, strict=True):
            yield self.y(value), f"{value:g}{words.TIMES}", kind
        if self.top > 150:
            yield self.y(100), f"100{words.TIMES}", ""
