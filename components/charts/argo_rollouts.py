"""Values of the chart argo-rollouts: the controller alone, with rights of ours instead of the chart's."""

from dataclasses import dataclass, field
from typing import Any

from components.charts.pods import (
    CONTAINER_SECURITY,
    DISRUPTION,
    POD_SECURITY,
    PRIORITY,
    Resources,
    check_replicas,
    spread,
)
from components.charts.versions import ARGO_ROLLOUTS

METRICS_PORT = 8090


@dataclass(frozen=True, kw_only=True)
class ArgoRolloutsValues:
    """`notifications`: data of argo-rollouts-notification-configmap, for all rollouts. `labels`: on pods."""

    account: str
    labels: dict[str, str]
    notifications: dict[str, Any]
    replicas: int = 2
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=100, memory_mib=512))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self) -> dict[str, Any]:
        """With two replicas or more the chart lets them elect a leader (templates/controller/deployment.yaml)."""
        repository, tag = ARGO_ROLLOUTS.image("controller")
        registry, _, path = repository.partition("/")
        return {
            "installCRDs": True,
            "keepCRDs": True,  # with the definitions every Rollout would go
            "clusterInstall": True,
            "createClusterAggregateRoles": False,
            "providerRBAC": {"enabled": False},
            "serviceAccount": {"create": False, "name": self.account},
            "podSecurityContext": POD_SECURITY,
            "containerSecurityContext": CONTAINER_SECURITY,
            "controller": {
                "createClusterRole": False,
                "replicas": self.replicas,
                "image": {"registry": registry, "repository": path, "tag": tag},
                "logging": {"level": "info", "format": "json"},
                "podLabels": self.labels,
                "priorityClassName": PRIORITY,
                "resources": self.resources.values(),
                "topologySpreadConstraints": spread(),
                "pdb": {"enabled": True, **DISRUPTION},
                "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}},
                # The load balancer is asked whether it does what it was told before pods go.
                "awsVerifyTargetGroup": True,
            },
            "dashboard": {"enabled": False},
            "notifications": {
                "configmap": {"create": True},
                "secret": {"create": False},
                **self.notifications,
            },
        }
