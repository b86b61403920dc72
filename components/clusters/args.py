"""What a cluster is to be: its network, its nodes, and who may do what in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal

from pulumi import Input

from components.clusters.instances import Architecture, architecture, check_pod_groups
from components.clusters.versions import check_version
from components.retention import LogGroupDays

Effect = Literal["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]
_WIDEST_CLIENT = 8  # a prefix shorter than that of 10.0.0.0/8 names no network of ours
_SERVICE_PREFIXES = range(12, 25)  # EKS API reference, KubernetesNetworkConfigRequest
_RESERVED_GROUPS = ("system:", "eks:", "aws:", "amazon:", "iam:")  # EKS user guide, "Create access entries"
_SMALLEST_DISK_GIB = 20  # what the AMI and a few images take


@dataclass(frozen=True)
class Taint:
    """Keeps pods that do not tolerate it off a group's nodes."""

    key: str
    value: str
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """Nodes of one kind. `instance_types` come first choice first, all of one architecture. `subnet_ids`: by zone id.

    Sizes are numbers of nodes. What replaces a group (instance types, capacity, zones, tier) is part of its name.
    """

    architecture: Architecture
    instance_types: tuple[str, ...]
    tier: str
    subnet_ids: Mapping[str, Input[str]]
    min_nodes: int
    desired_nodes: int
    max_nodes: int
    disk_gib: int
    disk_key_arn: Input[str]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)  # of instances, volumes and interfaces

    def __post_init__(self) -> None:
        if not self.instance_types:
            raise ValueError("instance_types must name at least one, got nothing")
        for one in self.instance_types:
            check_pod_groups(one)
            if (found := architecture(one)) != self.architecture:
                raise ValueError(f"instance_types of an {self.architecture} group must be of it, got {one} ({found})")
        if not 0 <= self.min_nodes <= self.desired_nodes <= self.max_nodes or self.max_nodes < 1:
            got = f"{self.min_nodes}, {self.desired_nodes}, {self.max_nodes}"
            raise ValueError(
                f"min_nodes, desired_nodes and max_nodes must not decrease, and max_nodes be 1 or more, got {got}"
            )
        if self.disk_gib < _SMALLEST_DISK_GIB:
            raise ValueError(f"disk_gib must be at least {_SMALLEST_DISK_GIB}, got {self.disk_gib}")
        if not self.subnet_ids:
            raise ValueError("subnet_ids must name a subnet in at least one zone, got nothing")


@dataclass(frozen=True)
class ClusterAccess:
    """Who comes in by an IAM role: as a member of Kubernetes groups, or as an administrator of everything."""

    role_arn: str
    groups: tuple[str, ...] = ()
    administrator: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+", self.role_arn):
            raise ValueError(f"role_arn must be the ARN of an IAM role without wildcards, got {self.role_arn!r}")
        if self.administrator == bool(self.groups):
            raise ValueError(f"{self.role_arn} must have groups or be administrator, got both or neither")
        if reserved := [group for group in self.groups if group.startswith(_RESERVED_GROUPS)]:
            raise ValueError(f"groups of {self.role_arn} must not be Kubernetes's or AWS's own, got {reserved[0]}")


@dataclass(frozen=True)
class Karpenter:
    """Where Karpenter runs, and the key of the queue that tells it of machines which go away."""

    queue_key_arn: Input[str]
    namespace: str = "platform-karpenter"
    service_account: str = "karpenter"


@dataclass(frozen=True, kw_only=True)
class KubernetesClusterArgs:
    """`api_clients`: networks of ours from which the private endpoint can be reached, besides the nodes.
    `public_clients`: those that reach the public endpoint; without any there is none. `access`: by a word for each.
    """

    cluster_name: str
    account_id: str
    region: str
    version: str
    vpc_id: Input[str]
    subnet_ids: tuple[Input[str], ...]  # of the control plane's interfaces, in two zones or more
    service_cidr: IPv4Network
    node_groups: Mapping[str, NodeGroup]
    access: Mapping[str, ClusterAccess]
    secrets_key_arn: Input[str]
    log_key_arn: Input[str]
    log_days: LogGroupDays
    api_clients: Mapping[str, IPv4Network] = field(default_factory=dict)
    public_clients: tuple[IPv4Network, ...] = ()
    karpenter: Karpenter | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", self.cluster_name):
            raise ValueError(f"cluster_name must be 1 to 100 of A-Z a-z 0-9 _ -, got {self.cluster_name!r}")
        check_version(self.version)
        if self.service_cidr.prefixlen not in _SERVICE_PREFIXES or not self.service_cidr.is_private:
            raise ValueError(f"service_cidr must be a private block of /12 to /24, got {self.service_cidr}")
        for network in (*self.api_clients.values(), *self.public_clients):
            if network.prefixlen < _WIDEST_CLIENT:
                raise ValueError(f"clients of the API must be networks of ours, no part of the internet, got {network}")
        if not any(not group.taints for group in self.node_groups.values()):
            raise ValueError("node_groups need one without taints: the cluster's own pods run there")
        if sum(one.administrator for one in self.access.values()) != 1:
            raise ValueError("access must have one administrator, for emergencies")

    @property
    def cluster_arn(self) -> str:
        """Known before the cluster exists: what its roles are taken for."""
        return f"arn:aws:eks:{self.region}:{self.account_id}:cluster/{self.cluster_name}"
