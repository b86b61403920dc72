"""Service levels of the usual kinds, without PromQL: name a counter, a histogram or a gauge, and what of it is bad.

Each takes the other fields of a ServiceLevel, too. Series are those with the label service="...", which the scrape
gives every series of a service; `matchers` names others, and may be empty.
"""

from typing import Any, Final

from components.slo.definition import ServiceLevel

REQUESTS: Final = "http_requests_total"
DURATIONS: Final = "http_request_duration_seconds"
FAILED: Final = 'code=~"5.."'  # a timeout is one of them: the edge answers 504
_STEP: Final = "15s"  # at which a gauge is looked at, as often as it is scraped
_MEMORY: Final = "1d"  # how long a counter that was not scraped is known again


def availability(
    *,
    service: str,
    owner: str,
    objective_percent: float,
    events: str = REQUESTS,
    bad: str = FAILED,
    matchers: str | None = None,
    **more: Any,
) -> ServiceLevel:
    """Of the counter `events`, the share without the matchers `bad`."""
    of = _matchers(service, matchers)
    fields = {
        "id": f"{service}-availability",
        "kind": "availability",
        "total": _rate(events, of),
        "bad": _rate(events, _both(of, bad)),
        **more,
    }
    return ServiceLevel(service=service, owner=owner, objective_percent=objective_percent, **fields)


def completeness(*, id: str, events: str, bad: str, **more: Any) -> ServiceLevel:  # noqa: A002  # the field's name
    """Of what was to be done, counted once it is settled, the share that was; as `availability`."""
    return availability(id=id, events=events, bad=bad, kind="completeness", **more)


def latency(
    *,
    service: str,
    owner: str,
    objective_percent: float,
    threshold_s: float,
    durations: str = DURATIONS,
    matchers: str | None = None,
    **more: Any,
) -> ServiceLevel:
    """Of the histogram `durations`, in seconds, the share in the bucket `threshold_s`, which must be one of its bounds:
    without that bucket there is no data, and not a failure or a success of everything.
    """
    of = _matchers(service, matchers)
    within = _rate(f"{durations}_bucket", _both(of, f'le=~"{_bounds(threshold_s)}"'))
    all_of_them = _rate(f"{durations}_count", of)
    fields = {
        "id": f"{service}-latency",
        "kind": "latency",
        "total": f"{all_of_them} and on () {within}",
        "bad": f"clamp_min({all_of_them} - {within}, 0)",
        "threshold_s": threshold_s,
        **more,
    }
    return ServiceLevel(service=service, owner=owner, objective_percent=objective_percent, **fields)


def freshness(
    *,
    id: str,  # noqa: A002  # the field's name
    service: str,
    owner: str,
    objective_percent: float,
    age_s: str,
    limit_s: float,
    slice_s: int = 60,
    **more: Any,
) -> ServiceLevel:
    """Of slices of time, the share in which the greatest of `age_s`, an expression of seconds, is at most the limit.
    One bad slice is no chance, as one bad request may be: by default one is enough for an alert.
    """
    fields = {
        "kind": "freshness",
        "total": f"avg_over_time((count({age_s}) > bool 0)[{{window}}:{_STEP}]) / {slice_s}",
        "bad": f"avg_over_time((1 - (max({age_s}) <= bool {limit_s:g}))[{{window}}:{_STEP}]) / {slice_s}",
        "threshold_s": limit_s,
        "low_traffic_bad": 1,
        **more,
    }
    return ServiceLevel(id=id, service=service, owner=owner, objective_percent=objective_percent, **fields)


def never_counts(*, id: str, service: str, counter: str, matchers: str | None = None, **more: Any) -> ServiceLevel:  # noqa: A002
    """An invariant: the counter, which is exported as 0 from the start, does not grow.

    `increase` alone does not see what a series begins with, nor what came while it was not scraped: so a series that
    is new must be 0, and one that is known again what it was.
    """
    of = f"{counter}{{{_matchers(service, matchers)}}}"
    known = f"last_over_time({of}[{_MEMORY}] offset {{window}})"
    grown = (f"sum(increase({of}[{{window}}]))", f"sum({of} unless {known})", f"sum(({of} != {known}) > 0)")
    bad = " + ".join(f"({one} or vector(0))" for one in grown)
    return _invariant(id=id, service=service, bad=bad, total=f"count({of})", **more)


def never_above(*, id: str, service: str, value: str, limit: float = 0, **more: Any) -> ServiceLevel:  # noqa: A002
    """An invariant: no series of the expression `value` is above the limit, not even between two evaluations."""
    bad = f"1 - (max_over_time(max({value})[1m:{_STEP}]) <= bool {limit:g})"
    return _invariant(id=id, service=service, bad=bad, total=f"count({value})", **more)


def _invariant(**fields: Any) -> ServiceLevel:
    return ServiceLevel(kind="invariant", objective_percent=100, **fields)


def _matchers(service: str, matchers: str | None) -> str:
    return f'service="{service}"' if matchers is None else matchers


def _both(first: str, second: str) -> str:
    return ",".join(part for part in (first, second) if part)


def _rate(series: str, matchers: str) -> str:
    return f"sum(rate({series}{{{matchers}}}[{{window}}]))"


def _bounds(threshold_s: float) -> str:
    """The label `le` as services write it, and as Prometheus 3 does: 60 and 60.0 (its migration guide, "Normalization
    of le").
    """
    written = f"{threshold_s:g}"
    return written.replace(".", "[.]") if "." in written else f"{written}|{written}[.]0"
