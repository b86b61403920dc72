"""The way of an alert to its owner: which of them come together, how soon, and how often again."""

from dataclasses import dataclass
from typing import Any, Final

from components.alerting.receivers import HEARTBEAT, receiver_name
from components.alerting.told import Severity, Told

TICKET_HOURS: Final = "ticket-hours"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """`wait_s`: for others of the same group; `interval_s`: until news of the group are told; `repeat_s`: until the
    same is told again.
    """

    by: tuple[str, ...]
    wait_s: int
    interval_s: int
    repeat_s: int

    def timed(self, scale: float) -> dict[str, Any]:
        """In the words of a route; `scale` shortens what tests would wait for."""
        times = {"group_wait": self.wait_s, "group_interval": self.interval_s, "repeat_interval": self.repeat_s}
        return {"group_by": list(self.by), **{key: f"{round(s * scale * 1000)}ms" for key, s in times.items()}}


# A page is of one service, whatever is wrong with it. 30 s: an alert is evaluated that often, so what a fault breaks
# comes together. Tickets of a team come together, once a day while they last.
PACES: Final[dict[Severity, Pace]] = {
    "page": Pace(by=("owner", "service"), wait_s=30, interval_s=300, repeat_s=3_600),
    "ticket": Pace(by=("owner", "service", "alertname"), wait_s=300, interval_s=3_600, repeat_s=86_400),
}
# An invariant stops money: each by itself, at once, until it is mended.
_INVARIANT = Pace(by=("alertname", "service", "slo"), wait_s=0, interval_s=60, repeat_s=900)


def route(told: Told, scale: float = 1.0) -> dict[str, Any]:
    """The tree. What nobody owns, or an unknown team does, wakes up the fallback: it may be worth it."""
    return {
        "receiver": receiver_name(told.fallback, "page"),
        **PACES["page"].timed(scale),
        "routes": [
            _heartbeat(told, scale),
            *(_of_owner(owner, scale) for owner in sorted(told.owners)),
        ],
    }


def _heartbeat(told: Told, scale: float) -> dict[str, Any]:
    # Told again at the first end of an interval after `repeat`: the interval is half of it.
    pace = Pace(by=("alertname",), wait_s=0, interval_s=told.heartbeat_s // 2, repeat_s=told.heartbeat_s)
    return {"receiver": HEARTBEAT, "matchers": ['alertname="Watchdog"'], **pace.timed(scale)}


def _of_owner(owner: str, scale: float) -> dict[str, Any]:
    """Without a severity, or with one that nobody knows, it is a page."""
    page: dict[str, Any] = {"receiver": receiver_name(owner, "page"), **PACES["page"].timed(scale)}
    invariant = {
        "receiver": receiver_name(owner, "page"),
        "matchers": ['alertname="InvariantBroken"'],
        **_INVARIANT.timed(scale),
    }
    ticket = {
        "receiver": receiver_name(owner, "ticket"),
        "matchers": ['severity="ticket"'],
        "active_time_intervals": [TICKET_HOURS],
        **PACES["ticket"].timed(scale),
    }
    return {**page, "matchers": [f'owner="{owner}"'], "routes": [invariant, ticket]}


def time_intervals(told: Told) -> list[dict[str, Any]]:
    """Of tickets alone: a page comes when it comes."""
    hours = told.hours
    times = [{"start_time": hours.start, "end_time": hours.end}]
    working = {"weekdays": ["monday:friday"], "times": times, "location": hours.zone}
    return [{"name": TICKET_HOURS, "time_intervals": [working]}]
