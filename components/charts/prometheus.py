"""Values of the chart kube-prometheus-stack: the operator, two Prometheus that each scrape everything, and the
Alertmanagers that they tell.
"""

from dataclasses import dataclass, field
from typing import Any

from components.charts.alertmanager import AlertmanagerValues
from components.charts.pods import (
    CONTAINER_SECURITY,
    DISRUPTION,
    POD_SECURITY,
    PRIORITY,
    Resources,
    check_replicas,
    spread,
)
from components.charts.versions import PROMETHEUS
from components.telemetry_vocabulary import VOCABULARY

NAME, PORT, OPERATOR_METRICS_PORT = "prometheus", 9090, 8080
REPLICAS = 2
SCRAPE_INTERVAL = "15s"  # a canary's reads are a minute apart: four samples for each
_POD = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 2000,
    "fsGroup": 2000,
    "seccompProfile": {"type": "RuntimeDefault"},
}
# Not ours to run or to reach on EKS, add-ons of the cluster, or a chart of its own (Grafana).
_ABSENT = (
    "coreDns",
    "grafana",
    "kubeApiServer",
    "kubeControllerManager",
    "kubeEtcd",
    "kubeProxy",
    "kubeScheduler",
    "nodeExporter",
)


_STATES = (
    "deployments",
    "horizontalpodautoscalers",
    "jobs",
    "nodes",
    "pods",
    "replicasets",
    "resourcequotas",
    "statefulsets",
)
# 100 bytes each (Prometheus docs, "Feature flags", exemplar storage).
_EXEMPLARS = 100_000
_MOST_SAMPLES, _MOST_LABELS, _LONGEST_LABEL = 50_000, 40, 512


