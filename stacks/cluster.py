"""The Kubernetes cluster, who may come in, and the provider that everything inside it is made by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes
from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import FoundationRole, foundation_role_arn
from components.kubernetes_cluster import (
    ClusterAccess,
    Karpenter,
    KubernetesCluster,
    KubernetesClusterArgs,
    NodeGroup,
    Taint,
)
from components.network import Network
from components.tags import classified
from stacks.audit import Audit, attach_stream
from stacks.keys import SECRETS_CLASS, Keys, disk_class
from stacks.sections.cluster import NodeGroup as NodeGroupSettings
from stacks.settings import Settings

# What each role is inside: a member of a Kubernetes group, whose rights the delivery layer binds.
_GROUPS: Mapping[FoundationRole, str] = {
    "engineer": "platform:engineer",
    "on-call": "platform:on-call",
    "auditor": "platform:auditor",
    "deploy": "platform:deploy",
    "preview": "platform:preview",
    "drift": "platform:preview",  # looks at the same
}
_ADMINISTRATOR: FoundationRole = "break-glass"


@dataclass(frozen=True)
class Cluster:
    eks: KubernetesCluster
    kubernetes: pulumi_kubernetes.Provider


def deploy_cluster(settings: Settings, aws: Provider, keys: Keys, audit: Audit, network: Network) -> Cluster:
    """The cluster of the settings in the private tiers; what its control plane logs goes into the archive."""
    made = KubernetesCluster("cluster", _args(settings, keys, network), ResourceOptions(provider=aws))
    attach_stream(settings, aws, audit, stream="kubernetes", log_group_name=made.log_group_name)
    provider = pulumi_kubernetes.Provider(
        "kubernetes",
        kubeconfig=made.kubeconfig,
        enable_server_side_apply=True,
        upsert_existing_objects=True,  # docs/decisions/0024
        delete_unreachable=False,
        # Charts' releases are kept where no right on secrets is needed: docs/decisions/0021.
        helm_release_settings={"driver": "configmap"},
        # Not before there are nodes and add-ons: what is made by it waits until its pods run.
        opts=ResourceOptions(depends_on=[made]),
    )
    return Cluster(made, provider)


def facts(cluster: KubernetesCluster) -> dict[str, Any]:
    """What workloads and people need of the cluster."""
    return {
        "name": cluster.name,
        "arn": cluster.arn,
        "version": cluster.version,
        "endpoint": cluster.endpoint,
        "security_group_id": cluster.security_group_id,
        "node_group_names": cluster.node_group_names,
        "log_group_name": cluster.log_group_name,
    }


def _args(settings: Settings, keys: Keys, network: Network) -> KubernetesClusterArgs:
    account, cluster = settings.account, settings.cluster
    return KubernetesClusterArgs(
        cluster_name=cluster.name,
        account_id=account.id,
        region=account.region,
        version=cluster.version,
        vpc_id=network.vpc_id,
        subnet_ids=tuple(network.subnet_ids[cluster.tier].values()),
        service_cidr=cluster.service_cidr,
        node_groups={name: _group(settings, keys, network, group) for name, group in cluster.node_groups.items()},
        access=_access(account.id),
        secrets_key_arn=keys.home[SECRETS_CLASS].arn,
        log_key_arn=keys.home["audit"].arn,
        log_days=cluster.log_days,
        api_clients=cluster.api_clients,
        public_clients=cluster.public_clients,
        karpenter=Karpenter(keys.home["internal"].arn) if cluster.karpenter else None,
        protect=settings.policy.protect_stateful,
    )


def _group(settings: Settings, keys: Keys, network: Network, group: NodeGroupSettings) -> NodeGroup:
    tier = settings.network.tiers[group.tier]
    tags = settings.tags
    told = group.model_dump(exclude={"taints"})
    return NodeGroup(
        **told,
        taints=tuple(Taint(**taint.model_dump()) for taint in group.taints),
        subnet_ids=network.subnet_ids[group.tier],
        disk_key_arn=keys.home[disk_class(settings, group.tier)].arn,
        # What a launch template makes has no default tags of the provider.
        tags={
            "owner": tags.owner,
            "environment": settings.environment,
            "cost-centre": tags.cost_centre,
            **classified(tier.data_class or tags.data_class, tier.pci_scope or tags.pci_scope),
        },
    )


def _access(account_id: str) -> dict[str, ClusterAccess]:
    access: dict[str, ClusterAccess] = {
        role: ClusterAccess(foundation_role_arn(account_id, role), (group,)) for role, group in _GROUPS.items()
    }
    access[_ADMINISTRATOR] = ClusterAccess(foundation_role_arn(account_id, _ADMINISTRATOR), administrator=True)
    return access
