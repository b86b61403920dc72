"""The AWS role of one service account, which its pods get without a key."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import eks

from components.pod_identity import pod_trust
from components.policy_document import Statement
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class ClusterFacts:
    """The cluster as AWS knows it."""

    name: str
    arn: str
    account_id: str
    region: str


@dataclass(frozen=True, kw_only=True)
class PodRoleArgs:
    """`role_name`: begins with the environment."""

    cluster: ClusterFacts
    cluster_name: Input[str]  # an output that waits for the cluster
    role_name: str
    namespace: str
    account: str  # the service account
    description: str
    permissions: tuple[Statement, ...]


class PodRole(ComponentResource):
    """The role and its association. Pods that start before it have none: wait for `arn`."""

    arn: Output[str]

    def __init__(self, name: str, args: PodRoleArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:identity:PodRole", name, {}, opts)
        child, cluster = ResourceOptions(parent=self), args.cluster
        trusted = pod_trust(
            "PodsTakeIt",
            account_id=cluster.account_id,
            cluster_arn=cluster.arn,
            namespace=args.namespace,
            service_account=args.account,
        )
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                role_name=args.role_name,
                account_id=cluster.account_id,
                description=args.description,
                trust=(trusted,),
                permissions=args.permissions,
            ),
            child,
        )
        association = eks.PodIdentityAssociation(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account=args.account,
            role_arn=role.arn,
            tags=tagged(name),
            opts=child,
        )
        self.arn = association.role_arn
        self.register_outputs({"arn": self.arn})
