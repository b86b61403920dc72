"""What makes a subnet public, private or isolated: its routes."""

from dataclasses import dataclass

from policies import tokens
from policies.cidr import is_internet, networks
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import some
from policies.values import Block, Partial, Place, Undecided

_TABLES = (tokens.ROUTE_TABLE, tokens.DEFAULT_ROUTE_TABLE)
_OTHER_GATEWAYS = (tokens.VPC_ENDPOINT, "aws:ec2/vpnGateway:VpnGateway")
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock")


def declared_kind(subnet: Resource, graph: Graph) -> str | None:
    """`public`, `private` or `isolated`, as the subnet's tag says; None without one."""
    return graph.tag(subnet, "tier-kind")


def is_public(subnet: Resource, graph: Graph) -> bool:
    """Whether a route leads from the subnet to an internet gateway."""
    return some(routes(subnet, graph), lambda route: route.leads_to_internet(graph))


@dataclass(frozen=True)
class RouteFrom:
    """One route of a subnet, and the resource that states it: a Route, or a table with inline routes."""

    holder: Resource
    block: Block

    def leads_to_internet(self, graph: Graph) -> bool:
        """Whether it goes to an internet gateway, in this stack or not."""
        if "gatewayId" not in self.block:
            return False
        try:
            gateway = str(self.block["gatewayId"])
        except Undecided:
            path = "gatewayId" if self.holder.type == tokens.ROUTE else "routes.gatewayId"
            known = graph.references(self.holder, path, tokens.INTERNET_GATEWAY, *_OTHER_GATEWAYS)
            return any(gateway.type == tokens.INTERNET_GATEWAY for gateway in known)
        return gateway.startswith("igw-") or graph.find(gateway, tokens.INTERNET_GATEWAY) is not None

    def leads_everywhere(self) -> bool:
        """Whether it is a default route, or half of one, by whatever gateway."""
        cidrs = [self.block.get(key) for key in _DESTINATIONS]
        return is_internet(networks(cidr for cidr in cidrs if cidr))


def routes(subnet: Resource, graph: Graph) -> Partial[RouteFrom]:
    """Every route of the tables that a subnet uses: its own, or else its VPC's main one."""
    found: list[RouteFrom] = []
    hidden: list[Place] = []
    for table in _tables(subnet, graph):
        found += (RouteFrom(table, block) for block in table.props.blocks("routes"))
        separate = graph.possible_referrers(table, tokens.ROUTE, "routeTableId", *_TABLES)
        found += (RouteFrom(route, route.props) for route in separate)
        hidden += separate.undecided
    return Partial(found, hidden)


def _tables(subnet: Resource, graph: Graph) -> list[Resource]:
    own = graph.referrers(subnet, tokens.ROUTE_TABLE_ASSOCIATION, "subnetId")
    if own:
        return [table for link in own if (table := graph.resolve(link, "routeTableId", *_TABLES))]
    vpc = graph.resolve(subnet, "vpcId", tokens.VPC)
    if vpc is None:
        return []
    main = graph.referrers(vpc, tokens.MAIN_ROUTE_TABLE_ASSOCIATION, "vpcId")
    chosen = [table for link in main if (table := graph.resolve(link, "routeTableId", *_TABLES))]
    # a default route table names no VPC: it takes its id from the VPC that it belongs to
    adopted = graph.referrers(vpc, tokens.DEFAULT_ROUTE_TABLE, "defaultRouteTableId")
    return chosen or adopted
