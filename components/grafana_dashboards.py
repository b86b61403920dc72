"""Grafana's dashboards as ConfigMaps, which the platform's Grafana mounts."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.core import v1 as core

from components.dashboards.catalogue import Watched, dashboards
from components.labels import Labels

# By which the sidecar of another Grafana would find them: its chart's values.yaml, sidecar.dashboards.
LABEL, FOLDER = "grafana_dashboard", "grafana_folder"
_LARGEST = 900_000  # bytes; the API server takes no object above 1 MiB (Kubernetes documentation, "ConfigMaps")


@dataclass(frozen=True, kw_only=True)
class GrafanaDashboardsArgs:
    """`namespace`: of Grafana. `watched`: what the dashboards are of. `folder`: of Grafana."""

    namespace: Input[str]
    labels: Labels
    watched: Watched
    folder: str = "Billing"

    def __post_init__(self) -> None:
        if not self.watched.services:
            raise ValueError("services must name at least one, or there is nothing to choose on a dashboard")


class GrafanaDashboards(ComponentResource):
    """One ConfigMap for each, so that a change of one is a change of one. `maps`: by the uid of what is in it."""

    maps: Mapping[str, core.ConfigMap]

    def __init__(self, name: str, args: GrafanaDashboardsArgs, opts: ResourceOptions | None = None):
        from components.dashboards.document import document  # the SDK of Grafana, which nothing else of a program needs

        super().__init__("platform:delivery:GrafanaDashboards", name, {}, opts)
        maps = {}
        for one in dashboards(args.watched):
            text = document(one)
            if len(text.encode()) > _LARGEST:
                raise ValueError(f"the dashboard {one.uid} must be below {_LARGEST} bytes, got {len(text)}: split it")
            maps[one.uid] = core.ConfigMap(
                f"{name}-{one.uid.removeprefix('billing-')}",
                metadata={
                    "name": config_map(one.uid),
                    "namespace": args.namespace,
                    "labels": {**args.labels.of("dashboards"), LABEL: "1"},
                    "annotations": {FOLDER: args.folder},
                },
                data={f"{one.uid}.json": text},
                opts=ResourceOptions(parent=self),
            )
        self.maps = maps
        self.register_outputs({})


def config_map(uid: str) -> str:
    """What the ConfigMap of a dashboard is called."""
    return f"dashboard-{uid}"
