"""What the main cost drivers cost: those that run by the hour or are kept by the month, whatever is done with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.review.compared import raw
from platformctl.review.cost.prices import Prices, Unpriced
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Mistyped, Undecided

_ASSOCIATION = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
_SERVERLESS = "db.serverless"
_IN_MULTI_AZ = 2  # an instance and its standby
_IN_CLUSTER = 3  # a writer and two readable standbys


@dataclass(frozen=True)
class Cost:
    """So much a month, and what that is made of."""

    amount: float
    basis: str


Driver = Callable[[Resource, Graph, Prices], Cost]


def _number(resource: Resource, path: str, default: float | None = None) -> float:
    value = raw(resource, path)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unpriced(path)
    return float(value)


def _hourly(name: str, words: str) -> Driver:
    return lambda resource, graph, prices: Cost(prices.hour(name), words)  # noqa: ARG005


def _monthly(name: str, words: str) -> Driver:
    return lambda resource, graph, prices: Cost(prices.month(name), words)  # noqa: ARG005


def _nodes(group: Resource, graph: Graph, prices: Prices) -> Cost:
    number = _number(group, "scalingConfig.desiredSize")
    types = raw(group, "instanceTypes")
    kind = types[0] if isinstance(types, list) and types else "t3.medium"  # EKS's default
    disk = _disk(group, graph)
    each = prices.size("machine", kind) + disk * prices.month("gp3-gib")
    return Cost(number * each, f"{number:g} x {kind} with {disk:g} GiB each, as desired, on demand")


def _disk(group: Resource, graph: Graph) -> float:
    try:
        template = graph.resolve(group, "launchTemplate.id", tokens.LAUNCH_TEMPLATE)
    except (Undecided, Mistyped):
        template = None
    mappings = raw(template, "blockDeviceMappings") if template else None
    sizes = [_size(one) for one in mappings] if isinstance(mappings, list) else []
    return sum(sizes) if sizes else _number(group, "diskSize", 20)  # EKS's default


def _size(mapping: Any) -> float:
    disk = mapping.get("ebs") if isinstance(mapping, Mapping) else None
    size = disk.get("volumeSize") if isinstance(disk, Mapping) else 0
    return float(size) if isinstance(size, int | float) else 0.0


def _machine(machine: Resource, _: Graph, prices: Prices) -> Cost:
    kind = raw(machine, "instanceType")
    return Cost(prices.size("machine", kind), f"{kind}, on demand")


def _volume(volume: Resource, _: Graph, prices: Prices) -> Cost:
    if raw(volume, "type") != "gp3":
        raise Unpriced("type")
    size = _number(volume, "size")
    return Cost(size * prices.month("gp3-gib"), f"{size:g} GiB of gp3")


def _endpoint(endpoint: Resource, graph: Graph, prices: Prices) -> Cost:
    if raw(endpoint, "vpcEndpointType") != "Interface":
        return Cost(0.0, "gateway endpoints are free")
    named = raw(endpoint, "subnetIds")
    zones = len(named) if isinstance(named, list) else 0
    zones += len(graph.possible_referrers(endpoint, _ASSOCIATION, "vpcEndpointId"))
    return Cost(zones * prices.hour("interface-endpoint"), f"in {zones} zones, without the data")


def _secret(secret: Resource, _: Graph, prices: Prices) -> Cost:
    replicas = raw(secret, "replicas")
    number = 1 + (len(replicas) if isinstance(replicas, list) else 0)
    return Cost(number * prices.month("secret"), "with its replicas" if number > 1 else "one secret")


def _web_acl(acl: Resource, _: Graph, prices: Prices) -> Cost:
    rules = raw(acl, "rules")
    number = len(rules) if isinstance(rules, list) else 0
    amount = prices.month("web-acl") + number * prices.month("web-acl-rule")
    return Cost(amount, f"with {number} rules, without the requests")


def _instance(database: Resource, _: Graph, prices: Prices) -> Cost:
    copies = _IN_MULTI_AZ if raw(database, "multiAz") is True else 1
    kind, size = raw(database, "instanceClass"), _number(database, "allocatedStorage", 0)
    each = prices.size("database", kind) + size * prices.month("rds-gp3-gib")
    return Cost(copies * each, f"{copies} x {kind} with {size:g} GiB each")


def _cluster(cluster: Resource, _: Graph, prices: Prices) -> Cost:
    kind = raw(cluster, "dbClusterInstanceClass")
    if kind is None:
        return Cost(0.0, "Aurora's storage and requests are not counted")
    size = _number(cluster, "allocatedStorage", 0)
    each = prices.size("database", kind) + size * prices.month("rds-gp3-gib")
    return Cost(_IN_CLUSTER * each, f"{_IN_CLUSTER} x {kind} with {size:g} GiB each, without provisioned IOPS")


def _member(member: Resource, graph: Graph, prices: Prices) -> Cost:
    kind = raw(member, "instanceClass")
    if kind != _SERVERLESS:
        return Cost(prices.size("aurora", kind), f"{kind}")
    try:
        cluster = graph.resolve(member, "clusterIdentifier", tokens.DATABASE_CLUSTER)
    except (Undecided, Mistyped):
        cluster = None
    if cluster is None:
        raise Unpriced("clusterIdentifier")
    least = _number(cluster, "serverlessv2ScalingConfiguration.minCapacity")
    return Cost(least * prices.hour("aurora-capacity-unit"), f"{least:g} capacity units, the least that it may have")


def _balancer(ingress: Resource, _: Graph, prices: Prices) -> Cost:
    return Cost(prices.hour("load-balancer"), f"the load balancer of {ingress.name}, without the traffic")


def _service(service: Resource, _: Graph, prices: Prices) -> Cost:
    if raw(service, "spec.type") != "LoadBalancer":
        return Cost(0.0, "no load balancer")
    return Cost(prices.hour("load-balancer"), "its load balancer, without the traffic")


_BALANCER = _hourly("load-balancer", "without the traffic")
DRIVERS: Mapping[str, Driver] = {
    tokens.EKS_CLUSTER: _hourly("eks-control-plane", "the control plane, in standard support"),
    tokens.EKS_NODE_GROUP: _nodes,
    tokens.INSTANCE: _machine,
    tokens.VOLUME: _volume,
    "aws:ec2/natGateway:NatGateway": _hourly("nat-gateway", "without the data"),
    "aws:ec2/eip:Eip": _hourly("public-ipv4", "a public IPv4 address"),
    tokens.LOAD_BALANCER: _BALANCER,
    tokens.INGRESS: _balancer,
    tokens.SERVICE: _service,
    tokens.VPC_ENDPOINT: _endpoint,
    tokens.KEY: _monthly("kms-key", "a key, without its rotated versions"),
    tokens.KEY_REPLICA: _monthly("kms-key", "a replica of a key"),
    tokens.SECRET: _secret,
    tokens.WEB_ACL: _web_acl,
    tokens.METRIC_ALARM: _monthly("alarm", "an alarm"),
    tokens.DATABASE_INSTANCE: _instance,
    tokens.DATABASE_CLUSTER: _cluster,
    tokens.DATABASE_CLUSTER_INSTANCE: _member,
}
