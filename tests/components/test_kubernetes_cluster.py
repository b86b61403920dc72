"""Clusters: closed, encrypted, on record; nodes that come before the old ones go; who may come in."""

import json
from ipaddress import IPv4Network
from typing import Any

import pytest

from components.clusters.addons import BEFORE_NODES, ON_NODES
from components.clusters.instances import architecture
from components.clusters.node_groups import group_name
from components.clusters.versions import ADDONS, SUPPORTED
from components.kubernetes_cluster import (
    ClusterAccess,
    Karpenter,
    KubernetesCluster,
    KubernetesClusterArgs,
    NodeGroup,
    Taint,
)
from tests.components.conftest import Built, Made, build

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/foundation"
ENGINEER = ClusterAccess(f"{ROLE}/engineer", ("platform:engineer",))
BREAK_GLASS = ClusterAccess(f"{ROLE}/break-glass", administrator=True)
CDE = Taint("platform/pci-scope", "cde", "NO_SCHEDULE")
LOGS = {"api", "audit", "authenticator", "controllerManager", "scheduler"}


def _group(**changes: Any) -> NodeGroup:
    values: dict[str, Any] = {
        "architecture": "arm64",
        "instance_types": ("m7g.large", "m6g.large"),
        "tier": "apps",
        "subnet_ids": {"euc1-az2": "subnet-2", "euc1-az1": "subnet-1"},
        "min_nodes": 2,
        "desired_nodes": 3,
        "max_nodes": 6,
        "disk_gib": 50,
        "disk_key_arn": "arn:disk-key",
        "tags": {"owner": "platform", "environment": "prod"},
    }
    return NodeGroup(**{**values, **changes})


def _args(**changes: Any) -> KubernetesClusterArgs:
    values: dict[str, Any] = {
        "cluster_name": "billing-prod",
        "account_id": ACCOUNT,
        "region": "eu-central-1",
        "version": "1.35",
        "vpc_id": "vpc-1",
        "subnet_ids": ("subnet-1", "subnet-2"),
        "service_cidr": IPv4Network("172.20.0.0/16"),
        "node_groups": {"general": _group()},
        "access": {"engineer": ENGINEER, "break-glass": BREAK_GLASS},
        "secrets_key_arn": "arn:secrets-key",
        "log_key_arn": "arn:log-key",
        "log_days": 400,
        "api_clients": {"office": IPv4Network("10.8.0.0/16")},
    }
    return KubernetesClusterArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: KubernetesCluster("cluster", _args(**changes)))


def _cluster(built: Built) -> Made:
    return built.one("Cluster", "cluster")


