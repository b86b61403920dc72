"""Grafana's dashboards as ConfigMaps, which the sidecar of a Grafana in the cluster takes up by their label."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.core import v1 as core

from components.dashboards.catalogue import Watched, dashboards
from components.labels import Labels

# What the sidecar of Grafana's chart looks for: grafana/helm-charts, charts/grafana/values.yaml, sidecar.dashboards.
LABEL, FOLDER = "grafana_dashboard", "grafana_folder"
_LARGEST = 900_000  # bytes; the API server takes no object above 1 MiB (Kubernetes documentation, "ConfigMaps")


@dataclass(frozen=True, kw_only=True)
class GrafanaDashboardsArgs:
    """`namespace`: where the sidecar looks. `watched`: what the dashboards are of. `folder`: of Grafana."""

    namespace: Input[str]
    labels: Labels
    watched: Watched
    folder: str = "Billing"

    def __post_init__(self) -> None:
        if not self.watched.services:
            raise ValueError("services must name at least one, or there is nothing to choose on a dashboard")


class GrafanaDashboards(ComponentResource):
    """One ConfigMap for each, so that a change of one is a change of one."""

    def __init__(self, name: str, args: GrafanaDashboardsArgs, opts: ResourceOptions | None = None):
        from components.dashboards.document import document  # the SDK of Grafana, which nothing else of a program needs

        super().__init__("platform:delivery:GrafanaDashboards", name, {}, opts)
        for one in dashboards(args.watched):
            text = document(one)
            if len(text.encode()) > _LARGEST:
                raise ValueError(f"the dashboard {one.uid} must be below {_LARGEST} bytes, got {len(text)}: split it")
            core.ConfigMap(
                f"{name}-{one.uid.removeprefix('billing-')}",
                metadata={
                    "name": f"dashboard-{one.uid}",
                    "namespace": args.namespace,
                    "labels": {**args.labels.of("dashboards"), LABEL: "1"},
                    "annotations": {FOLDER: args.folder},
                },
                data={f"{one.uid}.json": text},
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})
