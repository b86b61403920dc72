"""What runs in the cluster as an add-on of EKS, each at the version that goes with the cluster's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi import Output, Resource, ResourceOptions
from pulumi_aws import eks

from components.clusters.args import KubernetesClusterArgs
from components.clusters.versions import ADDONS, Addon
from components.pod_identity import pod_trust
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

_AWS = "arn:aws:iam::aws:policy"


@dataclass(frozen=True)
class AddonPlan:
    """One add-on: what it is set to, and the service account and AWS policy of one that calls AWS.

    Sources: EKS user guide, "AWS add-ons" and "Community add-ons", for accounts and policies; for the settings of
    vpc-cni "Restrict Pod network traffic with Kubernetes network policies", "Configure the Amazon VPC CNI plugin for
    Kubernetes for security groups for Amazon EKS Pods" and "Enable outbound internet access for Pods".
    """

    name: Addon
    settings: Mapping[str, Any] = field(default_factory=dict)
    service_account: str = ""  # in kube-system
    policy_arn: str = ""


_NETWORK = {
    "enableNetworkPolicy": "true",
    "nodeAgent": {"enablePolicyEventLogs": "true"},
    "env": {
        "ENABLE_POD_ENI": "true",  # pods can have security groups: those of databases' clients
        "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",  # beside network policies; strict would pass these by
        "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true",  # flow logs tell pods apart: NAT gateways hide them, not nodes
    },
}
BEFORE_NODES: tuple[AddonPlan, ...] = (  # nodes are not ready without them
    AddonPlan("vpc-cni", _NETWORK, "aws-node", f"{_AWS}/AmazonEKS_CNI_Policy"),
    AddonPlan("kube-proxy"),
    AddonPlan("eks-pod-identity-agent"),
)
ON_NODES: tuple[AddonPlan, ...] = (
    AddonPlan("coredns"),
    AddonPlan(
        "aws-ebs-csi-driver",
        service_account="ebs-csi-controller-sa",
        policy_arn=f"{_AWS}/service-role/AmazonEBSCSIDriverPolicy",
    ),
    AddonPlan("metrics-server"),
    AddonPlan("kube-state-metrics"),
)


def make_addons(
    name: str,
    plans: Sequence[AddonPlan],
    args: KubernetesClusterArgs,
    cluster_name: Output[str],
    needed: Sequence[Resource],
    child: ResourceOptions,
) -> list[eks.Addon]:
    """The add-ons of `plans`, after what they need."""
    after = ResourceOptions.merge(child, ResourceOptions(depends_on=list(needed)))
    return [_addon(f"{name}-{plan.name}", plan, args, cluster_name, child, after) for plan in plans]


def role_name(cluster_name: str, addon: Addon) -> str:
    """The role of an add-on that calls AWS; keys name it before it exists."""
    return f"{cluster_name}-{addon}"


def _addon(
    own: str,
    plan: AddonPlan,
    args: KubernetesClusterArgs,
    cluster_name: Output[str],
    child: ResourceOptions,
    after: ResourceOptions,
) -> eks.Addon:
    identities: list[eks.AddonPodIdentityAssociationArgsDict] = []
    if plan.policy_arn:
        role = _role(own, plan, args, child)
        identities = [{"role_arn": role.arn, "service_account": plan.service_account}]
    return eks.Addon(
        own,
        cluster_name=cluster_name,
        addon_name=plan.name,
        addon_version=ADDONS[args.version][plan.name],
        configuration_values=json.dumps(plan.settings, sort_keys=True) if plan.settings else None,
        pod_identity_associations=identities or None,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",  # what is set by hand does not stay
        tags=tagged(own),
        opts=after,
    )


def _role(own: str, plan: AddonPlan, args: KubernetesClusterArgs, child: ResourceOptions) -> ServiceRole:
    return ServiceRole(
        own,
        ServiceRoleArgs(
            role_name=role_name(args.cluster_name, plan.name),
            account_id=args.account_id,
            description=f"{plan.name} in {args.cluster_name}",
            trust=(
                pod_trust(
                    "PodsTakeIt",
                    account_id=args.account_id,
                    cluster_arn=args.cluster_arn,
                    namespace="kube-system",
                    service_account=plan.service_account,
                ),
            ),
            managed_policies=(plan.policy_arn,),
        ),
        child,
    )
