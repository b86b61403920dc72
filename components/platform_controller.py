"""A controller of the platform: its rights, its ways out and in, its AWS role, and then its chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.networking import v1 as networking

from components.charts.versions import Chart
from components.controller_access import ControllerAccess, ControllerAccessArgs
from components.controller_grants import ControllerName
from components.labels import Labels
from components.platform_chart import PlatformChart, PlatformChartArgs
from components.pod_role import PodRole, PodRoleArgs
from components.waiting import after


@dataclass(frozen=True, kw_only=True)
class PlatformControllerArgs:
    """`controllers`: those that the chart runs. `network`: specs of network policies, by name. `role`: in AWS."""

    controllers: tuple[ControllerName, ...]
    chart: Chart
    values: dict[str, Any]
    namespace: Input[str]
    labels: Labels
    network: Mapping[str, Any] = field(default_factory=dict)
    role: PodRoleArgs | None = None


class PlatformController(ComponentResource):
    """All that a controller needs, in the order in which it needs it: last the release."""

    release: helm.Release

    def __init__(self, name: str, args: PlatformControllerArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:PlatformController", name, {}, opts)
        child, chart = ResourceOptions(parent=self), args.chart
        needed: list[Resource] = [
            ControllerAccess(f"{name}-{one}", ControllerAccessArgs(controller=one, labels=args.labels), child)
            for one in args.controllers
        ]
        for called, spec in args.network.items():
            meta: Any = {"name": called, "namespace": args.namespace, "labels": args.labels.of(chart.name)}
            needed.append(networking.NetworkPolicy(f"{name}-{called}", metadata=meta, spec=spec, opts=child))
        if args.role:
            needed.append(PodRole(name, args.role, child))
        wanted = PlatformChartArgs(chart=chart, namespace=args.namespace, values=args.values)
        self.release = PlatformChart(name, wanted, ResourceOptions.merge(child, after(*needed))).release
        self.register_outputs({})


def pod_labels(labels: Labels, name: str) -> dict[str, str]:
    """Of ours, what a chart does not set itself."""
    return {key: value for key, value in labels.of(name).items() if key.startswith("platform/")}
