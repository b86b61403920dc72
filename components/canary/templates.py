"""AnalysisTemplates: one for each step, one tripwire in the background, one for the preflight."""

import math
from collections.abc import Iterable
from typing import Any

from components.canary.budget import burning
from components.canary.comparisons import REQUESTS_OF_P99
from components.canary.gates import GATES
from components.canary.ladders import MONEY, RELATIVE, Step, steps
from components.canary.metrics import (
    FOREVER,
    LONGEST_BAKE_S,
    LONGEST_UNDECIDED_S,
    READ_S,
    TRIPWIRE_WINDOW_S,
    WATCH_S,
    explained,
    gate_metric,
    late_metric,
)
from components.canary.plan import CanaryPlan
from components.canary.preflight import preflight_metric
from components.canary.view import CANARY_HASH, STABLE_HASH, View
from components.canary.work import WORK


def analysis_templates(plan: CanaryPlan) -> tuple[dict[str, Any], ...]:
    """Whole manifests, in the order in which a release meets them."""
    ladder = steps(plan)
    before = (_preflight(plan),) if has_preflight(plan) else ()
    return (*before, _tripwire(plan, ladder), *(_step(plan, ladder, place) for place in range(len(ladder))))


def has_preflight(plan: CanaryPlan) -> bool:
    """Whether something is asked before the first step."""
    return bool(plan.preflight or preflight_gates(plan))


def preflight_gates(plan: CanaryPlan) -> tuple[str, ...]:
    """Gates that need no traffic; what pulls its work has no pod of the canary yet, which would begin to work."""
    scraped = () if WORK[plan.risk].pulled else ("metrics-are-fresh",)
    money = (*scraped, "money-ledger-balanced") if plan.preflight and plan.risk in ("payment-write", "worker") else ()
    return (*money, *(("no-burn-rate-page",) if burning(plan) else ()))


def preflight_name(plan: CanaryPlan) -> str:
    return f"{plan.service}-preflight"


def tripwire_name(plan: CanaryPlan) -> str:
    return f"{plan.service}-tripwire"


def step_name(plan: CanaryPlan, step: Step) -> str:
    return f"{plan.service}-canary-at-{step.rung.weight_percent}"


def view(plan: CanaryPlan, ladder: tuple[Step, ...], place: int) -> View:
    """What the gates of a step look at. Once all traffic is the canary's, the stable arm is that of the steps before,
    for as long as a bake may last whose reads began again; later there is no control, and a person decides.
    """
    step = ladder[place]
    alone = step.rung.share_percent == 100 and place > 0
    return View(
        plan=plan,
        window_s=_minutes(step.hold_s),
        control_s=_minutes(step.hold_s) + (_minutes(ladder[place - 1].hold_s) + LONGEST_BAKE_S if alone else 0),
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
    metrics = [gate_metric(name, looked, limits) for name in step.rung.gates]
    return _template(plan, step_name(plan, step), metrics, step.rung.gates)


def _tripwire(plan: CanaryPlan, ladder: tuple[Step, ...]) -> dict[str, Any]:
    """Fails, is blind or is too late; it never passes anything, so it has no `count` and needs none."""
    looked, names = tripwire_view(plan), tripwire_gates(plan)
    late = sum(one.hold_s for one in ladder) + LONGEST_UNDECIDED_S
    limits = {"interval": looked.range(WATCH_S), "inconclusiveLimit": FOREVER}
    metrics = [*(gate_metric(name, looked, limits) for name in names), late_metric(looked, late)]
    return _template(plan, tripwire_name(plan), metrics, names)


def _preflight(plan: CanaryPlan) -> dict[str, Any]:
    names = preflight_gates(plan)
    looked = tripwire_view(plan)
    limits = {"count": FOREVER, "consecutiveSuccessLimit": 1, "inconclusiveLimit": FOREVER}
    job = [preflight_metric(plan)] if plan.preflight else []
    metrics = [*job, *(gate_metric(name, looked, limits) for name in names)]
    return _template(plan, preflight_name(plan), metrics, names)


def _template(plan: CanaryPlan, name: str, metrics: list[dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": {
            "name": name,
            "namespace": plan.namespace,
            "labels": plan.labels(),
            "annotations": {f"gates.platform/{one}": explained(GATES[one]) for one in names},
        },
        "spec": {
            "args": [{"name": CANARY_HASH}, {"name": STABLE_HASH}],
            "metrics": metrics,
        },
    }
