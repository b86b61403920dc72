"""The Kubernetes cluster: its version, its nodes, and the networks that reach its API."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import Field

from components.clusters.instances import architecture, check_pod_groups
from components.clusters.versions import AS_OF, SUPPORTED
from components.evidence.streams import LEAST_DAYS
from components.retention import LogGroupDays
from stacks.reading import Check, Found
from stacks.sections.fields import Name, Strict, Version
from stacks.sections.network import PRIVATE

_STRICT = ("prod",)
_FEWEST_NODES = (3, "one in each zone, so that losing a zone leaves two thirds")
_WIDEST_CLIENT = 16  # prefix: what is wider is no office and no runner
_SERVICE_PREFIXES = range(12, 25)  # EKS API reference, KubernetesNetworkConfigRequest


class Taint(Strict):
    key: str
    value: str
    effect: Literal["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"] = "NO_SCHEDULE"


class NodeGroup(Strict):
    architecture: Literal["arm64", "amd64"]
    instance_types: Annotated[tuple[str, ...], Field(min_length=1)]
    """First choice first, all of the architecture: m7g.large."""
    tier: Name
    """The private tier that its nodes stand in."""
    min_nodes: Annotated[int, Field(ge=0)]
    desired_nodes: Annotated[int, Field(ge=0)]
    max_nodes: Annotated[int, Field(ge=1)]
    disk_gib: Annotated[int, Field(ge=20, le=16384)] = 50
    labels: dict[str, str] = Field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    """Keep pods that do not tolerate them off its nodes."""


class Cluster(Strict):
    name: Name
    """As network.cluster_name, by which subnets are found."""
    version: Version
    """Of Kubernetes, 1.34: raised by one minor at a time, and never lowered."""
    tier: Name
    """The private tier of the control plane's interfaces."""
    service_cidr: IPv4Network
    """Addresses of Kubernetes services: apart from every network, as nothing outside sees them."""
    api_clients: dict[Name, IPv4Network] = Field(default_factory=dict)
    """Networks of ours that reach the private API, by name: where people and the pipeline's runners are."""
    public_clients: tuple[IPv4Network, ...] = ()
    """Networks that reach the API over the internet. Without any it has no address there."""
    log_days: LogGroupDays
    """How long CloudWatch keeps the control plane's logs, the audit log among them."""
    node_groups: Annotated[dict[Name, NodeGroup], Field(min_length=1)]
    karpenter: bool = False
    """What Karpenter needs to make nodes itself: its roles, its queue, its profile."""


def _same_name(name: str, cluster_name: str) -> Found:
    if name != cluster_name:
        allowed = f"{cluster_name}, as network.cluster_name: subnets are found by it"
        yield "cluster.name", name, allowed, "write the same name in both"


def _supported(version: str) -> Found:
    if version not in SUPPORTED:
        allowed = f"in standard support on {AS_OF}: {', '.join(SUPPORTED)}"
        remedy = "take the next minor of what runs, and one minor after the other"
        yield "cluster.version", version, allowed, remedy


def _private_tiers(tier: str, groups: Mapping[str, NodeGroup], tiers: Mapping[str, Any]) -> Found:
    private = sorted(name for name, one in tiers.items() if one.kind == "private")
    named = {"cluster.tier": tier, **{f"cluster.node_groups.{name}.tier": one.tier for name, one in groups.items()}}
    for key, value in named.items():
        if value not in private:
            yield key, value, f"a private tier: {', '.join(private) or 'there is none'}", "name one of network.tiers"


def _instances(groups: Mapping[str, NodeGroup]) -> Found:
    for name, group in groups.items():
        for index, one in enumerate(group.instance_types):
            key = f"cluster.node_groups.{name}.instance_types[{index}]"
            try:
                check_pod_groups(one)
                found = architecture(one)
            except ValueError as error:
                yield key, one, str(error), "take another type, such as m7g.large or m7i.large"
                continue
            if found != group.architecture:
                yield key, one, f"types of {group.architecture}, as the group's architecture", f"it is {found}"


def _sizes(environment: str, groups: Mapping[str, NodeGroup]) -> Found:
    fewest, why = _FEWEST_NODES if environment in _STRICT else (1, "")
    for name, group in groups.items():
        key, sizes = f"cluster.node_groups.{name}", (group.min_nodes, group.desired_nodes, group.max_nodes)
        if list(sizes) != sorted(sizes):
            yield f"{key}.desired_nodes", group.desired_nodes, "min_nodes to max_nodes", "put the three in order"
        elif not group.taints and group.min_nodes < fewest:
            yield f"{key}.min_nodes", group.min_nodes, f"at least {fewest} in {environment}: {why}", "raise it"
    if all(group.taints for group in groups.values()):
        allowed = "one group without taints at least: the cluster's own pods run there"
        yield "cluster.node_groups", ", ".join(groups), allowed, "take the taints off one, or add another"


def _addresses(service_cidr: IPv4Network, cidr: IPv4Network, neighbours: Mapping[str, IPv4Network]) -> Found:
    key = "cluster.service_cidr"
    if service_cidr.prefixlen not in _SERVICE_PREFIXES or not _is_private(service_cidr):
        yield key, str(service_cidr), "a private block of /12 to /24", "take 172.20.0.0/16"
    # Kept free for this very purpose, a block may stand among the neighbours.
    others = {name: one for name, one in neighbours.items() if one != service_cidr}
    for name, other in {"network.cidr": cidr, **{f"network.neighbours.{n}": o for n, o in others.items()}}.items():
        if service_cidr.overlaps(other):
            allowed = f"a block apart from {name} ({other}): pods could not reach what is there"
            yield key, str(service_cidr), allowed, "take another block"


def _clients(api_clients: Mapping[str, IPv4Network], public_clients: Sequence[IPv4Network]) -> Found:
    public = {f"cluster.public_clients[{index}]": one for index, one in enumerate(public_clients)}
    for key, one in public.items():
        if one.prefixlen < _WIDEST_CLIENT:
            allowed = f"networks of /{_WIDEST_CLIENT} or smaller: never the internet, nor parts that add up to it"
            yield key, str(one), allowed, "name the addresses of offices and runners, or remove it"
        elif _is_private(one):
            yield key, str(one), "public addresses: private ones never come from the internet", "use api_clients"
    for name, one in api_clients.items():
        if not _is_private(one):
            yield (
                f"cluster.api_clients.{name}",
                str(one),
                "private networks, joined with this one",
                "use public_clients",
            )


def _is_private(network: IPv4Network) -> bool:
    return any(network.subnet_of(block) for block in PRIVATE)


def _kept(environment: str, log_days: int) -> Found:
    least, why = LEAST_DAYS["activity"]
    if environment in _STRICT and log_days < least:
        yield "cluster.log_days", log_days, f"at least {least} in {environment}: {why}", f"set {least} or more"


CHECKS: tuple[Check, ...] = (
    (("cluster.name", "network.cluster_name"), _same_name),
    (("cluster.version",), _supported),
    (("cluster.tier", "cluster.node_groups", "network.tiers"), _private_tiers),
    (("cluster.node_groups",), _instances),
    (("environment", "cluster.node_groups"), _sizes),
    (("cluster.service_cidr", "network.cidr", "network.neighbours"), _addresses),
    (("cluster.api_clients", "cluster.public_clients"), _clients),
    (("environment", "cluster.log_days"), _kept),
)