@dataclass(frozen=True, kw_only=True)
class PrometheusValues:
    """`labels`: on pods. `storage_class`: of encrypted volumes."""

    account: str
    operator_account: str
    state_account: str
    labels: dict[str, str]
    retention_days: int
    storage_gib: int
    storage_class: str
    environment: str
    alertmanager: AlertmanagerValues
    replicas: int = REPLICAS
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=500, memory_mib=4096))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)
        if self.retention_days < 1 or self.storage_gib < 10:
            got = f"{self.retention_days} and {self.storage_gib}"
            raise ValueError(f"retention_days must be 1 or more and storage_gib 10 or more, got {got}")

    def values(self) -> dict[str, Any]:
        return {
            "fullnameOverride": NAME,
            "crds": {"enabled": True, "upgradeJob": {"enabled": False}},
            "global": {"rbac": {"create": False}},
            "defaultRules": {"create": False},  # alerts are ours: components.alerting and the services' own
            **{part: {"enabled": False} for part in _ABSENT},
            # Memory of containers, against which a canary is measured.
            "kubelet": {"enabled": True, "namespace": PROMETHEUS.namespace},
            "prometheusOperator": self._operator(),
            "kubeStateMetrics": {"enabled": True},
            "kube-state-metrics": self._state_metrics(),
            "alertmanager": self.alertmanager.values(PROMETHEUS.image_parts("alertmanager"), _POD),
            "prometheus": {
                "serviceAccount": {"create": False, "name": self.account},
                "podDisruptionBudget": {"enabled": True, **DISRUPTION},
                "prometheusSpec": self._server(),
            },
        }

    def _operator(self) -> dict[str, Any]:
        """One replica: without it nothing is scraped less, only changes wait."""
        return {
            "serviceAccount": {"create": False, "name": self.operator_account},
            "image": PROMETHEUS.image_parts("operator"),
            "prometheusConfigReloader": {
                "image": PROMETHEUS.image_parts("reloader"),
                "resources": Resources(cpu_m=10, memory_mib=64).values(),
            },
            # Its webhook would need a certificate; what it checks, `promtool` checks before a deployment.
            "admissionWebhooks": {"enabled": False},
            "tls": {"enabled": False},
            "namespaces": {"releaseNamespace": False, "additional": []},
            "prometheusInstanceNamespaces": [PROMETHEUS.namespace],
            "alertmanagerInstanceNamespaces": [PROMETHEUS.namespace],
            "thanosRulerInstanceNamespaces": [PROMETHEUS.namespace],
            "kubeletService": {"enabled": True, "namespace": PROMETHEUS.namespace},
            # EndpointSlices alone keep nodes that are gone (prometheus-operator issue 7678).
            "kubeletEndpointsEnabled": True,
            "kubeletEndpointSliceEnabled": False,
            "podLabels": self.labels,
            "priorityClassName": PRIORITY,
            "securityContext": _POD,
            "containerSecurityContext": CONTAINER_SECURITY,
            "resources": Resources(cpu_m=50, memory_mib=256).values(),
        }

    def _state_metrics(self) -> dict[str, Any]:
        """What the API server knows, as metrics: restarts and readiness, which canaries are judged by too. One replica:
        two would count everything twice.
        """
        return {
            "image": PROMETHEUS.image_parts("kube-state-metrics"),
            "rbac": {"create": False},
            "serviceAccount": {"create": False, "name": self.state_account},
            "collectors": list(_STATES),
            "customLabels": self.labels,
            "priorityClassName": PRIORITY,
            "securityContext": {
                "enabled": True,
                **POD_SECURITY,
                "runAsUser": 65534,
                "runAsGroup": 65534,
                "fsGroup": 65534,
            },
            "containerSecurityContext": CONTAINER_SECURITY,
            "resources": Resources(cpu_m=50, memory_mib=256).values(),
        }

    def _server(self) -> dict[str, Any]:
        claim = {
            "storageClassName": self.storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{self.storage_gib}Gi"}},
        }
        # Monitors and rules of every namespace, not only those that carry the release's label.
        selected = {f"{kind}SelectorNilUsesHelmValues": False for kind in ("podMonitor", "rule", "serviceMonitor")}
        return {
            "image": PROMETHEUS.image_parts("prometheus"),
            "replicas": self.replicas,
            "retention": f"{self.retention_days}d",
            "retentionSize": f"{self.storage_gib * 9 // 10}GiB",  # before the volume is full
            "scrapeInterval": SCRAPE_INTERVAL,
            "evaluationInterval": "30s",
            "serviceDiscoveryRole": "Endpoints",
            "externalLabels": {"environment": self.environment},
            # From a slow bucket of a histogram to a trace that was slow: exemplars, which OpenMetrics alone carries.
            "enableFeatures": ["exemplar-storage"],
            "exemplars": {"maxSize": _EXEMPLARS},
            "scrapeProtocols": ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText0.0.4"],
            # What services push, as the collector passes it on: told apart by the vocabulary.
            "enableOTLPReceiver": True,
            "otlp": {"promoteResourceAttributes": list(VOCABULARY)},
            # A monitor that names no limit has these; what one pod may add is judged by K8S-20.
            "enforcedSampleLimit": _MOST_SAMPLES,
            "enforcedLabelLimit": _MOST_LABELS,
            "enforcedLabelValueLengthLimit": _LONGEST_LABEL,
            "podMetadata": {"labels": self.labels},
            "priorityClassName": PRIORITY,
            "securityContext": _POD,
            "resources": self.resources.values(),
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": "prometheus"}),
            "storageSpec": {"volumeClaimTemplate": {"spec": claim}},
            **selected,
        }


def otlp_urls(namespace: str) -> tuple[str, ...]:
    """Where each of the replicas takes OTLP: by the names that the operator's StatefulSet gives its pods."""
    pods = [f"prometheus-{NAME}-prometheus-{n}.prometheus-operated.{namespace}.svc" for n in range(REPLICAS)]
    return tuple(f"http://{pod}:{PORT}/api/v1/otlp" for pod in pods)
