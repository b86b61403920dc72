"""Nodes that EKS manages: private, encrypted, replaced by new ones before they go."""

import hashlib
import json
from collections.abc import Sequence

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, eks

from components.clusters.args import KubernetesClusterArgs, NodeGroup
from components.clusters.instances import Architecture
from components.policy_document import trust
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

_AMI_TYPES: dict[Architecture, str] = {"arm64": "AL2023_ARM_64_STANDARD", "amd64": "AL2023_x86_64_STANDARD"}
_CAPACITY = "ON_DEMAND"
_ROOT_DEVICE = "/dev/xvda"  # of Amazon Linux 2023
_AT_ONCE_PERCENT = 33  # of a group's nodes are replaced at a time: a third, as pods are spread over three zones
_AWS = "arn:aws:iam::aws:policy"
# What every pod could use if it took the node's role, so nothing else: the CNI has a role of its own.
_POLICIES = (f"{_AWS}/AmazonEKSWorkerNodePolicy", f"{_AWS}/AmazonEC2ContainerRegistryPullOnly")


def node_role(name: str, args: KubernetesClusterArgs, child: ResourceOptions) -> ServiceRole:
    """The role of every node."""
    return ServiceRole(
        f"{name}-node",
        ServiceRoleArgs(
            role_name=f"{args.cluster_name}-node",
            account_id=args.account_id,
            description=f"Nodes of {args.cluster_name} join it and pull images",
            trust=(trust("NodesTakeIt", "ec2.amazonaws.com"),),
            managed_policies=_POLICIES,
        ),
        child,
    )


def make_node_groups(
    name: str,
    args: KubernetesClusterArgs,
    cluster: eks.Cluster,
    role_arn: Output[str],
    needed: Sequence[Resource],
    child: ResourceOptions,
) -> dict[str, eks.NodeGroup]:
    """The groups by name; `needed` is what nodes cannot become ready without."""
    after = ResourceOptions.merge(child, ResourceOptions(depends_on=list(needed)))
    return {
        group: _node_group(f"{name}-{group}", group, one, args, cluster, role_arn, child, after)
        for group, one in args.node_groups.items()
    }


def group_name(group: str, one: NodeGroup) -> str:
    """Another name for what AWS can only replace: the new group stands beside the old one, whose nodes are drained once
    the new ones are ready. Which properties replace a group: API reference, UpdateNodegroupConfig and -Version, which
    cannot change them.
    """
    fixed = [one.architecture, list(one.instance_types), _CAPACITY, one.tier, sorted(one.subnet_ids)]
    return f"{group}-{hashlib.sha256(json.dumps(fixed).encode()).hexdigest()[:8]}"


def _node_group(
    own: str,
    group: str,
    one: NodeGroup,
    args: KubernetesClusterArgs,
    cluster: eks.Cluster,
    role_arn: Input[str],
    child: ResourceOptions,
    after: ResourceOptions,
) -> eks.NodeGroup:
    template = _launch_template(own, f"{args.cluster_name}-{group}", one, child)
    return eks.NodeGroup(
        own,
        cluster_name=cluster.name,
        node_group_name=group_name(group, one),
        node_role_arn=role_arn,
        version=args.version,
        subnet_ids=[one.subnet_ids[zone] for zone in sorted(one.subnet_ids)],
        ami_type=_AMI_TYPES[one.architecture],
        capacity_type=_CAPACITY,
        instance_types=list(one.instance_types),
        launch_template={"id": template.id, "version": template.latest_version.apply(str)},
        scaling_config={"min_size": one.min_nodes, "desired_size": one.desired_nodes, "max_size": one.max_nodes},
        # DEFAULT starts new nodes before it drains old ones; MINIMAL would do without.
        update_config={"max_unavailable_percentage": _AT_ONCE_PERCENT, "update_strategy": "DEFAULT"},
        node_repair_config={"enabled": True},
        labels={"platform/node-group": group, **one.labels},
        taints=[{"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in one.taints] or None,
        tags=tagged(own),
        opts=after,
    )


def _launch_template(own: str, template_name: str, one: NodeGroup, child: ResourceOptions) -> ec2.LaunchTemplate:
    """Without security groups of its own, so that EKS gives nodes the cluster's. A pod cannot reach the credentials of
    its node: they are asked for with a token, whose answer ends at the node itself (hop limit 1).
    """
    return ec2.LaunchTemplate(
        own,
        name=template_name,
        description=f"Nodes of {template_name}",
        update_default_version=True,
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "disabled",
        },
        block_device_mappings=[
            {
                "device_name": _ROOT_DEVICE,
                "ebs": {
                    "volume_type": "gp3",
                    "volume_size": one.disk_gib,
                    "encrypted": "true",
                    "kms_key_id": one.disk_key_arn,
                    "delete_on_termination": "true",
                },
            }
        ],
        tag_specifications=[
            {"resource_type": kind, "tags": tagged(own, one.tags)}
            for kind in ("instance", "volume", "network-interface")
        ],
        tags=tagged(own),
        opts=child,
    )
