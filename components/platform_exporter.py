"""The exporter of the series that the platform's own service levels are computed from, in the cluster."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy import v1 as policy

from components.cluster_network import TELEMETRY
from components.controller_access import ControllerAccess, ControllerAccessArgs
from components.exporter import objects
from components.exporter.objects import NAME
from components.exporter.observed import Observed
from components.exporter.permissions import exporter_role_name, reading
from components.labels import Labels
from components.pod_role import ClusterFacts, PodRole, PodRoleArgs


@dataclass(frozen=True, kw_only=True)
class PlatformExporterArgs:
    """`namespace`: platform-telemetry, as an output that waits for it and for what its pods need there. `image`,
    `digest`: built from exporter/. `key_alias`: of the key of evidence, which must let the role decrypt.
    """

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    image: str
    digest: str
    observed: Observed
    key_alias: str

    def __post_init__(self) -> None:
        if not self.digest.startswith("sha256:"):
            raise ValueError(f"digest must begin with sha256:, got {self.digest!r}: a tag can be moved")


class PlatformExporter(ComponentResource):
    """Its role, what it watches, and two pods that Prometheus alone may ask."""

    def __init__(self, name: str, args: PlatformExporterArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:PlatformExporter", name, {}, opts)
        child, labels, watched = ResourceOptions(parent=self), args.labels.of(NAME), args.observed.as_json()
        meta: Any = {"name": NAME, "namespace": args.namespace, "labels": labels}
        role = PodRole(
            name,
            PodRoleArgs(
                cluster=args.cluster,
                cluster_name=args.cluster_name,
                role_name=exporter_role_name(args.labels.environment),
                namespace=TELEMETRY,
                account=NAME,
                description="The platform's exporter: reads databases, backups and evidence, and tells Prometheus",
                permissions=reading(args.observed, args.key_alias),
            ),
            child,
        )
        needed = (
            ControllerAccess(f"{name}-access", ControllerAccessArgs(controller="exporter", labels=args.labels), child),
            core.ConfigMap(name, metadata=meta, data=objects.files(watched), opts=child),
            networking.NetworkPolicy(name, metadata=meta, spec=objects.asked_by_prometheus(), opts=child),
            policy.PodDisruptionBudget(name, metadata=meta, spec=objects.disruption_budget(), opts=child),
        )
        after: Any = [*needed, role]
        image = f"{args.image}@{args.digest}"
        CustomResource(  # so that the argument classes of apps, which nothing else needs, are not loaded
            f"{name}-pods",
            api_version="apps/v1",
            kind="StatefulSet",
            metadata=meta,
            spec=objects.stateful_set(image, args.cluster.region, watched, labels),
            opts=ResourceOptions(parent=self, depends_on=after),
        )
        CustomResource(
            f"{name}-monitor",
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            metadata=meta,
            spec=objects.pod_monitor(),
            opts=child,
        )
        self.register_outputs({})
