"""Alerts that fired, from a Prometheus or from a file, as spans of time and as entries of a timeline."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from platformctl.incidents.model import Alerted, Entry, Window

_NAMELESS = ("__name__", "alertstate")
DEAD_MAN = "dead-man"  # the value of the label `class` of what fires all the time, on purpose
_SHOWN = ("service", "slo", "window", "severity", "owner")
_POINTS = 5_000  # of a series at most; Prometheus gives 11,000
_LEAST_STEP_S = 15.0

Points = Sequence[tuple[float, float]]


def step_s(window: Window) -> float:
    """Between two looks at what fires: 15 s, or longer where the window is long."""
    return max(_LEAST_STEP_S, round(window.length.total_seconds() / _POINTS))


def spans(labels: Mapping[str, str], points: Points, window: Window, step: float) -> Iterator[Alerted]:
    """Each time that the alert fired: points of ALERTS without a gap longer than a step."""
    told = {name: value for name, value in labels.items() if name not in _NAMELESS}
    for begin_s, end_s in _runs([at for at, _ in points], step * 1.5):
        began, ended = (datetime.fromtimestamp(second, UTC) for second in (begin_s, end_s))
        reach = timedelta(seconds=step)
        yield Alerted(
            told,
            "",
            "",
            None if began - window.since < reach else began,
            None if window.until - ended < reach else ended,
        )


def gaps(points: Points, window: Window, step: float) -> list[tuple[datetime, datetime]]:
    """When the dead man's switch did not fire: nothing was evaluated then, so silence means nothing."""
    runs = list(_runs([at for at, _ in points], max(step * 1.5, 90.0)))
    edges = [window.since.timestamp(), *(edge for run in runs for edge in run), window.until.timestamp()]
    pairs = [(edges[index], edges[index + 1]) for index in range(0, len(edges), 2)]
    return [
        (datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC))
        for begin, end in pairs
        if end - begin > max(step * 2, 90.0)
    ]


def entries(alerts: Iterable[Alerted], window: Window) -> Iterator[Entry]:
    """When each began and ended. One that fired before the window stands at its beginning, and says so."""
    for one in alerts:
        if one.began is None or one.began < window.since:
            since = f", since {one.began:%Y-%m-%d %H:%M:%S}" if one.began else ""
            yield Entry(window.since, "alert", f"{described(one)} fires already{since}")
        else:
            yield Entry(one.began, "alert", f"{described(one)} fires{f': {one.summary}' if one.summary else ''}")
        if one.ended is not None and window.holds(one.ended):
            yield Entry(one.ended, "alert", f"{described(one)} is over")


def described(alert: Alerted) -> str:
    """The name, and those of its labels that people go by."""
    shown = ", ".join(f"{name} {alert.labels[name]}" for name in _SHOWN if alert.labels.get(name))
    return f"{alert.name} ({shown})" if shown else alert.name


def is_switch(labels: Mapping[str, str]) -> bool:
    return labels.get("class") == DEAD_MAN or labels.get("alertname") == "Watchdog"


def _runs(seconds: Sequence[float], most: float) -> Iterator[tuple[float, float]]:
    begin = last = None
    for second in seconds:
        if begin is None or last is None:
            begin = second
        elif second - last > most:
            yield begin, last
            begin = second
        last = second
    if begin is not None and last is not None:
        yield begin, last
