"""Where the routes of each subnet lead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network

from platformctl.review.reach.openings import ALL_PORTS, Opening, Peer
from policies import tokens
from policies.cidr import Network
from policies.graph import Graph
from policies.rules.network.tiers import RouteFrom, routes
from policies.values import UNKNOWN, Mistyped, Undecided

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock")
_LISTS = ("destinationPrefixListId", "prefixListId")
_INTERNET, _NAT, _OUT = "an internet gateway", "a NAT gateway", "an egress-only gateway"
# By the property that names the target: what leads there. One NAT gateway is like another; a peering is not.
_WAYS: Mapping[str, tuple[str, bool]] = {
    "natGatewayId": (_NAT, False),
    "egressOnlyGatewayId": (_OUT, False),
    "vpcPeeringConnectionId": ("the peering", True),
    "transitGatewayId": ("the transit gateway", True),
    "vpcEndpointId": ("the endpoint", True),
    "networkInterfaceId": ("the network interface", True),
    "instanceId": ("the machine", True),
    "localGatewayId": ("the local gateway", True),
    "carrierGatewayId": ("the carrier gateway", True),
    "coreNetworkArn": ("the core network", True),
}
_GATEWAYS = (
    tokens.INTERNET_GATEWAY,
    tokens.VPC_ENDPOINT,
    tokens.PEERING,
    tokens.PEERING_ACCEPTER,
    "aws:ec2/vpnGateway:VpnGateway",
    "aws:ec2transitgateway/transitGateway:TransitGateway",
)
_COVERED = {_INTERNET: (_INTERNET, _NAT, _OUT)}  # who has the first, has the others' reach


def routes_of(graph: Graph) -> dict[str, list[Opening]]:
    """By subnet, the ranges that its routes lead to; as protocol, by what."""
    found: dict[str, list[Opening]] = {}
    for subnet in graph.of_type(tokens.SUBNET):
        try:
            known = routes(subnet, graph)
        except (Undecided, Mistyped):
            unknown = Peer("routes", "somewhere: its routes are not known yet", (), False)
            found[subnet.urn] = [Opening("a gateway not known yet", *ALL_PORTS, unknown, subnet.urn)]
            continue
        found[subnet.urn] = [
            Opening(way, *ALL_PORTS, peer, route.holder.urn)
            for route in known
            for way in _way(route, graph)
            for peer in _destinations(route)
        ]
    return found


def reached(openings: Iterable[Opening]) -> list[Opening]:
    """Those openings, and what they are more than."""
    return [replace(one, protocol=way) for one in openings for way in _COVERED.get(one.protocol, (one.protocol,))]


def _way(route: RouteFrom, graph: Graph) -> Iterator[str]:
    raw = route.block.raw
    try:
        if route.leads_to_internet(graph):
            yield _INTERNET
            return
    except (Undecided, Mistyped):
        yield "a gateway not known yet"
        return
    if raw.get("gatewayId") and raw["gatewayId"] != "local":
        yield f"the gateway {_target(route, 'gatewayId', graph)}"
    for key, (words, named) in _WAYS.items():
        if raw.get(key):
            yield f"{words} {_target(route, key, graph)}" if named else words


def _target(route: RouteFrom, key: str, graph: Graph) -> str:
    """Its name here, or its id; the same on both sides of a comparison."""
    value = route.block.raw[key]
    if found := graph.find(value, *_GATEWAYS):
        return found.name
    if isinstance(value, str):
        return value
    top = key if route.holder.type == tokens.ROUTE else "routes"
    makers = route.holder.property_dependencies.get(top, ())
    return ", ".join(sorted(urn.rpartition("::")[2] for urn in makers)) or "not known yet"


def _destinations(route: RouteFrom) -> Iterator[Network | Peer]:
    for key in _DESTINATIONS:
        value = route.block.raw.get(key)
        if value is UNKNOWN:
            yield Peer(f"{route.holder.urn} {key}", "a destination not known yet", (), False)
        elif isinstance(value, str) and value:
            try:
                yield ip_network(str.__str__(value), strict=False)
            except ValueError:
                continue
    for key in _LISTS:
        if isinstance(value := route.block.raw.get(key), str):
            yield Peer(value, f"the prefix list {value}")
