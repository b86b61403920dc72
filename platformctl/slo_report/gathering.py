"""Asks a Prometheus for all that the report tells, from the series that alerts and gates are made of."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from platformctl.budgets.declared import Declared
from platformctl.budgets.reading import BURN, FORECAST, REMAINING, WINDOWS
from platformctl.prometheus import Series, query, query_range
from platformctl.slo_report.bands import gaps, spans
from platformctl.slo_report.judging import worst_first
from platformctl.slo_report.model import Band, Level, Line, Mark, Report

_STEPS = 720  # over the period: an hour for 30 days, which is two pixels of a wide screen
_FINEST_S = 60
_DAY_S = 86_400
DRAWN = ("1h", "6h")  # burn rates over time: those that call somebody
_OF_PERIOD = ("slo:bad_events:period", "slo:total_events:period")
_INVARIANT = "slo:invariant_broken:bool"


@dataclass(frozen=True)
class Asked:
    """Whom, and about which time."""

    url: str
    begin: datetime
    end: datetime

    @property
    def step_s(self) -> int:
        seconds = (self.end - self.begin).total_seconds()
        return max(_FINEST_S, math.ceil(seconds / _STEPS / _FINEST_S) * _FINEST_S)


def gather(
    environment: str,
    url: str,
    levels: Sequence[Declared],
    end: datetime,
    changes: Sequence[Mark] | None = None,
    low: float = 0.25,
) -> Report:
    """The report at `end` on the longest period of the levels. `changes`: None where nobody gave the records; `low`:
    share of a budget from which on little is left.

    PrometheusError (a CommandError) where there is no answer.
    """
    days = max((one.period_days for one in levels), default=30)
    asked = Asked(url, end - timedelta(days=days), end)
    read = _Read(asked)
    others = [_undeclared(read, slo) for slo in sorted(read.recorded() - {one.slo for one in levels})]
    told = [_level(read, one) for one in levels] + [_level(read, one, declared=False) for one in others]
    made = worst_first(told, low)
    releases = tuple(_releases(asked))
    return Report(
        environment=environment,
        source=url,
        begin=asked.begin,
        end=asked.end,
        step_s=asked.step_s,
        low=low,
        levels=made,
        releases=releases,
        changes=[one for one in changes or () if asked.begin.timestamp() <= one.at <= asked.end.timestamp()],
        absent=tuple(_absent(asked, made, releases, changes)),
    )


class _Read:
    """All answers, each by the label `slo`: one request for each kind of series, not for each service level."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        step = f"[{asked.step_s}s]"
        self.budget = _lines(asked, f"min by (slo) (last_over_time({REMAINING}{step}))")
        self.burns = {one: _lines(asked, f"max by (slo) (max_over_time({BURN}{one}{step}))") for one in DRAWN}
        self.days = _lines(asked, f"max by (slo) (last_over_time({BURN}1d[1h]))", _DAY_S)
        self.broken = _lines(asked, f"max by (slo) (max_over_time({_INVARIANT}{step}))")
        self.alerts = _alerts(asked)
        self.now = {
            name: _values(asked, f"{how} by (slo) (last_over_time({name}[{_FINEST_S * 10}s]))")
            for name, how in {
                REMAINING: "min",
                FORECAST: "min",
                "slo:objective:ratio": "max",
                "slo:period:days": "max",
                **dict.fromkeys(_OF_PERIOD, "max"),
                **{f"{BURN}{window}": "max" for window in WINDOWS},
            }.items()
        }
        self.labels = {
            one.labels.get("slo", ""): one.labels
            for one in query(asked.url, "group by (slo, service, owner) (slo:objective:ratio)", asked.end)
        }

    def recorded(self) -> set[str]:
        """Whatever has been recorded within the period."""
        return {slo for slo in (*self.budget, *self.broken, *self.now["slo:objective:ratio"]) if slo}


def _level(read: _Read, one: Declared, *, declared: bool = True) -> Level:
    slo, asked = one.slo, read.asked
    alerts, end = read.alerts.get(slo, ()), asked.end.timestamp()
    invariant = one.kind == "invariant"
    line = read.broken.get(slo, Line()) if invariant else read.budget.get(slo, Line())
    now = {name: values.get(slo) for name, values in read.now.items()}
    burn = {window: rate for window in WINDOWS if (rate := now[f"{BURN}{window}"]) is not None}
    return Level(
        **vars(one),
        declared=declared,
        left=None if invariant else now[REMAINING],
        exhausted_in_s=now[FORECAST],
        bad=now["slo:bad_events:period"],
        total=now["slo:total_events:period"],
        burn=burn,
        budget=read.budget.get(slo, Line()),
        burns={window: read.burns[window].get(slo, Line()) for window in DRAWN},
        days=read.days.get(slo, Line()),
        broken=read.broken.get(slo, Line()),
        alerts=alerts,
        gaps=gaps(line, asked.begin.timestamp(), end, asked.step_s),
        paging=tuple(dict.fromkeys(band.what for band in alerts if band.level == "page" and band.end >= end)),
    )


