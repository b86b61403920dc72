"""What an analysis checks, and when it lets a version pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.review.compared import Pair, raw, text
from platformctl.review.sections.rollouts.knobs import LOOSER, OTHER, TIGHTER, Difference, Knob, turned

_METRIC = (
    Knob("count", False, 1),
    Knob("failureLimit", True, 0),
    Knob("inconclusiveLimit", True, 0),
    Knob("consecutiveErrorLimit", True, 4),
    Knob("consecutiveSuccessLimit", None, 0),
)
_CONDITIONS = ("successCondition", "failureCondition")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_BOUND = re.compile(r"(<=?|>=?)\s*$")


def metrics(pair: Pair) -> Iterator[Difference]:
    """Metrics that come, go or change."""
    old, new = (_named(raw(side, "spec.metrics")) for side in (pair.before, pair.after))
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield (TIGHTER, f"checks {name}, too", ()) if now else (LOOSER, f"no longer checks {name}", ())
            continue
        for knob in _METRIC:
            yield from turned(knob, was.get(knob.path), now.get(knob.path), f"{name}: ")
        for key in _CONDITIONS:
            if was.get(key) != now.get(key):
                change = f"{text(was.get(key))} → {text(now.get(key))}"
                yield direction(was.get(key), now.get(key), key), f"{name}: {key}", (change,)
        for key in ("interval", "initialDelay"):
            if was.get(key) != now.get(key):
                yield OTHER, f"{name}: {key} {text(was.get(key))} → {text(now.get(key))}", ()
        if was.get("provider") != now.get("provider"):
            yield OTHER, f"{name}: what is measured", tuple(_query(was, now))
        if bool(was.get("dryRun")) != bool(now.get("dryRun")):
            yield LOOSER if now.get("dryRun") else TIGHTER, f"{name}: dryRun {text(now.get('dryRun'))}", ()
    dry = [_named(raw(side, "spec.dryRun"), "metricName") for side in (pair.before, pair.after)]
    for name in sorted(dry[1].keys() - dry[0].keys()):
        yield LOOSER, f"{name} is only a dry run: it stops nothing", ()


def _query(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The numbers that differ in two queries, for queries are long."""
    old, new = (str(_query_of(side)) for side in (was, now))
    numbers = [f"{a} → {b}" for a, b in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=False) if a != b]
    alike = _NUMBER.sub("#", old) == _NUMBER.sub("#", new)
    yield (
        f"numbers in its query: {', '.join(dict.fromkeys(numbers))}"
        if alike and numbers
        else "its query is another one"
    )


def _query_of(metric: Mapping[str, Any]) -> Any:
    """The query of a metric, of whichever provider."""
    provider = metric.get("provider")
    for one in provider.values() if isinstance(provider, Mapping) else ():
        if isinstance(one, Mapping) and "query" in one:
            return one["query"]
    return provider


def direction(was: Any, now: Any, key: str) -> str:
    """Whether a condition lets more pass, where the two differ in bounds alone: `# <= 0.01` and `# <= 0.05`."""
    if was is None or now is None:
        if key == "failureCondition":
            return LOOSER if now is None else TIGHTER
        return OTHER
    old, new = str(was), str(now)
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return OTHER
    ways = set()
    for one, other in zip(_NUMBER.finditer(old), _NUMBER.finditer(new), strict=True):
        if one[0] != other[0]:
            bound = _BOUND.search(old[: one.start()])
            if bound is None:
                return OTHER
            wider = (float(other[0]) > float(one[0])) is bound[1].startswith("<")
            ways.add(wider if key == "successCondition" else not wider)
    return OTHER if len(ways) != 1 else LOOSER if ways.pop() else TIGHTER


def _named(listed: Any, key: str = "name") -> dict[str, Mapping[str, Any]]:
    return {str(one.get(key)): one for one in listed if isinstance(one, Mapping)} if isinstance(listed, list) else {}
