"""The objects of one service as `components/billing_service.py` makes them, as far as a release needs them."""

from typing import Any

from components.canary_strategy import CanaryPlan, rollout_spec

REPLICAS = 4
VERSION = "test/version"  # annotation of a pod template
IMAGE = f"registry.test/billing@sha256:{'0' * 64}"
# The controller (v1.10.0) panics at an ingress without any annotation once a Rollout has managed routes.
BALANCER = {"alb.ingress.kubernetes.io/scheme": "internal", "alb.ingress.kubernetes.io/target-type": "ip"}
SECURITY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def namespace(name: str) -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "v1.34"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def around(plan: CanaryPlan) -> list[dict[str, Any]]:
    """What the Rollout names: services, ingress, service account, disruption budget."""
    selector = {"app.kubernetes.io/name": plan.service}
    ports = [{"name": "http", "port": plan.service_port, "targetPort": 8080}]
    services = [
        _object("v1", "Service", plan, f"{plan.service}{role}", {"selector": selector, "ports": ports})
        for role in ("", "-stable", "-canary")
    ]
    backend = {"service": {"name": plan.service, "port": {"name": "use-annotation"}}}
    rule = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return [
        *services,
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": plan.service, "namespace": plan.namespace},
            "automountServiceAccountToken": False,
        },
        {
            **_object(
                "networking.k8s.io/v1", "Ingress", plan, plan.service, {"ingressClassName": "alb", "rules": [rule]}
            ),
            "metadata": {"name": plan.service, "namespace": plan.namespace, "annotations": BALANCER},
        },
        _object(
            "policy/v1",
            "PodDisruptionBudget",
            plan,
            plan.service,
            {"maxUnavailable": 1, "selector": {"matchLabels": selector}},
        ),
    ]


def rollout(plan: CanaryPlan, version: str) -> dict[str, Any]:
    labels = {
        "app.kubernetes.io/name": plan.service,
        "app.kubernetes.io/part-of": "billing",
        "platform/owner": plan.owner,
    }
    container = {"name": "api", "image": IMAGE, "securityContext": SECURITY}
    template = {
        "metadata": {"labels": labels, "annotations": {VERSION: version}},
        "spec": {"containers": [container], "serviceAccountName": plan.service, "automountServiceAccountToken": False},
    }
    spec = {
        "replicas": REPLICAS,
        "selector": {"matchLabels": {"app.kubernetes.io/name": plan.service}},
        "template": template,
        **rollout_spec(plan),
    }
    return _object("argoproj.io/v1alpha1", "Rollout", plan, plan.service, spec)


def _object(api_version: str, kind: str, plan: CanaryPlan, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": plan.namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}
