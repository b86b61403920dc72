"""The first suspect: what was changed last before the first alert. A place to begin, and no verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from platformctl.incidents.model import Alerted, Cause, Window

_FAR = timedelta(days=1)  # a change of the day before is a weaker suspect, and said to be


@dataclass(frozen=True)
class Suspect:
    """`cause` None: nothing was changed before, as far as the sources tell. `by`: what it is reckoned from."""

    cause: Cause | None
    moment: datetime
    by: str

    @property
    def before(self) -> timedelta:
        return self.moment - self.cause.at if self.cause else timedelta(0)

    @property
    def far(self) -> bool:
        return self.before > _FAR


def first_suspect(causes: Iterable[Cause], alerts: Iterable[Alerted], window: Window) -> Suspect:
    """By the first alert; where it fired before the window already, or none did, by the window's beginning."""
    told = list(alerts)
    begins = [one for one in told if one.began is not None]
    if any(one.began is None for one in told):
        moment, by = window.since, "the window's beginning, at which an alert fired already: begin it earlier"
    elif begins:
        first = min(begins, key=lambda one: (one.began or window.since, one.name))
        moment, by = first.began or window.since, f"the first alert, {first.name}"
    else:
        moment, by = window.until, "the window's end, for no alert is known"
    before = [one for one in causes if one.at <= moment]
    return Suspect(max(before, key=lambda one: one.at) if before else None, moment, by)
