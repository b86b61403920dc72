"""How new versions are let in: canary steps, analysis, disruption budgets, replicas and autoscalers."""

from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.review.compared import Compared, Pair, raw, text
from platformctl.review.model import Item
from platformctl.review.sections.rollouts.knobs import CANARY, KNOBS, LOOSER, OTHER, TIGHTER, Difference, turned
from platformctl.review.sections.rollouts.metrics import metrics
from platformctl.review.sections.rollouts.steps import analyses, steps
from policies import tokens
from policies.values import UNKNOWN

_RANK = (LOOSER, OTHER, TIGHTER)
_ANALYSES = (tokens.ANALYSIS_TEMPLATE, tokens.CLUSTER_ANALYSIS_TEMPLATE)
_GONE = {
    tokens.ROLLOUT: "the rollout is deleted",
    **dict.fromkeys(_ANALYSES, "the analysis is deleted: nothing it checked is checked"),
    tokens.DISRUPTION_BUDGET: "the disruption budget is deleted: all pods may be drained at once",
    tokens.AUTOSCALER: "the autoscaler is deleted: the number of pods stays as it is",
}


def rollouts(compared: Compared) -> Iterator[Item]:
    """One item for each setting that lets new versions in on other terms, the loosened ones first."""
    found: list[tuple[str, Item]] = []
    for pair in compared.pairs(*KNOBS, *_ANALYSES):
        for way, what, details in _differences(pair):
            found.append((way, compared.item(pair.urn, f"{way}: {what}", *details)))
    yield from (item for _, item in sorted(found, key=lambda one: (_RANK.index(one[0]), one[1].urn)))


def _differences(pair: Pair) -> Iterator[Difference]:
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
    for knob in KNOBS.get(pair.type, ()):
        yield from turned(knob, raw(pair.before, knob.path), raw(pair.after, knob.path))
    if pair.type == tokens.ROLLOUT:
        yield from _strategy(pair)
    if pair.type in _ANALYSES:
        yield from metrics(pair)
    if pair.type == tokens.AUTOSCALER:
        was, now = raw(pair.before, "spec.metrics"), raw(pair.after, "spec.metrics")
        if was != now:
            yield OTHER, "what it scales by", (f"spec.metrics: {text(was)} → {text(now)}",)


def _strategy(pair: Pair) -> Iterator[Difference]:
    was, now = (_kind(side) for side in (pair.before, pair.after))
    if was != now:
        yield OTHER if now else LOOSER, f"the strategy: {was or 'none'} → {now or 'none'}", ()
        return
    for path, looser in (("spec.progressDeadlineAbort", False), ("spec.paused", None)):
        old, new = raw(pair.before, path), raw(pair.after, path)
        if old != new:
            way = OTHER if looser is None or not isinstance(new, bool | None) else TIGHTER if new else LOOSER
            yield way, f"{path.rpartition('.')[2]} {text(old)} → {text(new)}", ()
    yield from steps(pair)
    old, new = (analyses(raw(side, f"{CANARY}.analysis")) for side in (pair.before, pair.after))
    if old != new:
        yield (
            LOOSER if set(old) - set(new) else TIGHTER,
            f"the analysis beside the steps: {', '.join(old) or 'none'} → {', '.join(new) or 'none'}",
            (),
        )
    old, new = (raw(side, f"{CANARY}.trafficRouting") for side in (pair.before, pair.after))
    if old != new:
        yield LOOSER if old and not new else OTHER, "how traffic is routed", (f"{text(old)} → {text(new)}",)


def _kind(resource: Any) -> str:
    strategy = raw(resource, "spec.strategy")
    return next((kind for kind in ("canary", "blueGreen") if isinstance(strategy, Mapping) and kind in strategy), "")
