"""How clusters are made: KubernetesCluster sets what none may go without, and its arguments say the rest."""

_CLUSTER = """\
from dataclasses import replace

from components.kubernetes_cluster import {names}

{lines}
"""


def _cluster(*lines: str, names: str = "KubernetesCluster") -> str:
    return _CLUSTER.format(names=names, lines="\n".join(lines))


SNIPPETS = {
    "EKS-01": _cluster(
        "# Without public clients the endpoint is private; with some, name networks of offices and runners.",
        'KubernetesCluster("cluster", replace(cluster_args, public_clients=()))',
    ),
    "EKS-02": _cluster('KubernetesCluster("cluster", replace(cluster_args, secrets_key_arn=key.arn))'),
    "EKS-03": _cluster(
        "# All five logs are on, in a group that the component makes first.",
        'KubernetesCluster("cluster", replace(cluster_args, log_key_arn=key.arn, log_days=400))',
    ),
    "EKS-04": _cluster(
        "# One minor at a time: the control plane first, then nodes and add-ons follow.",
        'KubernetesCluster("cluster", replace(cluster_args, version="1.35"))',
    ),
    "EKS-05": _cluster(
        "# The component knows access entries alone.",
        'engineers = ClusterAccess(role_arn=engineer_arn, groups=("platform:engineer",))',
        'KubernetesCluster("cluster", replace(cluster_args, access={**cluster_args.access, "engineer": engineers}))',
        names="ClusterAccess, KubernetesCluster",
    ),
    "EKS-06": _cluster(
        'emergency = ClusterAccess(role_arn=f"arn:aws:iam::{account_id}:role/break-glass", administrator=True)',
        'engineers = ClusterAccess(role_arn=engineer_arn, groups=("platform:engineer",))',
        'access = {"break-glass": emergency, "engineer": engineers}',
        'KubernetesCluster("cluster", replace(cluster_args, access=access))',
        names="ClusterAccess, KubernetesCluster",
    ),
    "EKS-07": _cluster(
        'nodes = replace(node_group, tier="apps", subnet_ids=network.subnet_ids["apps"])',
        'KubernetesCluster("cluster", replace(cluster_args, node_groups={"general": nodes}))',
    ),
    "EKS-08": _cluster(
        "nodes = replace(node_group, disk_key_arn=key.arn)",
        'KubernetesCluster("cluster", replace(cluster_args, node_groups={"general": nodes}))',
    ),
    "EKS-09": """\
from components.pod_identity import pod_trust
from components.policy_document import policy_json
from pulumi_aws import iam

# Nodes keep the component's small role; what a pod needs, its own role may do, by pod identity.
who = {"cluster_arn": cluster.arn, "namespace": "billing-reports", "service_account": "reports"}
trust = pod_trust("Reports", account_id=account_id, **who)
iam.Role("reports", assume_role_policy=policy_json(trust))
""",
    "EKS-10": """\
import json

from pulumi_aws import eks

# KubernetesCluster does this itself; a cluster of your own:
eks.Addon(
    "network",
    cluster_name=cluster.name,
    addon_name="vpc-cni",
    addon_version="v1.20.4-eksbuild.1",
    configuration_values=json.dumps({"enableNetworkPolicy": "true"}),
)
""",
}