def _needs(made: Made, *kinds: str) -> set[str]:
    return {urn.rpartition("::")[2] for urn in made.dependencies if urn.split("::")[2].endswith(kinds)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instance_types": ()}, "instance_types must name at least one"),
        ({"instance_types": ("m7i.large",)}, r"of an arm64 group must be of it, got m7i.large \(amd64\)"),
        ({"instance_types": ("t4g.large",)}, "must not be burstable"),
        ({"instance_types": ("large",)}, "must be like m7g.large, got 'large'"),
        ({"min_nodes": 4}, "must not decrease, and max_nodes be 1 or more, got 4, 3, 6"),
        ({"max_nodes": 2}, "must not decrease"),
        ({"min_nodes": 0, "desired_nodes": 0, "max_nodes": 0}, "max_nodes be 1 or more"),
        ({"disk_gib": 10}, "disk_gib must be at least 20, got 10"),
        ({"subnet_ids": {}}, "a subnet in at least one zone"),
    ],
)
def test_rejects_node_groups_that_would_not_work(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _group(**changes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("*", ("platform:engineer",)), "must be the ARN of an IAM role without wildcards, got '\\*'"),
        ((f"arn:aws:iam::{ACCOUNT}:user/ada", ("platform:engineer",)), "must be the ARN of an IAM role"),
        ((f"{ROLE}/engineer",), "must have groups or be administrator, got both or neither"),
        ((f"{ROLE}/engineer", ("platform:engineer",), True), "got both or neither"),
        ((f"{ROLE}/engineer", ("system:masters",)), "must not be Kubernetes's or AWS's own, got system:masters"),
    ],
)
def test_rejects_access_that_is_too_wide_or_none(values: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClusterAccess(*values)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cluster_name": "billing prod"}, "cluster_name must be 1 to 100 of"),
        ({"version": "1.30"}, "version must be one in standard support on .*: 1.34, 1.35, 1.36, got '1.30'"),
        ({"service_cidr": IPv4Network("8.8.0.0/16")}, "service_cidr must be a private block of /12 to /24"),
        ({"service_cidr": IPv4Network("10.0.0.0/8")}, "service_cidr must be a private block of /12 to /24"),
        ({"public_clients": (IPv4Network("0.0.0.0/0"),)}, "no part of the internet, got 0.0.0.0/0"),
        ({"public_clients": (IPv4Network("0.0.0.0/1"), IPv4Network("128.0.0.0/1"))}, "got 0.0.0.0/1"),
        ({"api_clients": {"all": IPv4Network("0.0.0.0/0")}}, "no part of the internet"),
        ({"node_groups": {"cde": _group(taints=(CDE,))}}, "node_groups need one without taints"),
        ({"access": {"engineer": ENGINEER}}, "access must have one administrator"),
        ({"access": {"a": BREAK_GLASS, "b": BREAK_GLASS}}, "access must have one administrator"),
    ],
)
def test_rejects_clusters_that_are_open_old_or_nobodys(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_makes_exactly_these_resources() -> None:
    component, aws = "platform:cluster:KubernetesCluster", "platform:cluster:KubernetesCluster$aws"
    role = "platform:cluster:KubernetesCluster$platform:identity:ServiceRole"
    roles = {
        "cluster-control-plane": ("AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"),
        "cluster-node": ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"),
        "cluster-vpc-cni": ("AmazonEKS_CNI_Policy",),
        "cluster-aws-ebs-csi-driver": ("AmazonEBSCSIDriverPolicy",),
    }
    addons = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver", "metrics-server")
    assert _build().identities() == {
        f"{component}::cluster",
        f"{aws}:cloudwatch/logGroup:LogGroup::cluster-logs",
        f"{aws}:ec2/securityGroup:SecurityGroup::cluster-api",
        f"{aws}:vpc/securityGroupIngressRule:SecurityGroupIngressRule::cluster-api-office",
        f"{aws}:eks/cluster:Cluster::cluster",
        f"{aws}:eks/accessEntry:AccessEntry::cluster-access-engineer",
        f"{aws}:eks/accessEntry:AccessEntry::cluster-access-break-glass",
        f"{aws}:eks/accessPolicyAssociation:AccessPolicyAssociation::cluster-access-break-glass",
        f"{aws}:ec2/launchTemplate:LaunchTemplate::cluster-general",
        f"{aws}:eks/nodeGroup:NodeGroup::cluster-general",
        *(f"{aws}:eks/addon:Addon::cluster-{addon}" for addon in (*addons, "kube-state-metrics")),
        *(f"{role}::{name}" for name in roles),
        *(f"{role}$aws:iam/role:Role::{name}" for name in roles),
        *(
            f"{role}$aws:iam/rolePolicyAttachment:RolePolicyAttachment::{name}-{policy}"
            for name, policies in roles.items()
            for policy in policies
        ),
    }


def test_the_control_plane_is_private_encrypted_and_on_record() -> None:
    built = _build()
    made = _cluster(built)
    assert made.protect
    assert made.inputs["deletionProtection"] is True
    assert made.inputs["vpcConfig"] == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "securityGroupIds": ["id-cluster-api"],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }
    assert made.inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert made.inputs["encryptionConfig"] == {"provider": {"keyArn": "arn:secrets-key"}, "resources": ["secrets"]}
    assert {*made.inputs["enabledClusterLogTypes"]} == LOGS
    assert made.inputs["upgradePolicy"] == {"supportType": "STANDARD"}
    assert made.inputs["version"] == "1.35"
    logs = built.one("LogGroup", "cluster-logs")
    assert (logs.inputs["name"], logs.inputs["kmsKeyId"]) == ("/aws/eks/billing-prod/cluster", "arn:log-key")
    assert (logs.inputs["retentionInDays"], logs.protect) == (400, True)
    assert "cluster-logs" in _needs(made, "LogGroup")


def test_the_api_is_public_for_listed_networks_alone() -> None:
    config = _cluster(_build(public_clients=(IPv4Network("198.51.100.0/28"),))).inputs["vpcConfig"]
    assert (config["endpointPublicAccess"], config["publicAccessCidrs"]) == (True, ["198.51.100.0/28"])


def test_networks_of_ours_reach_the_api_by_rules_with_reasons() -> None:
    rule = _build().one("SecurityGroupIngressRule", "cluster-api-office").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.8.0.0/16", 443, 443)
    assert rule["description"] == "The Kubernetes API for office"


