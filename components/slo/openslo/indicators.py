"""What an SLI and an objective say together is bad, and of how much: events, or slices of time."""

from collections.abc import Mapping
from typing import Any, Final

from components.slo.definition import WINDOW
from components.slo.openslo.documents import Documents, refuse
from components.slo.openslo.objectives import Objective, is_number
from components.slo.openslo.queries import gauge, rated
from components.slo.rules import summed

_STEP: Final = "15s"  # at which a gauge is looked at, as often as it is scraped
_STEP_S: Final = 15
# Of several series the worst one counts.
_OPERATORS: Final = {"lte": ("max", "<="), "lt": ("max", "<"), "gte": ("min", ">="), "gt": ("min", ">")}
Said = dict[str, Any]


def expressions(found: Documents, spec: Mapping[str, Any], objective: Objective, method: str, where: str) -> Said:
    """`bad`, `total` and what else of a level follows from its indicator."""
    ratio, threshold = spec.get("ratioMetric"), spec.get("thresholdMetric")
    if (ratio is None) == (threshold is None):
        raise refuse(where, sorted(spec), "an SLI with either ratioMetric or thresholdMetric", "give one of the two")
    if threshold is not None:
        return _threshold(found.query(threshold, f"{where}.thresholdMetric"), objective, method, where)
    if not isinstance(ratio, Mapping):
        raise refuse(f"{where}.ratioMetric", ratio, "a mapping", "write it")
    if ratio.get("raw") is not None:
        return _raw(found, ratio, objective, method, where)
    bad, total = _sums(found, ratio, f"{where}.ratioMetric")
    if method == "Occurrences":
        return {"bad": bad, "total": total}
    bad, total = (text.replace(WINDOW, f"{objective.slice_s}s") for text in (bad, total))
    share = f"(({summed(bad)}) or on () {summed(total)} * 0) / ({summed(total)} > 0)"
    return _slices(f"{share} <= bool {1 - objective.slice_target:.12g}", share, objective.slice_s)


def _sums(found: Documents, ratio: Mapping[str, Any], where: str) -> tuple[str, str]:
    """Bad and total events per second. Good events that no series counts are none, and not all."""
    good, bad = ratio.get("good"), ratio.get("bad")
    if (good is None) == (bad is None):
        raise refuse(where, sorted(ratio), "a ratio of either good or bad to total", "give one of the two, and total")
    counter = ratio.get("counter", False)
    if not isinstance(counter, bool):
        raise refuse(f"{where}.counter", counter, "true or false", "correct it")
    total = rated(found.query(ratio.get("total"), f"{where}.total"), f"{where}.total", counter=counter)
    key = "good" if bad is None else "bad"
    part = rated(found.query(ratio[key], f"{where}.{key}"), f"{where}.{key}", counter=counter)
    return (part if key == "bad" else f"clamp_min({summed(total)} - ({summed(part)} or vector(0)), 0)"), total


def _raw(found: Documents, ratio: Mapping[str, Any], objective: Objective, method: str, where: str) -> Said:
    """A ratio without its parts: a slice may be judged by it, but it cannot be summed."""
    if method == "Occurrences":
        allowed = "left out for Occurrences: an average of ratios weighs a quiet hour like a busy one"
        raise refuse(
            f"{where}.ratioMetric.raw", ratio["raw"], allowed, "give good or bad, and total; or take Timeslices"
        )
    value = gauge(found.query(ratio["raw"], f"{where}.ratioMetric.raw"), f"{where}.ratioMetric.raw")
    kinds = {"success": f"min({value}) >= bool {objective.slice_target:.12g}"}
    kinds["failure"] = f"max({value}) <= bool {1 - objective.slice_target:.12g}"
    if not isinstance(kind := ratio.get("rawType"), str) or kind not in kinds:
        raise refuse(f"{where}.ratioMetric.rawType", kind, f"one of {', '.join(kinds)}", "choose one")
    return _slices(kinds[kind], value, objective.slice_s)


def _threshold(query: str, objective: Objective, method: str, where: str) -> Said:
    """Slices in which enough of the looks at the metric were within the limit; or each look for itself."""
    operator, limit = objective.fields.get("op"), objective.fields.get("value")
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise refuse(f"{objective.where}.op", operator, f"one of {', '.join(_OPERATORS)}", "say what is good")
    if not is_number(limit):
        raise refuse(f"{objective.where}.value", limit, "the limit, a number", "write it")
    worst, sign = _OPERATORS[operator]
    value = gauge(query, where)
    good = f"{worst}({value}) {sign} bool {limit:.12g}"
    if method == "Occurrences":
        return {"kind": "freshness", **_slices(good, value, _STEP_S)}
    looks = f"avg_over_time(({good})[{objective.slice_s}s:{_STEP}]) >= bool {objective.slice_target:.12g}"
    return {"kind": "freshness", **_slices(looks, value, objective.slice_s)}


def _slices(good: str, value: str, slice_s: int) -> Said:
    """Slices per second, looked at as often as the metric is scraped: each look is at the slice that ends then."""
    return {
        "bad": f"avg_over_time((1 - ({good}))[{WINDOW}:{_STEP}]) / {slice_s}",
        "total": f"avg_over_time((count({value}) > bool 0)[{WINDOW}:{_STEP}]) / {slice_s}",
        "low_traffic_bad": 1,
    }
