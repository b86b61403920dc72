"""The control plane: closed, with an end to its support that nobody forgets, and everything that it does on record."""

from pulumi import ResourceOptions
from pulumi_aws import cloudwatch, ec2, eks
from pulumi_aws.vpc import SecurityGroupIngressRule

from components.clusters.args import KubernetesClusterArgs
from components.log_group import log_group
from components.policy_document import trust
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")  # all that EKS has
_HTTPS = 443
_AWS = "arn:aws:iam::aws:policy"
# The second one: security groups for pods. EKS user guide, "Amazon EKS cluster IAM role" and "Assign security groups
# to individual Pods".
_POLICIES = (f"{_AWS}/AmazonEKSClusterPolicy", f"{_AWS}/AmazonEKSVPCResourceController")


def make_control_plane(
    name: str, args: KubernetesClusterArgs, child: ResourceOptions
) -> tuple[eks.Cluster, cloudwatch.LogGroup]:
    """The cluster without nodes, and its log group, which is made first: EKS would make one without key and end."""
    logs = log_group(
        f"{name}-logs",
        f"/aws/eks/{args.cluster_name}/cluster",
        args.log_key_arn,
        args.log_days,
        args.protect,
        child,
    )
    cluster = eks.Cluster(
        name,
        name=args.cluster_name,
        role_arn=_role(f"{name}-control-plane", args, child).arn,
        version=args.version,
        vpc_config={
            "subnet_ids": list(args.subnet_ids),
            "security_group_ids": [_api_group(f"{name}-api", args, child).id],
            "endpoint_private_access": True,
            "endpoint_public_access": bool(args.public_clients),
            "public_access_cidrs": [str(one) for one in args.public_clients] or None,
        },
        access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
        encryption_config={"provider": {"key_arn": args.secrets_key_arn}, "resources": ["secrets"]},
        enabled_cluster_log_types=list(LOG_TYPES),
        kubernetes_network_config={"ip_family": "ipv4", "service_ipv4_cidr": str(args.service_cidr)},
        # At the end of standard support AWS upgrades, and does not charge six times as much for an older version.
        upgrade_policy={"support_type": "STANDARD"},
        zonal_shift_config={"enabled": True},
        bootstrap_self_managed_addons=False,  # all add-ons are ours, pinned
        deletion_protection=args.protect,
        tags=tagged(name, args.tags),
        opts=ResourceOptions.merge(child, ResourceOptions(depends_on=[logs], protect=args.protect)),
    )
    return cluster, logs


def _role(name: str, args: KubernetesClusterArgs, child: ResourceOptions) -> ServiceRole:
    """Source of the trust: EKS user guide, "Cross-service confused deputy prevention in Amazon EKS"."""
    return ServiceRole(
        name,
        ServiceRoleArgs(
            role_name=f"{args.cluster_name}-control-plane",
            account_id=args.account_id,
            description=f"The control plane of {args.cluster_name}",
            trust=(trust("EksTakesIt", "eks.amazonaws.com", args.account_id, args.cluster_arn),),
            managed_policies=_POLICIES,
        ),
        child,
    )


def _api_group(name: str, args: KubernetesClusterArgs, child: ResourceOptions) -> ec2.SecurityGroup:
    """Lets networks of ours reach the API. The way between nodes and API is the group's that EKS makes."""
    group = ec2.SecurityGroup(
        name,
        vpc_id=args.vpc_id,
        description="Networks that use the Kubernetes API",
        tags=tagged(name),
        opts=child,
    )
    for client, network in args.api_clients.items():
        own = f"{name}-{client}"
        SecurityGroupIngressRule(
            own,
            security_group_id=group.id,
            description=f"The Kubernetes API for {client}",
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            cidr_ipv4=str(network),
            tags=tagged(own),
            opts=child,
        )
    return group
