"""Values of the chart external-secrets: the controller alone, for stores of single namespaces."""

from dataclasses import dataclass, field
from typing import Any

from components.charts.pods import CONTAINER_SECURITY, DISRUPTION, PRIORITY, Resources, check_replicas, spread
from components.charts.versions import EXTERNAL_SECRETS

METRICS_PORT = 8080


@dataclass(frozen=True, kw_only=True)
class ExternalSecretsValues:
    """`labels`: on pods.

    Its webhook only repeats what the definitions' schemas say, and its certificate controller, which serves it, would
    write secrets and webhooks: neither is installed. Stores are checked by an admission policy instead.
    """

    account: str
    labels: dict[str, str]
    replicas: int = 2
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=50, memory_mib=256))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self) -> dict[str, Any]:
        repository, tag = EXTERNAL_SECRETS.image("controller")
        return {
            "installCRDs": True,
            "crds": {
                "createClusterExternalSecret": False,
                "createClusterSecretStore": False,
                "createClusterGenerator": False,
                "createClusterPushSecret": False,
                "createPushSecret": False,
                "conversion": {"enabled": False},
            },
            "processClusterExternalSecret": False,
            "processClusterStore": False,
            "processClusterGenerator": False,
            "processClusterPushSecret": False,
            "processPushSecret": False,
            "serviceAccount": {"create": False, "name": self.account, "automount": True},
            "rbac": {"create": False},
            "webhook": {"create": False},
            "certController": {"create": False},
            "image": {"repository": repository, "tag": tag},
            "replicaCount": self.replicas,
            "leaderElect": True,
            "podLabels": self.labels,
            "priorityClassName": PRIORITY,
            "podSecurityContext": {"enabled": True, "runAsNonRoot": True, "fsGroup": 65534},
            "securityContext": {"enabled": True, "runAsUser": 65534, **CONTAINER_SECURITY},
            "resources": self.resources.values(),
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": "external-secrets"}),
            # The chart writes whichever of the two is not empty, and has one by default.
            "podDisruptionBudget": {"enabled": True, "minAvailable": "", **DISRUPTION},
            "livenessProbe": {"enabled": True},
            "serviceMonitor": {"enabled": True, "renderMode": "alwaysRender"},
        }
