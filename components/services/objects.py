"""Kubernetes objects as data, and the resources that they become."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi import Input, Resource, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.batch.v1 import Job
from pulumi_kubernetes.core.v1 import Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import Ingress, NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

_TYPED: Final[Mapping[tuple[str, str], Callable[..., Resource]]] = {
    ("autoscaling/v2", "HorizontalPodAutoscaler"): HorizontalPodAutoscaler,
    ("batch/v1", "Job"): Job,
    ("networking.k8s.io/v1", "Ingress"): Ingress,
    ("networking.k8s.io/v1", "NetworkPolicy"): NetworkPolicy,
    ("policy/v1", "PodDisruptionBudget"): PodDisruptionBudget,
    ("v1", "Service"): Service,
}
# What the engine waits for would come only with what is made after it: pods behind a Service, the address of an Ingress
# whose action Argo Rollouts writes; and a release takes an hour, whose end is the canary's to decide.
_NOT_AWAITED: Final = frozenset({"Service", "Ingress", "Rollout"})
_SKIP: Final = {"pulumi.com/skipAwait": "true"}


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object, `called` so in its namespace; `suffix`, which never changes, tells it from others of its kind."""

    api_version: str
    kind: str
    called: str
    spec: Mapping[str, Any]
    labels: Mapping[str, str]
    annotations: Mapping[str, Input[str]] | None = None
    suffix: str = ""

    def metadata(self, namespace: Input[str]) -> dict[str, Any]:
        """`metadata` of the object."""
        skip = _SKIP if self.kind in _NOT_AWAITED else {}
        annotations = {**(self.annotations or {}), **skip}
        named = {"name": self.called, "namespace": namespace, "labels": dict(self.labels)}
        return {**named, **({"annotations": annotations} if annotations else {})}


def make(name: str, objects: Iterable[Object], namespace: Input[str], child: ResourceOptions) -> list[Resource]:
    """The resources, called `name` and their suffix."""
    return [_make(name, one, namespace, child) for one in objects]


def make_service_account(
    own: str, called: str, namespace: Input[str], labels: Mapping[str, str], child: ResourceOptions
) -> ServiceAccount:
    """A service account whose token no pod gets unasked; it has no spec."""
    return ServiceAccount(
        own,
        metadata={"name": called, "namespace": namespace, "labels": labels},
        automount_service_account_token=False,
        opts=child,
    )


def _make(name: str, one: Object, namespace: Input[str], child: ResourceOptions) -> Resource:
    own = f"{name}{one.suffix}"
    metadata = one.metadata(namespace)
    if typed := _TYPED.get((one.api_version, one.kind)):
        return typed(own, metadata=metadata, spec=dict(one.spec), opts=child)
    return CustomResource(
        own, api_version=one.api_version, kind=one.kind, metadata=metadata, spec=dict(one.spec), opts=child
    )
