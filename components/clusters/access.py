"""Who comes into the cluster: roles of the account as members of Kubernetes groups, and one for emergencies."""

from pulumi import Output, ResourceOptions
from pulumi_aws import eks

from components.clusters.args import ClusterAccess, KubernetesClusterArgs
from components.tags import tagged

# Everything in the cluster: EKS user guide, "Review access policy permissions".
ADMINISTRATION = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def grant_access(
    name: str, args: KubernetesClusterArgs, cluster: eks.Cluster, child: ResourceOptions
) -> list[eks.AccessEntry]:
    """An entry for each role. What its groups may do, Kubernetes' own roles say (RBAC)."""
    return [_entry(f"{name}-access-{word}", access, cluster.name, child) for word, access in args.access.items()]


def _entry(own: str, access: ClusterAccess, cluster_name: Output[str], child: ResourceOptions) -> eks.AccessEntry:
    entry = eks.AccessEntry(
        own,
        cluster_name=cluster_name,
        principal_arn=access.role_arn,
        type="STANDARD",
        kubernetes_groups=list(access.groups) or None,
        tags=tagged(own),
        opts=child,
    )
    if access.administrator:
        eks.AccessPolicyAssociation(
            own,
            cluster_name=cluster_name,
            principal_arn=entry.principal_arn,
            policy_arn=ADMINISTRATION,
            access_scope={"type": "cluster"},
            opts=child,
        )
    return entry
