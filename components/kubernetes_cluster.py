"""A Kubernetes cluster on EKS: private, encrypted, audited, with its nodes, its add-ons and those who may come in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import ComponentResource, Output, ResourceOptions

from components.clusters.access import grant_access
from components.clusters.addons import BEFORE_NODES, ON_NODES, make_addons
from components.clusters.args import ClusterAccess, Karpenter, KubernetesClusterArgs, NodeGroup, Taint
from components.clusters.control_plane import make_control_plane
from components.clusters.karpenter import KarpenterParts, prepare_karpenter
from components.clusters.node_groups import make_node_groups, node_role

__all__ = ["ClusterAccess", "Karpenter", "KubernetesCluster", "KubernetesClusterArgs", "NodeGroup", "Taint"]


class KubernetesCluster(ComponentResource):
    """The control plane, then what nodes need to become ready, then nodes, then what runs on them.

    Nobody is an administrator for having made it, and there is no aws-auth: access entries alone let in. Nodes and
    control plane share the security group that EKS makes, `security_group_id`; pods that use a database carry the
    databases' clients group besides, by a SecurityGroupPolicy of their namespace, so that a node gives no pod more.
    """

    name: Output[str]
    arn: Output[str]
    endpoint: Output[str]
    certificate_authority: Output[str]  # base64, as kubeconfigs have it
    security_group_id: Output[str]  # of nodes, and of the control plane towards them
    kubeconfig: Output[str]  # JSON without a secret; who needs nodes, access and add-ons depends on this component
    node_role_arn: Output[str]
    node_group_names: Mapping[str, Output[str]]
    log_group_name: Output[str]  # of the control plane, the audit log among it
    karpenter: KarpenterParts | None
    version: str

    def __init__(self, name: str, args: KubernetesClusterArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:cluster:KubernetesCluster", name, {}, opts)
        child = ResourceOptions(parent=self)
        cluster, logs = make_control_plane(name, args, child)
        grant_access(name, args, cluster, child)
        early = make_addons(name, BEFORE_NODES, args, cluster.name, (), child)
        role = node_role(name, args, child)
        groups = make_node_groups(name, args, cluster, role.arn, early, child)
        make_addons(name, ON_NODES, args, cluster.name, tuple(groups.values()), child)
        self.karpenter = prepare_karpenter(name, args, cluster.name, role, child)
        self.name, self.arn, self.endpoint, self.version = cluster.name, cluster.arn, cluster.endpoint, args.version
        self.certificate_authority = cluster.certificate_authority.apply(lambda authority: str(authority.data))
        self.security_group_id = cluster.vpc_config.apply(lambda config: str(config.cluster_security_group_id))
        self.node_role_arn = role.arn
        self.node_group_names = {group: made.node_group_name for group, made in groups.items()}
        # The group's name alone would let its stream begin before the cluster has written to it, which is as well.
        self.log_group_name = logs.name
        self.kubeconfig = Output.all(cluster.name, cluster.endpoint, self.certificate_authority).apply(
            lambda known: kubeconfig(known, args.region)
        )
        self.register_outputs({"name": self.name, "endpoint": self.endpoint, "version": self.version})


def kubeconfig(cluster: Sequence[str], region: str) -> str:
    """How a client reaches a cluster, told as (name, endpoint, base64 of the authority's certificate): with a token of
    whoever runs it, which `aws eks get-token` makes from the caller's role.
    """
    name, endpoint, authority = cluster
    user: dict[str, Any] = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
        "interactiveMode": "Never",
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority}}],
            "users": [{"name": name, "user": {"exec": user}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        },
        sort_keys=True,
    )