def test_what_may_be_thrown_away_is_not_protected() -> None:
    built = _build(protect=False)
    assert not any(made.protect for made in built.resources)
    assert _cluster(built).inputs["deletionProtection"] is False


def test_roles_come_in_as_members_of_groups_and_one_for_emergencies() -> None:
    built = _build()
    engineer = built.one("AccessEntry", "cluster-access-engineer").inputs
    assert (engineer["principalArn"], engineer["kubernetesGroups"]) == (f"{ROLE}/engineer", ["platform:engineer"])
    assert "kubernetesGroups" not in built.one("AccessEntry", "cluster-access-break-glass").inputs
    (association,) = built.all("AccessPolicyAssociation")
    assert association.inputs["policyArn"].endswith("/AmazonEKSClusterAdminPolicy")
    assert association.inputs["principalArn"] == f"{ROLE}/break-glass"
    assert association.inputs["accessScope"] == {"type": "cluster"}


def test_nodes_are_private_encrypted_and_keep_their_credentials_from_pods() -> None:
    built = _build()
    template = built.one("LaunchTemplate", "cluster-general").inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
        "instanceMetadataTags": "disabled",
    }
    (disk,) = template["blockDeviceMappings"]
    assert disk["deviceName"] == "/dev/xvda"
    assert disk["ebs"]["encrypted"] == "true"
    assert (disk["ebs"]["kmsKeyId"], disk["ebs"]["volumeType"], disk["ebs"]["volumeSize"]) == (
        "arn:disk-key",
        "gp3",
        50,
    )
    assert {one["resourceType"] for one in template["tagSpecifications"]} == {"instance", "volume", "network-interface"}
    assert all(one["tags"]["owner"] == "platform" for one in template["tagSpecifications"])
    group = built.one("NodeGroup", "cluster-general").inputs
    assert group["subnetIds"] == ["subnet-1", "subnet-2"]
    assert (group["amiType"], group["capacityType"]) == ("AL2023_ARM_64_STANDARD", "ON_DEMAND")
    assert group["launchTemplate"] == {"id": "id-cluster-general", "version": "1"}
    assert group["updateConfig"] == {"maxUnavailablePercentage": 33, "updateStrategy": "DEFAULT"}
    assert group["nodeRepairConfig"] == {"enabled": True}
    assert group["scalingConfig"] == {"minSize": 2, "desiredSize": 3, "maxSize": 6}
    assert "remoteAccess" not in group


def test_groups_of_amd64_have_their_own_image_and_taints() -> None:
    amd = _group(
        architecture="amd64", instance_types=("m7i.large",), taints=(CDE,), labels={"platform/pci-scope": "cde"}
    )
    group = _build(node_groups={"general": _group(), "amd": amd}).one("NodeGroup", "cluster-amd").inputs
    assert group["amiType"] == "AL2023_x86_64_STANDARD"
    assert group["taints"] == [{"key": "platform/pci-scope", "value": "cde", "effect": "NO_SCHEDULE"}]
    assert group["labels"] == {"platform/node-group": "amd", "platform/pci-scope": "cde"}


@pytest.mark.parametrize(
    "changes",
    [
        {"instance_types": ("m7g.xlarge",)},
        {"instance_types": ("m6g.large", "m7g.large")},
        {"architecture": "amd64", "instance_types": ("m7i.large",)},
        {"tier": "cde"},
        {"subnet_ids": {"euc1-az1": "subnet-1"}},
    ],
)
def test_what_replaces_a_group_gives_it_another_name_so_that_the_new_one_comes_first(changes: dict[str, Any]) -> None:
    assert group_name("general", _group(**changes)) != group_name("general", _group())


@pytest.mark.parametrize(
    "changes",
    [
        {"desired_nodes": 4},
        {"disk_gib": 80},
        {"labels": {"a": "b"}},
        {"taints": (CDE,)},
        {"subnet_ids": {"euc1-az1": "subnet-9", "euc1-az2": "subnet-2"}},
    ],
)
def test_what_changes_in_place_keeps_the_name(changes: dict[str, Any]) -> None:
    assert group_name("general", _group(**changes)) == group_name("general", _group())


