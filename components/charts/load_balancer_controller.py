"""Values of the chart aws-load-balancer-controller: Ingresses of one class, over TLS, to the addresses of pods."""

from dataclasses import dataclass, field
from typing import Any

from pulumi import Input

from components.charts.pods import (
    CONTAINER_SECURITY,
    DISRUPTION,
    POD_SECURITY,
    PRIORITY,
    Resources,
    check_replicas,
    spread,
)
from components.charts.versions import LOAD_BALANCER_CONTROLLER

METRICS_PORT, WEBHOOK_PORT = 8080, 9443
# Elastic Load Balancing user guide, "Security policies for your Application Load Balancer": TLS 1.2 and 1.3 alone.
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@dataclass(frozen=True, kw_only=True)
class LoadBalancerControllerValues:
    """`labels`: on pods. `tags`: on all that it makes in the account."""

    account: str
    labels: dict[str, str]
    cluster_name: Input[str]
    region: str
    vpc_id: Input[str]
    ingress_class: str
    tags: dict[str, str]
    replicas: int = 2
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=100, memory_mib=256))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self) -> dict[str, Any]:
        repository, tag = LOAD_BALANCER_CONTROLLER.image("controller")
        return {
            "clusterName": self.cluster_name,
            "region": self.region,
            "vpcId": self.vpc_id,  # it would ask the node's metadata, which pods do not reach
            "image": {"repository": repository, "tag": tag},
            "replicaCount": self.replicas,
            "serviceAccount": {"create": False, "name": self.account},
            "rbac": {"create": False},
            "podLabels": self.labels,
            "priorityClassName": PRIORITY,
            "podSecurityContext": {"fsGroup": 65534, **POD_SECURITY},
            "securityContext": CONTAINER_SECURITY,
            "resources": self.resources.values(),
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": "aws-load-balancer-controller"}),
            "podDisruptionBudget": DISRUPTION,
            "ingressClass": self.ingress_class,
            "createIngressClassResource": True,
            "ingressClassConfig": {"default": False},
            "ingressClassParams": {"create": True, "name": self.ingress_class},
            "disableIngressClassAnnotation": True,  # the class alone says whose an Ingress is
            "defaultTargetType": "ip",
            "defaultSSLPolicy": TLS_POLICY,
            "defaultTags": self.tags,
            "enableServiceMutatorWebhook": False,  # no Service gets a load balancer of its own
            "enableShield": False,
            "enableWaf": False,
            "enableWafv2": True,
            # A canary's weights change targets that do not exist yet for an error, not for nobody.
            "tolerateNonExistentBackendService": False,
            "tolerateNonExistentBackendAction": False,
            "clusterSecretsPermissions": {"allowAllSecrets": False},
            "keepTLSSecret": True,
            "serviceMonitor": {"enabled": True},
        }
