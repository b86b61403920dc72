"""Values of the chart grafana: two that show the program's dashboards, from mounted files and with no right to ask the
Kubernetes API for anything.

Source: grafana-community/helm-charts, charts/grafana, values.yaml and templates/_pod.tpl.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from components.charts.grafana_settings import FOLDER, settings
from components.charts.pods import CONTAINER_SECURITY, DISRUPTION, POD_SECURITY, Resources, check_replicas, spread
from components.charts.prometheus import SCRAPE_INTERVAL
from components.charts.versions import GRAFANA

NAME, ACCOUNT = "grafana", "grafana"
PORT, SERVICE_PORT = 3000, 80
_USER: Final = 472  # of the image
_LOOKS_AGAIN_S = 30  # for files that changed: the kubelet brings a changed ConfigMap within about a minute
_HEALTH = {"httpGet": {"path": "/api/health", "port": PORT}}


@dataclass(frozen=True, kw_only=True)
class GrafanaValues:
    """`labels`: on pods. `dashboards`: the ConfigMap of each, by uid. `home`: the uid that it opens with.
    `prometheus_url`, `region`: where metrics are, of Prometheus and of CloudWatch.
    """

    labels: dict[str, str]
    dashboards: Mapping[str, str]
    home: str
    prometheus_url: str
    region: str
    replicas: int = 2  # neither knows of the other: all that they show is the program's
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=100, memory_mib=512))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)
        if self.home not in self.dashboards:
            raise ValueError(f"home must be one of {', '.join(sorted(self.dashboards))}, got {self.home!r}")

    def values(self) -> dict[str, Any]:
        """No priority class: with too few nodes it goes before what it shows."""
        return {
            "fullnameOverride": NAME,
            "image": GRAFANA.image_parts("grafana"),
            "replicas": self.replicas,
            "podDisruptionBudget": DISRUPTION,
            "rbac": {"create": False},
            "serviceAccount": {"create": True, "name": ACCOUNT, "automountServiceAccountToken": False},
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            # Its pod would run an image of its own.
            "testFramework": {"enabled": False},
            "persistence": {"enabled": False},
            "initChownData": {"enabled": False},
            "podLabels": self.labels,
            "securityContext": {
                **POD_SECURITY,
                "runAsUser": _USER,
                "runAsGroup": _USER,
                "fsGroup": _USER,
            },
            "containerSecurityContext": CONTAINER_SECURITY,
            "extraEmptyDirMounts": [{"name": "temporary", "mountPath": "/tmp"}],  # noqa: S108 - of the container
            "resources": self.resources.values(),
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
            "readinessProbe": _HEALTH,
            "livenessProbe": {**_HEALTH, "initialDelaySeconds": 60, "timeoutSeconds": 10, "failureThreshold": 6},
            "service": {"type": "ClusterIP", "port": SERVICE_PORT, "targetPort": PORT},
            "serviceMonitor": {"enabled": True, "interval": "60s", "scrapeTimeout": "10s"},
            # The chart asks for this one by itself: without it, it makes a Secret with a password.
            "env": {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"},
            "grafana.ini": settings(self.home),
            "datasources": {"datasources.yaml": self._sources()},
            "dashboardProviders": {"dashboardproviders.yaml": _provider()},
            "extraConfigmapMounts": [
                {"name": config_map, "configMap": config_map, "mountPath": f"{FOLDER}/{uid}", "readOnly": True}
                for uid, config_map in self.dashboards.items()
            ],
        }

    def _sources(self) -> dict[str, Any]:
        """Grafana documentation, "Provision Grafana", data sources. A dashboard takes the one of its type."""
        console = f"https://{self.region}.console.aws.amazon.com/cloudwatch/home?region={self.region}"
        trace = {
            "name": "trace_id",
            "urlDisplayLabel": "Trace in X-Ray",
            "url": f"{console}#xray:traces/$${{__value.raw}}",  # $$: Grafana fills in $NAME of the environment here
        }
        prometheus = {
            "name": "Prometheus",
            "uid": "prometheus",
            "type": "prometheus",
            "url": self.prometheus_url,
            "isDefault": True,
            "jsonData": {
                "httpMethod": "POST",
                "timeInterval": SCRAPE_INTERVAL,  # the shortest step, and a quarter of $__rate_interval
                "exemplarTraceIdDestinations": [trace],
            },
        }
        cloudwatch = {
            "name": "CloudWatch",
            "uid": "cloudwatch",
            "type": "cloudwatch",
            "jsonData": {"authType": "default", "defaultRegion": self.region},
        }
        common = {"access": "proxy", "editable": False}
        return {"apiVersion": 1, "prune": True, "datasources": [{**one, **common} for one in (prometheus, cloudwatch)]}


def _provider() -> dict[str, Any]:
    """Dashboards of files, which nobody changes in the browser."""
    one = {
        "name": "billing",
        "folder": "Billing",
        "folderUid": "billing",
        "type": "file",
        "allowUiUpdates": False,
        "updateIntervalSeconds": _LOOKS_AGAIN_S,
        "options": {"path": FOLDER},
    }
    return {"apiVersion": 1, "providers": [one]}
