"""The controller of load balancers: it makes one for Ingresses of the class, and sets the weights of a canary."""

from dataclasses import dataclass

from pulumi import Alias, ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm

from components.charts.load_balancer_controller import METRICS_PORT, WEBHOOK_PORT, LoadBalancerControllerValues
from components.charts.versions import LOAD_BALANCER_CONTROLLER
from components.cluster_network import ClusterNetwork, metrics_scraped
from components.controller_grants import CONTROLLERS
from components.deploy_access import DeploySecret, DeploySecretArgs
from components.deploy_grants import WEBHOOK_ROLE
from components.labels import Labels
from components.load_balancer_permissions import load_balancer_permissions
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRoleArgs
from components.waiting import after

INGRESS_CLASS = "alb"


@dataclass(frozen=True, kw_only=True)
class IngressControllerArgs:
    """`namespace`: an output that waits for it. `tags`: on the load balancers, as the account's other resources."""

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    vpc_id: Input[str]
    tags: dict[str, str]
    replicas: int = 2


class IngressController(ComponentResource):
    """Two replicas of which one acts; after it an Ingress gets a load balancer."""

    release: helm.Release

    def __init__(self, name: str, args: IngressControllerArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:IngressController", name, {}, opts)
        child, one, labels = ResourceOptions(parent=self), CONTROLLERS["ingress"], args.labels
        values = LoadBalancerControllerValues(
            account=one.account,
            labels=pod_labels(labels, one.account),
            cluster_name=args.cluster_name,
            region=args.cluster.region,
            vpc_id=args.vpc_id,
            ingress_class=INGRESS_CLASS,
            tags=args.tags,
            replicas=args.replicas,
        )
        # Called so before there was a second one of its kind; to go when every environment was deployed with it.
        earlier = ResourceOptions(aliases=[Alias(type_="platform:kubernetes:DeployWebhookCertificate")])
        certificate = DeploySecret(
            f"{name}-webhook-certificate",
            DeploySecretArgs(namespace=args.namespace, labels=labels, role=WEBHOOK_ROLE),
            ResourceOptions.merge(child, earlier),
        )
        self.release = PlatformController(
            name,
            PlatformControllerArgs(
                controllers=("ingress",),
                chart=LOAD_BALANCER_CONTROLLER,
                values=values.values(),
                namespace=args.namespace,
                labels=labels,
                network={
                    "to-api-server": args.network.to_api_server(),
                    "to-aws-credentials": args.network.to_aws_credentials(),
                    "to-aws": args.network.to_public_https(),
                    "webhooks": args.network.webhooks(WEBHOOK_PORT),
                    "metrics": metrics_scraped(METRICS_PORT),
                },
                role=PodRoleArgs(
                    cluster=args.cluster,
                    cluster_name=args.cluster_name,
                    role_name=f"{labels.environment}-load-balancer-controller",
                    namespace=one.namespace,
                    account=one.account,
                    description="AWS Load Balancer Controller: makes load balancers for Ingresses of the cluster",
                    permissions=load_balancer_permissions(
                        args.cluster.region, args.cluster.account_id, args.cluster.name
                    ),
                ),
            ),
            ResourceOptions.merge(child, after(certificate)),
        ).release
        self.register_outputs({})
