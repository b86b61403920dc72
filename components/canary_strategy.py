"""The strategy of a Rollout by risk class: steps that only evidence leaves, and an abort that moves traffic first."""

from typing import Any

from components.canary.ladders import Step, steps
from components.canary.plan import CanaryPlan, ExpectedTraffic, Lane, Preflight, RiskClass
from components.canary.preflight import HEADER, WINDOW_REVISIONS, header_value
from components.canary.templates import analysis_templates, has_preflight, preflight_name, step_name, tripwire_name
from components.canary.view import CANARY_HASH, STABLE_HASH
from components.canary.work import WORK

__all__ = [
    "CanaryPlan",
    "ExpectedTraffic",
    "Lane",
    "Preflight",
    "RiskClass",
    "analysis_templates",
    "rollout_spec",
]

PREFLIGHT_PODS = 2
ANNOTATIONS = "alb.ingress.kubernetes.io"
EVIDENCE_S = 600  # for which pods of an aborted canary stay, without traffic
PREVIOUS_S = 1800  # for which pods of the previous stable stay: a rollback needs no new ones
AT_ONCE_S = 1  # pods that pull their work go on with it, whether their release failed or is over (0 means for ever)
PARTITION = "platform/partition"
HISTORY = 10


def rollout_spec(plan: CanaryPlan) -> dict[str, Any]:
    """The fields of a Rollout's `spec` that say how it is released; services are SERVICE-stable and SERVICE-canary,
    the ingress and its root service SERVICE.

    A worker has no traffic to weigh: its canary is a partition of the pods, which take whole merchants by hash. The
    empty `trafficRouting` keeps its stable arm at full scale, too; without it the controller would take from it.

    `dynamicStableScale` is off because it is not there: the controller drops a written `false`, as Go does with
    `omitempty`, whenever it updates the object, and it would be drift ever after.
    Outgoing webhooks have both: requests by weight, and deliveries, which the pods pull, by partition.
    """
    return {
        "progressDeadlineSeconds": _whole(plan, 600),
        "progressDeadlineAbort": True,
        "revisionHistoryLimit": HISTORY,
        "rollbackWindow": {"revisions": WINDOW_REVISIONS},
        "analysis": {"successfulRunHistoryLimit": HISTORY, "unsuccessfulRunHistoryLimit": HISTORY},
        "strategy": {"canary": _canary(plan)},
    }


def _canary(plan: CanaryPlan) -> dict[str, Any]:
    pulled = WORK[plan.risk].pulled
    before, ladder = _preflight(plan), steps(plan)
    climb = [one for step in ladder for one in (*_arrive(plan, step), _gate(step_name(plan, step)))]
    return {
        "maxUnavailable": 0,
        "maxSurge": "25%",
        "minPodsPerReplicaSet": 1 if pulled else PREFLIGHT_PODS,
        "abortScaleDownDelaySeconds": AT_ONCE_S if pulled else _whole(plan, EVIDENCE_S),
        "scaleDownDelaySeconds": AT_ONCE_S if pulled else _whole(plan, PREVIOUS_S),
        **(_partition() if pulled else {}),
        **({"trafficRouting": {}} if plan.risk == "worker" else _traffic(plan)),
        "analysis": {**_analysis(tripwire_name(plan)), "startingStep": len(before)},
        "steps": [*before, *climb],
    }


def _traffic(plan: CanaryPlan) -> dict[str, Any]:
    return {
        "stableService": f"{plan.service}-stable",
        "canaryService": f"{plan.service}-canary",
        "trafficRouting": {
            "managedRoutes": [{"name": preflight_name(plan)}],
            "alb": {
                "ingress": plan.service,
                "servicePort": plan.service_port,
                "rootService": plan.service,
                "annotationPrefix": ANNOTATIONS,
            },
        },
    }


def _partition() -> dict[str, Any]:
    """Which partition a pod belongs to is told by a label, which it reads from the downward API's volume."""
    return {
        "canaryMetadata": {"labels": {PARTITION: "canary"}},
        "stableMetadata": {"labels": {PARTITION: "stable"}},
    }


def _preflight(plan: CanaryPlan) -> list[dict[str, Any]]:
    """Two pods without traffic, to which only a request with the header goes; where pods pull work, or nothing is sent,
    the questions alone.
    """
    if not has_preflight(plan):
        return []
    name, gate = preflight_name(plan), _gate(preflight_name(plan))
    if WORK[plan.risk].pulled or plan.preflight is None:
        return [gate]
    follow = {"setCanaryScale": {"matchTrafficWeight": True}}
    pods = {"setCanaryScale": {"replicas": PREFLIGHT_PODS}}
    match = [{"headerName": HEADER, "headerValue": {"exact": header_value(plan)}}]
    route = {"setHeaderRoute": {"name": name, "match": match}}
    return [pods, route, gate, {"setHeaderRoute": {"name": name}}, follow]


def _arrive(plan: CanaryPlan, step: Step) -> list[dict[str, Any]]:
    """Pods before traffic, where they are not what follows from it."""
    weight = step.rung.weight_percent
    pods = [{"setCanaryScale": {"weight": weight}}] if WORK[plan.risk].pulled else []
    return [*pods, *([] if plan.risk == "worker" else [{"setWeight": weight}])]


def _gate(template: str) -> dict[str, Any]:
    return {"analysis": _analysis(template)}


def _analysis(template: str) -> dict[str, Any]:
    return {
        "templates": [{"templateName": template}],
        "args": [
            {"name": CANARY_HASH, "valueFrom": {"podTemplateHashValue": "Latest"}},
            {"name": STABLE_HASH, "valueFrom": {"podTemplateHashValue": "Stable"}},
        ],
    }


def _whole(plan: CanaryPlan, seconds: float) -> int:
    return max(1, round(seconds * plan.time_scale))
