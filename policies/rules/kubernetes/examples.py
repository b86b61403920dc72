"""A workload that every rule is content with, for examples that spoil one thing of it."""

from collections.abc import Mapping
from typing import Any

from policies import tokens
from policies.examples import Example, Node

NAMESPACE = "billing-api"
REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
IMAGE = f"{REGISTRY}/billing/api@sha256:{'0' * 64}"
LABELS = {
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/part-of": "billing",
    "platform/owner": "payments",
}
_CONTAINER = {
    "name": "api",
    "image": IMAGE,
    "ports": [{"containerPort": 8080}],
    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
    "livenessProbe": {"httpGet": {"path": "/live", "port": 8080}},
    "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    },
}
_SPEC = {
    "serviceAccountName": "api",
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "api"}},
        }
    ],
}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` in it, maps inside maps too; None takes a key out."""
    made = dict(base)
    for key, value in changes.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = merged(made[key], value)
        else:
            made[key] = value
    return made


def container(**changes: Any) -> dict[str, Any]:
    """The good container with changes."""
    return merged(_CONTAINER, changes)


def context(**changes: Any) -> dict[str, Any]:
    """The good container with changes in its security context."""
    return container(securityContext=changes)


def pod_spec(*containers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The good pod's spec with these containers, or the good one, and changes."""
    return merged(_SPEC | {"containers": list(containers) or [container()]}, changes)


def object_(type_: str, name: str = "api", *, namespace: str | None = NAMESPACE, **props: Any) -> Node:
    """Any object in the examples' namespace."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return Node(type_, f"{type_.rpartition(':')[2]}-{name}", merged({"metadata": metadata}, props))


def pod(*containers: dict[str, Any], metadata: dict[str, Any] | None = None, **changes: Any) -> Example:
    """A Pod with these containers and changes in its spec."""
    spec = pod_spec(*containers, **changes)
    return (object_(tokens.POD, metadata=merged({"labels": LABELS}, metadata or {}), spec=spec),)


def workload(type_: str, *containers: dict[str, Any], spec: dict[str, Any] | None = None, **changes: Any) -> Node:
    """An object of a kind that has a pod template, with changes in the pod's spec, and `spec` in its own."""
    template = {"metadata": {"labels": LABELS}, "spec": pod_spec(*containers, **changes)}
    selector = {"matchLabels": {"app.kubernetes.io/name": "api"}}
    own = {"replicas": 3, "selector": selector, "template": template}
    if type_ == tokens.CRON_JOB:
        own = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}
    return object_(type_, spec=merged(own, spec or {}))


def deployment(*containers: dict[str, Any], **changes: Any) -> Example:
    """A Deployment whose pods have these containers and changes."""
    return (workload(tokens.DEPLOYMENT, *containers, **changes),)
