"""Values of the Alertmanagers of the chart kube-prometheus-stack: three that know of each other's notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from components.charts.pods import DISRUPTION, PRIORITY, Resources, check_replicas, spread

NAME, ACCOUNT = "alertmanager", "alertmanager"
PORT: Final = 9093
MESH_PORT: Final = 9094  # by TCP and UDP: who has notified of what


@dataclass(frozen=True, kw_only=True)
class AlertmanagerValues:
    """`configuration`: its own, whole. `labels`: on pods. `storage_class`: of encrypted volumes."""

    configuration: Mapping[str, Any]
    labels: dict[str, str]
    storage_class: str
    replicas: int = 3  # each tells, unless another has: two are left while one is drained
    storage_gib: int = 1  # silences and what was told, for the retention
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=50, memory_mib=128))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self, image: Mapping[str, str], pod_security: Mapping[str, Any]) -> dict[str, Any]:
        """`image`: registry, repository and tag."""
        claim = {
            "storageClassName": self.storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{self.storage_gib}Gi"}},
        }
        return {
            "enabled": True,
            "config": dict(self.configuration),
            "serviceAccount": {"create": True, "name": ACCOUNT, "automountServiceAccountToken": False},
            "podDisruptionBudget": {"enabled": True, **DISRUPTION},
            "alertmanagerSpec": {
                "image": dict(image),
                "replicas": self.replicas,
                "retention": "120h",  # Alertmanager's own default
                "podMetadata": {"labels": self.labels},
                "priorityClassName": PRIORITY,
                "securityContext": dict(pod_security),
                "resources": self.resources.values(),
                "topologySpreadConstraints": spread({"app.kubernetes.io/name": "alertmanager"}),
                "storage": {"volumeClaimTemplate": {"spec": claim}},
                # Routes stand in the configuration alone: an object of another namespace must not add one.
                "alertmanagerConfigSelector": {"matchLabels": {"platform/alerting": "none"}},
            },
        }
