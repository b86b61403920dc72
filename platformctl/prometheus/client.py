"""Queries of a Prometheus by its address: `query`, `query_range` and `alerts`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from platformctl.errors import CommandError
from platformctl.prometheus import answers
from platformctl.prometheus.server import PrometheusError, ask

T = TypeVar("T")
TIMEOUT_S = 30.0
MOST_POINTS = 11_000  # of one series in one answer, else Prometheus refuses: web/api/v1/api.go, queryRange


def query(url: str, expression: str, at: datetime | None = None, timeout_s: float = TIMEOUT_S) -> list[answers.Sample]:
    """The value of each series of a PromQL expression at a moment, by default the server's now.

    An empty list means that no such series exists then. PrometheusError (a CommandError) says why there is no answer.
    """
    fields = {"query": expression, **({"time": _time(at)} if at else {})}
    data = ask(url, "query", fields, timeout_s)
    if isinstance(data, Mapping) and data.get("resultType") == "matrix":
        raise CommandError(f"query {expression!r}: it ends in a range like [5m]; an instant query takes one value each")
    return _read(url, expression, answers.samples, data)


def query_range(
    url: str, expression: str, start: datetime, end: datetime, step_s: float, timeout_s: float = TIMEOUT_S
) -> list[answers.Series]:
    """Each series of a PromQL expression from start to end, both included, every `step_s` seconds."""
    if step_s <= 0 or end < start:
        raise CommandError(
            f"query {expression!r}: start {start} must not be after end {end}, and step {step_s} s above 0"
        )
    if (points := (end - start) / timedelta(seconds=step_s) + 1) > MOST_POINTS:
        raise CommandError(
            f"query {expression!r}: {points:.0f} points of each series, and Prometheus gives {MOST_POINTS}:"
            f" take a step of {(end - start).total_seconds() / (MOST_POINTS - 1):.0f} s or more"
        )
    fields = {"query": expression, "start": _time(start), "end": _time(end), "step": f"{step_s:g}"}
    return _read(url, expression, answers.series, ask(url, "query_range", fields, timeout_s))


def alerts(url: str, timeout_s: float = TIMEOUT_S) -> list[answers.Alert]:
    """What is pending or firing now."""
    return _read(url, "alerts", answers.alerts, ask(url, "alerts", None, timeout_s))


def _time(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: nobody can tell which moment it is")
    return f"{moment.timestamp():.3f}"


def _read(url: str, asked: str, read: Callable[[Any], T], data: Any) -> T:
    try:
        return read(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PrometheusError(
            f"{url}: the answer to {asked!r} is not one of Prometheus's HTTP API ({error!r}); is it one?"
        ) from None