def _undeclared(read: _Read, slo: str) -> Declared:
    """What its series tell of a service level that the checkout does not know."""
    labels = read.labels.get(slo, {})
    objective = read.now["slo:objective:ratio"].get(slo)
    return Declared(
        slo,
        labels.get("service", ""),
        labels.get("owner", ""),
        "invariant" if slo in read.broken else "recorded",
        100.0 * objective if objective is not None else 100.0,
        int(read.now["slo:period:days"].get(slo) or 30),
    )


def _lines(asked: Asked, expression: str, step_s: float | None = None) -> dict[str, Line]:
    """By service level; what is no finite number is no point."""
    found = _range(asked, expression, step_s or asked.step_s)
    return {
        one.labels.get("slo", ""): Line(tuple(point for point in one.points if math.isfinite(point[1])))
        for one in found
    }


def _range(asked: Asked, expression: str, step_s: float) -> list[Series]:
    """Points that each tell of the step before them; the last is the end."""
    steps = int((asked.end - asked.begin).total_seconds() // step_s)
    return query_range(asked.url, expression, asked.end - timedelta(seconds=(steps - 1) * step_s), asked.end, step_s)


def _values(asked: Asked, expression: str) -> dict[str, float]:
    found = query(asked.url, expression, asked.end)
    return {one.labels.get("slo", ""): one.value for one in found if math.isfinite(one.value)}


def _alerts(asked: Asked) -> dict[str, tuple[Band, ...]]:
    """Alerts that fired, by service level."""
    firing = f'max_over_time(ALERTS{{alertstate="firing",slo!=""}}[{asked.step_s}s])'
    by = "slo, alertname, severity, window"

    def named(labels: Mapping[str, str]) -> tuple[str, str, Literal["page", "ticket"]]:
        window = f" ({labels['window']})" if labels.get("window") else ""
        level: Literal["page", "ticket"] = "page" if labels.get("severity") == "page" else "ticket"
        return labels.get("slo", ""), f"{labels.get('alertname', 'alert')}{window}", level

    return {
        slo: tuple(sorted((band for one, band in found if one == slo), key=lambda band: (band.begin, band.what)))
        for found in [list(_bands(asked, f"max by ({by}) ({firing})", named))]
        for slo in sorted({one for one, _ in found})
    }


def _releases(asked: Asked) -> Iterable[Band]:
    """When a new version of a service was let in: docs/features/controller-metrics.md of argoproj/argo-rollouts."""
    expression = f'max by (name) (max_over_time(rollout_info{{phase=~"Progressing|Paused"}}[{asked.step_s}s]))'
    found = _bands(asked, expression, lambda labels: ("", labels.get("name", "?"), "release"))
    return sorted((band for _, band in found), key=lambda band: (band.begin, band.what))


def _bands(
    asked: Asked,
    expression: str,
    named: Callable[[Mapping[str, str]], tuple[str, str, Literal["page", "ticket", "release", "gap"]]],
) -> Iterable[tuple[str, Band]]:
    for one in _range(asked, expression, asked.step_s):
        key, what, level = named(one.labels)
        for start, end in spans(one.points, asked.step_s):
            yield key, Band(start, end, what, level)


def _absent(
    asked: Asked, levels: Sequence[Level], releases: Sequence[Band], changes: Sequence[Mark] | None
) -> Iterable[str]:
    """What a reader could take for good news, and is only not known."""
    silent = [one.slo for one in levels if not one.budget.points and not one.broken.points]
    if silent:
        yield f"No data at all in the period for {', '.join(silent)}: whether these were kept, nobody knows."
    begins = [one.points[0][0] for level in levels for one in (level.budget, level.broken) if one.points]
    if begins and min(begins) - asked.begin.timestamp() > 2 * asked.step_s:
        first = datetime.fromtimestamp(min(begins) - asked.step_s, asked.end.tzinfo)
        yield f"Data begins on {first:%d %b %Y %H:%M} UTC: of the time before, this Prometheus knows nothing."
    if broken := [one.slo for one in levels if one.gaps and one.slo not in silent]:
        yield f"There are gaps in the data of {', '.join(broken)}: they are hatched, and count as neither good nor bad."
    if others := [one.slo for one in levels if not one.declared]:
        yield f"Recorded, but not declared in this checkout: {', '.join(others)}."
    if not releases:
        yield "Releases: Prometheus has no series of them in the period (rollout_info)."
    if changes is None:
        yield "Changes of the infrastructure: no records were given (--changes)."
    if not query(asked.url, f"count_over_time(count(ALERTS)[{(asked.end - asked.begin).days or 1}d:1h])", asked.end):
        yield "Alerts: none has fired or waited in the period, or this Prometheus evaluates no alerts."