def test_nodes_wait_for_what_makes_them_ready_and_the_rest_waits_for_nodes() -> None:
    built = _build()
    assert _needs(built.one("NodeGroup", "cluster-general"), "Addon") == {
        "cluster-vpc-cni",
        "cluster-kube-proxy",
        "cluster-eks-pod-identity-agent",
    }
    for plan in ON_NODES:
        assert "cluster-general" in _needs(built.one("Addon", f"cluster-{plan.name}"), "NodeGroup")


def test_network_policies_are_kept_and_pods_can_have_security_groups() -> None:
    cni = _build().one("Addon", "cluster-vpc-cni").inputs
    settings = json.loads(cni["configurationValues"])
    assert settings["enableNetworkPolicy"] == "true"
    assert settings["env"]["ENABLE_POD_ENI"] == "true"
    assert settings["env"]["POD_SECURITY_GROUP_ENFORCING_MODE"] == "standard"
    (identity,) = cni["podIdentityAssociations"]
    assert identity == {
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/platform/billing-prod-vpc-cni",
        "serviceAccount": "aws-node",
    }


def test_an_add_ons_role_is_for_its_own_account_in_its_own_cluster() -> None:
    trust = json.loads(_build().one("Role", "cluster-vpc-cni").inputs["assumeRolePolicy"])
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:RequestTag/eks-cluster-arn": f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/billing-prod",
            "aws:RequestTag/kubernetes-namespace": "kube-system",
            "aws:RequestTag/kubernetes-service-account": "aws-node",
        }
    }


@pytest.mark.parametrize("version", SUPPORTED)
def test_every_version_has_an_exact_version_of_every_add_on(version: str) -> None:
    built = _build(version=version)
    made = {one.inputs["addonName"]: one.inputs["addonVersion"] for one in built.all("Addon")}
    assert made == dict(ADDONS[version])
    assert {plan.name for plan in (*BEFORE_NODES, *ON_NODES)} == set(made)
    assert made["kube-proxy"].startswith(f"v{version}.")
    assert built.one("NodeGroup", "cluster-general").inputs["version"] == version


ARM = "m7g.large c8gn.xlarge x2gd.metal a1.large im4gn.large g5g.xlarge"
AMD = "m7i.large m7i-flex.large g6e.xlarge u7i-12tb.224xlarge c5.large"


@pytest.mark.parametrize(
    ("name", "expected"),
    [(name, architecture) for architecture, names in (("arm64", ARM), ("amd64", AMD)) for name in names.split()],
)
def test_an_instance_types_name_tells_its_architecture(name: str, expected: str) -> None:
    assert architecture(name) == expected


def test_the_kubeconfig_names_the_cluster_and_holds_no_secret() -> None:
    found: list[str] = []
    made: list[Any] = []

    def program() -> None:
        cluster = KubernetesCluster("cluster", _args())
        cluster.kubeconfig.apply(found.append)
        cluster.security_group_id.apply(made.append)

    build(program)
    config = json.loads(found[0])
    (user,) = config["users"]
    assert user["user"]["exec"]["args"][:4] == ["eks", "get-token", "--cluster-name", "billing-prod"]
    (cluster,) = config["clusters"]
    assert cluster["cluster"] == {
        "server": "https://cluster.eks.example",
        "certificate-authority-data": "authority-cluster",
    }
    assert made == ["sg-cluster"]


def test_karpenter_may_make_nodes_of_this_cluster_and_pass_their_role_alone() -> None:
    built = _build(karpenter=Karpenter("arn:queue-key"))
    permissions = json.loads(built.one("RolePolicy", "cluster-karpenter").inputs["policy"])["Statement"]
    by_sid = {statement["Sid"]: statement for statement in permissions}
    passed = by_sid["GiveNodesTheirRole"]
    assert passed["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/platform/billing-prod-node"]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    owned = by_sid["MakeTagged"]["Condition"]["StringEquals"]
    assert owned["aws:RequestTag/kubernetes.io/cluster/billing-prod"] == "owned"
    assert by_sid["EndOwn"]["Condition"]["StringEquals"] == {
        "aws:ResourceTag/kubernetes.io/cluster/billing-prod": "owned"
    }
    assert not any(
        action.startswith("iam:") and action != "iam:PassRole" for s in permissions for action in s["Action"]
    )
    queue = built.one("Queue", "cluster-karpenter").inputs
    assert (queue["kmsMasterKeyId"], queue["messageRetentionSeconds"]) == ("arn:queue-key", 300)
    assert len(built.all("EventRule")) == len(built.all("EventTarget")) == 4
    association = built.one("PodIdentityAssociation", "cluster-karpenter").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("platform-karpenter", "karpenter")
