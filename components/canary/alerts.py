"""When a person is called to a release: it holds for want of evidence, or it was aborted."""

from typing import Any

from components.alerting.rule import alert_rule
from components.canary.ladders import steps
from components.canary.metrics import LONGEST_UNDECIDED_S, STARVED_CALL_S
from components.canary.plan import CanaryPlan
from components.canary.view import duration


def alert_rules(plan: CanaryPlan) -> dict[str, Any]:
    """A PrometheusRule, on what the Rollouts controller exports about its rollouts and runs of analyses."""
    held = max(step.hold_s for step in steps(plan)) + STARVED_CALL_S
    step_runs = f'name=~"{plan.service}-[a-z0-9]+-[0-9]+-[0-9]+"'  # ROLLOUT-HASH-REVISION-STEP
    rules = [
        _rule(
            plan,
            "CanaryHolds",
            f'analysis_run_info{{{step_runs},phase="Running"}} == 1',
            held,
            "page",
            f"A release of {plan.service} has held its weight for half an hour longer than it must: its samples are too"
            " few or its metrics are gone. Promote it or abort it; else it goes back to stable"
            f" {duration(LONGEST_UNDECIDED_S)} after the end of its holds.",
        ),
        _rule(
            plan,
            "CanaryAborted",
            f'rollout_info{{name="{plan.service}",phase="Degraded"}} == 1',
            0,
            "ticket",
            f"A release of {plan.service} went back to stable. Its pods stay for ten minutes; the status of its"
            " AnalysisRun says which gate ended it, by which values.",
        ),
    ]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": f"{plan.service}-canary",
            "namespace": plan.namespace,
            "labels": plan.labels(),
        },
        "spec": {"groups": [{"name": f"{plan.service}-canary", "rules": rules}]},
    }


def _rule(plan: CanaryPlan, name: str, expression: str, for_s: float, severity: str, says: str) -> dict[str, Any]:
    return alert_rule(
        name,
        expression,
        severity=severity,
        owner=plan.owner,
        alert_class="canary",
        runbook="bad-release",
        summary=says,
        service=plan.service,
        holds=duration(for_s * plan.time_scale) if for_s else "0s",
    )
