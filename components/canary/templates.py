"""AnalysisTemplates: one for each step, one tripwire in the background, one for the preflight.

How the controller (v1.10.0) reads them, and so why they are written like this:

- A measurement is Error when a condition answers something else than true or false, Failed when `failureCondition`
  holds, Successful when only `successCondition` holds, else Inconclusive (utils/evaluate/evaluate.go). Here that is
  blind, fail, pass and starved.
- `count` counts inconclusive measurements, too: a metric that starves until `count` is Successful. Only
  `consecutiveSuccessLimit` asks for evidence (analysis/analysis.go, assessMetricStatus).
- An error is repeated after 10 s, whatever the interval; after `consecutiveErrorLimit` the run is Error, and the
  rollout aborts (analysis/analysis.go, DefaultErrorRetryInterval; rollout/analysis.go).
- A run that is Inconclusive pauses the rollout, and while it is paused **no** run is looked at, the background's
  neither (rollout/analysis.go, reconcileBackgroundAnalysisRun): a canary that captures twice would stay. So a starved
  step does not become Inconclusive: it goes on measuring, its weight held and the tripwire on, until there is evidence,
  a person decides, or `LONGEST_UNDECIDED_S` are over.
- A run that is ended early is Successful. Nothing here depends on a run without end: the tripwire lets nothing pass.
"""

import math
from collections.abc import Iterable
from typing import Any

from components.canary.comparisons import REQUESTS_OF_P99
from components.canary.gates import GATES, Gate
from components.canary.ladders import MONEY, RELATIVE, Step, steps
from components.canary.plan import CanaryPlan
from components.canary.preflight import preflight_metric
from components.canary.view import CANARY_HASH, STABLE_HASH, View, duration

READ_S = 60
READS = 3  # of which two must be beyond a limit
RETRY_S = 10  # the controller's, after an error
BLIND_GRACE_S = 600
QUERY_TIMEOUT_S = 5
STARVED_CALL_S = 1800  # after which a person is called
LONGEST_UNDECIDED_S = 14_400  # beyond all holds; then the release goes back to stable
TRIPWIRE_WINDOW_S = 300
FOREVER = 1_000_000  # reads
UNDECIDED = "decided-in-time"

_BROKEN = "len(result) == 0 || any(result, isNaN(#) || isInf(#))"


def analysis_templates(plan: CanaryPlan) -> tuple[dict[str, Any], ...]:
    """Whole manifests, in the order in which a release meets them."""
    ladder = steps(plan)
    before = (_preflight(plan),) if plan.preflight else ()
    return (*before, _tripwire(plan, ladder), *(_step(plan, ladder, place) for place in range(len(ladder))))


def preflight_name(plan: CanaryPlan) -> str:
    return f"{plan.service}-preflight"


def tripwire_name(plan: CanaryPlan) -> str:
    return f"{plan.service}-tripwire"


def step_name(plan: CanaryPlan, step: Step) -> str:
    return f"{plan.service}-canary-at-{step.rung.weight_percent}"


def view(plan: CanaryPlan, ladder: tuple[Step, ...], place: int) -> View:
    """What the gates of a step look at; once all traffic is the canary's, the stable arm is that of the step before."""
    step = ladder[place]
    alone = step.rung.weight_percent == 100 and place > 0
    return View(
        plan=plan,
        window_s=_minutes(step.hold_s),
        control_s=_minutes(step.hold_s) + (_minutes(ladder[place - 1].hold_s) if alone else 0),
        needed=step.needed,
        needed_charges=step.needed_charges,
        trend_s=step.rung.shortest_s,
    )


def tripwire_view(plan: CanaryPlan) -> View:
    return View(plan=plan, window_s=TRIPWIRE_WINDOW_S, control_s=TRIPWIRE_WINDOW_S, needed=REQUESTS_OF_P99)


def tripwire_gates(plan: CanaryPlan) -> tuple[str, ...]:
    """What ends a release at any time: those of the first steps, over five minutes."""
    money = MONEY if plan.risk in ("payment-write", "worker") else ()
    business = ("processor-errors-not-above-stable",) if plan.risk == "payment-write" else ()
    return ("metrics-are-fresh", *money, "errors-below-ceiling", *RELATIVE, *business, "no-restarts")


def reads(hold_s: float) -> int:
    """Reads in a row that must pass: the first is at the beginning of the hold, the last not before its end."""
    return math.ceil(hold_s / READ_S) + 1


def _minutes(seconds: float) -> int:
    return math.ceil(seconds / READ_S) * READ_S


def _step(plan: CanaryPlan, ladder: tuple[Step, ...], place: int) -> dict[str, Any]:
    step, looked = ladder[place], view(plan, ladder, place)
    passes = reads(step.hold_s)
    last = passes + math.ceil((sum(one.hold_s for one in ladder) + 2 * LONGEST_UNDECIDED_S) / READ_S)
    limits = {"count": last, "consecutiveSuccessLimit": passes, "inconclusiveLimit": last}
    metrics = [_metric(name, looked, limits) for name in step.rung.gates]
    return _template(plan, step_name(plan, step), metrics, step.rung.gates)


