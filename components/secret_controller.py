"""The controller of credentials: External Secrets, which reads a service's secrets by taking the service's role."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm

from components.account_names import PLATFORM_PATH, platform_role_arn
from components.charts.external_secrets import METRICS_PORT, ExternalSecretsValues
from components.charts.versions import EXTERNAL_SECRETS
from components.cluster_network import ClusterNetwork, metrics_scraped
from components.controller_grants import CONTROLLERS
from components.labels import Labels
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRoleArgs
from components.policy_document import Statement


@dataclass(frozen=True, kw_only=True)
class SecretControllerArgs:
    """`namespace`: an output that waits for it."""

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    replicas: int = 2


class SecretController(ComponentResource):
    """Two replicas of which one acts; after it ExternalSecrets can be made."""

    release: helm.Release

    def __init__(self, name: str, args: SecretControllerArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:SecretController", name, {}, opts)
        one, labels = CONTROLLERS["external-secrets"], args.labels
        values = ExternalSecretsValues(
            account=one.account, labels=pod_labels(labels, one.account), replicas=args.replicas
        )
        self.release = PlatformController(
            name,
            PlatformControllerArgs(
                controllers=("external-secrets",),
                chart=EXTERNAL_SECRETS,
                values=values.values(),
                namespace=args.namespace,
                labels=labels,
                network={
                    "to-api-server": args.network.to_api_server(),
                    "to-aws-credentials": args.network.to_aws_credentials(),
                    "metrics": metrics_scraped(METRICS_PORT),
                },
                role=PodRoleArgs(
                    cluster=args.cluster,
                    cluster_name=args.cluster_name,
                    role_name=reader_role_name(labels.environment),
                    namespace=one.namespace,
                    account=one.account,
                    description="External Secrets: takes the role of the service whose secret it reads",
                    permissions=(_taking(args.cluster.account_id, labels.environment),),
                ),
            ),
            ResourceOptions(parent=self),
        ).release
        self.register_outputs({})


def reader_role_arn(account_id: str, environment: str) -> str:
    """Whom the roles of services that have secrets trust, known before it exists."""
    return platform_role_arn(account_id, reader_role_name(environment))


def reader_role_name(environment: str) -> str:
    return f"{environment}-external-secrets"


def _taking(account_id: str, environment: str) -> Statement:
    """Of itself it reads nothing. The tags that EKS gives its session are passed on (EKS user guide, "Grant Pods access
    to AWS resources based on tags"), so that it must be allowed to tag.
    """
    return Statement(
        sid="TakeRolesOfServices",
        actions=("sts:AssumeRole", "sts:TagSession"),
        resources=(f"arn:aws:iam::{account_id}:role{PLATFORM_PATH}{environment}-*",),
        why="services come and go; each service's role says itself whether it can be taken",
    )
