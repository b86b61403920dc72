"""How new versions are let in: canary steps, analysis, disruption budgets, replicas and autoscalers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.review.compared import Compared, Pair, raw, text
from platformctl.review.model import Item
from policies import tokens
from policies.values import UNKNOWN

LOOSER, TIGHTER, OTHER = "loosened", "tightened", "changed"
_RANK = (LOOSER, OTHER, TIGHTER)
_ANALYSES = (tokens.ANALYSIS_TEMPLATE, tokens.CLUSTER_ANALYSIS_TEMPLATE)
_GONE = {
    tokens.ROLLOUT: "the rollout is deleted",
    **dict.fromkeys(_ANALYSES, "the analysis is deleted: nothing it checked is checked"),
    tokens.DISRUPTION_BUDGET: "the disruption budget is deleted: all pods may be drained at once",
    tokens.AUTOSCALER: "the autoscaler is deleted: the number of pods stays as it is",
}


@dataclass(frozen=True)
class Knob:
    """A number at a path, and whether more of it is looser; None if neither is."""

    path: str
    more_is_looser: bool | None
    default: float | None = None  # Argo Rollouts' and Kubernetes' documentation


_CANARY = "spec.strategy.canary"
_ROLLOUT = (
    Knob("spec.replicas", False, 1),
    Knob("spec.minReadySeconds", False, 0),
    Knob("spec.progressDeadlineSeconds", None, 600),
    Knob("spec.rollbackWindow.revisions", None),
    Knob(f"{_CANARY}.maxUnavailable", True),
    Knob(f"{_CANARY}.maxSurge", None),
    Knob(f"{_CANARY}.minPodsPerReplicaSet", False, 1),
    Knob(f"{_CANARY}.scaleDownDelaySeconds", False, 30),
    Knob(f"{_CANARY}.abortScaleDownDelaySeconds", False, 30),
    Knob(f"{_CANARY}.analysis.startingStep", True, 0),
    Knob("spec.strategy.blueGreen.autoPromotionSeconds", False),
    Knob("spec.strategy.blueGreen.scaleDownDelaySeconds", False, 30),
)
_KNOBS: Mapping[str, tuple[Knob, ...]] = {
    tokens.ROLLOUT: _ROLLOUT,
    tokens.DEPLOYMENT: (
        Knob("spec.replicas", False, 1),
        Knob("spec.minReadySeconds", False, 0),
        Knob("spec.strategy.rollingUpdate.maxUnavailable", True),
    ),
    tokens.STATEFUL_SET: (Knob("spec.replicas", False, 1),),
    tokens.DISRUPTION_BUDGET: (Knob("spec.maxUnavailable", True), Knob("spec.minAvailable", False)),
    tokens.AUTOSCALER: (Knob("spec.minReplicas", False, 1), Knob("spec.maxReplicas", None)),
}
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


def rollouts(compared: Compared) -> Iterator[Item]:
    """One item for each setting that lets new versions in on other terms, the loosened ones first."""
    found: list[tuple[str, Item]] = []
    for pair in compared.pairs(*_KNOBS, *_ANALYSES):
        for way, what, details in _differences(pair):
            found.append((way, compared.item(pair.urn, f"{way}: {what}", *details)))
    yield from (item for _, item in sorted(found, key=lambda one: (_RANK.index(one[0]), one[1].urn)))


def _differences(pair: Pair) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if pair.before is None:
        return
    if pair.after is None:
        if pair.type in _GONE:
            yield LOOSER, _GONE[pair.type], ()
        return
    old, new = pair.before.properties, pair.after.properties
    if "spec" in old and old.get("spec") is not UNKNOWN and new.get("spec") is UNKNOWN:
        yield OTHER, "perhaps: what it says is not known before the update", ()
        return
    for knob in _KNOBS.get(pair.type, ()):
        yield from _turned(knob, raw(pair.before, knob.path), raw(pair.after, knob.path))
    if pair.type == tokens.ROLLOUT:
        yield from _strategy(pair)
    if pair.type in _ANALYSES:
        yield from _metrics(pair)
    if pair.type == tokens.AUTOSCALER:
        was, now = raw(pair.before, "spec.metrics"), raw(pair.after, "spec.metrics")
        if was != now:
            yield OTHER, "what it scales by", (f"spec.metrics: {text(was)} → {text(now)}",)


def _turned(knob: Knob, was: Any, now: Any, of: str = "") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if was == now:
        return
    old, new = (_amount(value, knob.default) for value in (was, now))
    if old is not None and new is not None and old == new:
        return
    way = OTHER
    if knob.more_is_looser is not None and old is not None and new is not None:
        way = LOOSER if (new > old) is knob.more_is_looser else TIGHTER
    if knob.path.endswith(("maxUnavailable", "minAvailable")) and now is None:
        way = LOOSER
    yield way, f"{of}{knob.path.rpartition('.')[2]} {text(was)} → {text(now)}", ()


def _amount(value: Any, default: float | None) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.removesuffix("%")
        return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
    return float(value) if isinstance(value, int | float) else default if value is None else None


def _strategy(pair: Pair) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    was, now = (_kind(side) for side in (pair.before, pair.after))
    if was != now:
        yield OTHER if now else LOOSER, f"the strategy: {was or 'none'} → {now or 'none'}", ()
        return
    for path, looser in (("spec.progressDeadlineAbort", False), ("spec.paused", None)):
        old, new = raw(pair.before, path), raw(pair.after, path)
        if old != new:
            way = OTHER if looser is None or not isinstance(new, bool | None) else TIGHTER if new else LOOSER
            yield way, f"{path.rpartition('.')[2]} {text(old)} → {text(new)}", ()
    yield from _steps(pair)
    old, new = (_analyses(raw(side, f"{_CANARY}.analysis")) for side in (pair.before, pair.after))
    if old != new:
        yield (
            LOOSER if set(old) - set(new) else TIGHTER,
            f"the analysis beside the steps: {', '.join(old) or 'none'} → {', '.join(new) or 'none'}",
            (),
        )
    old, new = (raw(side, f"{_CANARY}.trafficRouting") for side in (pair.before, pair.after))
    if old != new:
        yield LOOSER if old and not new else OTHER, "how traffic is routed", (f"{text(old)} → {text(new)}",)


def _kind(resource: Any) -> str:
    strategy = raw(resource, "spec.strategy")
    return next((kind for kind in ("canary", "blueGreen") if isinstance(strategy, Mapping) and kind in strategy), "")


def _steps(pair: Pair) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    old, new = (_told(raw(side, f"{_CANARY}.steps")) for side in (pair.before, pair.after))
    if old == new:
        return
    lost = [step for step in _watching(old) if step not in _watching(new)]
    more = [step for step in _watching(new) if step not in _watching(old)]
    bolder = _largest(new) > _largest(old)
    way = LOOSER if lost or bolder else TIGHTER if more or _largest(new) < _largest(old) else OTHER
    details = [f"was: {' · '.join(old) or 'no steps'}", f"is: {' · '.join(new) or 'no steps'}"]
    if bolder:
        details.append(f"the largest step of traffic: {_largest(old):g} % → {_largest(new):g} %")
    yield way, "the canary's steps", tuple(details)


def _told(steps: Any) -> list[str]:
    return [_step(step) for step in steps] if isinstance(steps, list) else []


def _step(step: Any) -> str:
    """A step in a few words."""
    if not isinstance(step, Mapping) or not step:
        return text(step)
    kind, value = next(iter(step.items()))
    if kind == "setWeight":
        return f"{text(value)} %"
    if kind == "pause":
        duration = value.get("duration") if isinstance(value, Mapping) else None
        return "pause for a person" if duration is None else f"pause {text(duration)}"
    if kind == "analysis":
        return f"analysis {', '.join(_analyses(value))}"
    return f"{kind} {text(value)}"


def _analyses(analysis: Any) -> list[str]:
    templates = analysis.get("templates") if isinstance(analysis, Mapping) else None
    return [str(one.get("templateName")) for one in templates if isinstance(one, Mapping)] if templates else []


def _watching(steps: list[str]) -> list[str]:
    """The steps that hold a version back: analyses and pauses."""
    return [step for step in steps if step.startswith(("analysis ", "pause "))]


def _largest(steps: list[str]) -> float:
    """The most of the traffic, in percent, that moves in one step."""
    weights = [float(step.removesuffix(" %")) for step in steps if re.fullmatch(r"\d+(\.\d+)? %", step)]
    return max(
        (later - earlier for earlier, later in zip([0.0, *weights], [*weights, 100.0], strict=True)), default=100
    )


def _metrics(pair: Pair) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    old, new = (_named(raw(side, "spec.metrics")) for side in (pair.before, pair.after))
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield (TIGHTER, f"checks {name}, too", ()) if now else (LOOSER, f"no longer checks {name}", ())
            continue
        for knob in _METRIC:
            yield from _turned(knob, was.get(knob.path), now.get(knob.path), f"{name}: ")
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
    old, new = (str(raw_of(side)) for side in (was, now))
    numbers = [f"{a} → {b}" for a, b in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=False) if a != b]
    alike = _NUMBER.sub("#", old) == _NUMBER.sub("#", new)
    yield (
        f"numbers in its query: {', '.join(dict.fromkeys(numbers))}"
        if alike and numbers
        else "its query is another one"
    )


def raw_of(metric: Mapping[str, Any]) -> Any:
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