def _tripwire(plan: CanaryPlan, ladder: tuple[Step, ...]) -> dict[str, Any]:
    """Fails, is blind or is too late; it never passes anything, so it has no `count` and needs none."""
    looked, names = tripwire_view(plan), tripwire_gates(plan)
    late = sum(one.hold_s for one in ladder) + LONGEST_UNDECIDED_S
    metrics = [*(_metric(name, looked, {"inconclusiveLimit": FOREVER}) for name in names), _late(looked, late)]
    return _template(plan, tripwire_name(plan), metrics, names)


def _preflight(plan: CanaryPlan) -> dict[str, Any]:
    names = ("metrics-are-fresh", *(("money-ledger-balanced",) if plan.risk in ("payment-write", "worker") else ()))
    looked = tripwire_view(plan)
    limits = {"count": FOREVER, "consecutiveSuccessLimit": 1, "inconclusiveLimit": FOREVER}
    metrics = [preflight_metric(plan), *(_metric(name, looked, limits) for name in names)]
    return _template(plan, preflight_name(plan), metrics, names)


def _template(plan: CanaryPlan, name: str, metrics: list[dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": {
            "name": name,
            "namespace": plan.namespace,
            "labels": {
                "app.kubernetes.io/name": plan.service,
                "app.kubernetes.io/part-of": "billing",
                "app.kubernetes.io/managed-by": "pulumi",
                "platform/owner": plan.owner,
            },
            "annotations": {f"gates.platform/{one}": explained(GATES[one]) for one in names},
        },
        "spec": {
            "args": [{"name": CANARY_HASH}, {"name": STABLE_HASH}],
            "measurementRetention": [{"metricName": ".*", "limit": 30}],
            "metrics": metrics,
        },
    }


def explained(gate: Gate) -> str:
    """What each verdict of the gate means, for whoever reads the template."""
    return (
        f"Passes while {gate.says}. Starved (inconclusive: held, never promoted): {gate.starved}. "
        f"Blind (error: held, after {BLIND_GRACE_S // 60} min back to stable): {gate.blind}."
    )


def _metric(name: str, looked: View, limits: dict[str, Any]) -> dict[str, Any]:
    gate, plan = GATES[name], looked.plan
    success, failure = conditions(gate, looked)
    source: dict[str, Any] = {
        "address": plan.prometheus_url,
        "timeout": QUERY_TIMEOUT_S,
        "query": gate.query(looked),
    }
    if gate.judgement != "first":
        back = duration(looked.scaled((READS - 1) * READ_S))
        source["rangeQuery"] = {"start": f'now() - duration("{back}")', "end": "now()", "step": looked.range(READ_S)}
    return {
        "name": name,
        "interval": looked.range(READ_S),
        **limits,
        "failureLimit": 0,
        "consecutiveErrorLimit": math.ceil(looked.scaled(BLIND_GRACE_S) / RETRY_S),
        "successCondition": success,
        "failureCondition": failure,
        "provider": {"prometheus": source},
    }


def conditions(gate: Gate, looked: View) -> tuple[str, str]:
    """Success and failure; `nil` is neither true nor false, so the controller answers Error: the gate is blind."""
    broken, whole, limit = _BROKEN, f"len(result) == {READS}", f"{gate.limit:g}"
    within = f"all(result, # >= 0 && # <= {limit})"
    needed = looked.needed_charges if "charges" in gate.says else looked.needed
    success, failure = {
        "limit": (f"{whole} && {within}", f"count(result, # > {limit}) >= {READS - 1}"),
        "first": (within, f"any(result, # > {limit})"),
        "hold": (f"{whole} && {within}", "false"),
        "least": (f"{whole} && all(result, # >= {needed})", "false"),
        "age": (f"{whole} && {within}", "false"),
    }[gate.judgement]
    if gate.judgement == "age":
        broken = f"{broken} || any(result, # > {looked.scaled(gate.limit):g})"
        success = whole
    return f"{broken} ? nil : {success}", f"{broken} ? nil : {failure}"


def _late(looked: View, seconds: float) -> dict[str, Any]:
    """Ends what nobody decided: an error at once, once the time is over."""
    return {
        "name": UNDECIDED,
        "initialDelay": looked.range(seconds),
        "interval": looked.range(READ_S),
        "inconclusiveLimit": FOREVER,
        "failureLimit": 0,
        "consecutiveErrorLimit": 0,
        "successCondition": "nil",
        "failureCondition": "nil",
        "provider": {
            "prometheus": {"address": looked.plan.prometheus_url, "timeout": QUERY_TIMEOUT_S, "query": "vector(1)"}
        },
    }
