"""The controller of releases: Argo Rollouts, with the rights that it needs and no more."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm

from components.charts.argo_rollouts import METRICS_PORT, ArgoRolloutsValues
from components.charts.versions import ARGO_ROLLOUTS
from components.cluster_network import ClusterNetwork, metrics_scraped
from components.controller_grants import CONTROLLERS
from components.labels import Labels
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRoleArgs
from components.policy_document import Statement
from components.release_notifications import notification_values

_LOOKS_AT_LOAD_BALANCERS = (
    "DescribeListeners",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeTags",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
)


@dataclass(frozen=True, kw_only=True)
class CanaryControllerArgs:
    """`namespace`: an output that waits for it. `webhook_url`: whom it tells of releases, over TLS."""

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    webhook_url: str
    replicas: int = 2

    def __post_init__(self) -> None:
        if not self.webhook_url.startswith("https://"):
            raise ValueError(f"webhook_url must begin with https://, got {self.webhook_url!r}")


class CanaryController(ComponentResource):
    """Two replicas of which one acts; after it Rollouts can be made."""

    release: helm.Release

    def __init__(self, name: str, args: CanaryControllerArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:CanaryController", name, {}, opts)
        one, labels = CONTROLLERS["rollouts"], args.labels
        values = ArgoRolloutsValues(
            account=one.account,
            labels=pod_labels(labels, one.account),
            notifications=notification_values(args.webhook_url, labels.environment),
            replicas=args.replicas,
        )
        self.release = PlatformController(
            name,
            PlatformControllerArgs(
                controllers=("rollouts",),
                chart=ARGO_ROLLOUTS,
                values=values.values(),
                namespace=args.namespace,
                labels=labels,
                network={
                    "to-api-server": args.network.to_api_server(),
                    "to-aws-credentials": args.network.to_aws_credentials(),
                    "to-prometheus": args.network.to_prometheus(),
                    "to-webhook": args.network.to_public_https(),
                    "metrics": metrics_scraped(METRICS_PORT),
                },
                role=PodRoleArgs(
                    cluster=args.cluster,
                    cluster_name=args.cluster_name,
                    role_name=f"{labels.environment}-canary-controller",
                    namespace=one.namespace,
                    account=one.account,
                    description="Argo Rollouts: sees whether load balancers do what a release asks of them",
                    permissions=(_verifying(),),
                ),
            ),
            ResourceOptions(parent=self),
        ).release
        self.register_outputs({})


def _verifying() -> Statement:
    """Source: Argo Rollouts docs, "AWS Load Balancer Controller", required privileges."""
    actions = tuple(f"elasticloadbalancing:{action}" for action in _LOOKS_AT_LOAD_BALANCERS)
    why = "Elastic Load Balancing has no resources for what only describes"
    return Statement(sid="VerifyWeights", actions=actions, resources=("*",), why=why)
