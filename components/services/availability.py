"""How many pods of a service there are, and how many of them may be taken away at once."""

from typing import Any

from components.services.definition import Release, ServiceDefinition
from components.services.pods import selector

_BUSY_PERCENT = 60  # of the requested processor time: room for the minute until new pods are ready
_CALM_S = 300


def disruption_budget(service: ServiceDefinition) -> dict[str, Any]:
    """`spec` of the PodDisruptionBudget: one at a time, of all versions together. It never blocks a drain: pods that
    do not work may go (Kubernetes docs, "Unhealthy Pod Eviction Policy").
    """
    return {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": selector(service.name)},
    }


def autoscaler(service: ServiceDefinition, release: Release) -> dict[str, Any]:
    """`spec` of the HorizontalPodAutoscaler: by processor time, for workers too. The depth of a queue is no metric of
    the cluster's own; work that waits too long wakes somebody instead (components.WorkQueue).
    """
    used = {"type": "Utilization", "averageUtilization": _BUSY_PERCENT}
    return {
        "scaleTargetRef": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": service.name},
        "minReplicas": release.replicas_min,
        "maxReplicas": release.replicas_max,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": used}}],
        "behavior": {
            "scaleUp": {
                "stabilizationWindowSeconds": 0,
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 30}],
            },
            "scaleDown": {
                "stabilizationWindowSeconds": _CALM_S,
                "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
            },
        },
    }
