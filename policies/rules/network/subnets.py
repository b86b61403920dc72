"""Subnets are as private as they say."""

from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.network.tiers import RouteFrom, declared_kind, routes

_SUBNETS = (tokens.SUBNET, "aws:ec2/defaultSubnet:DefaultSubnet")


def _address_problems(subnet: Resource, _: Graph) -> Iterator[Problem]:
    default = subnet.type != tokens.SUBNET  # default subnets hand out public addresses unless told not to
    if subnet.props.get("mapPublicIpOnLaunch", default) is not False:
        yield Problem("mapPublicIpOnLaunch", "whatever starts in this subnet gets a public address")


def _route_problems(subnet: Resource, graph: Graph) -> Iterator[Problem]:
    kind = declared_kind(subnet, graph)

    def check(route: RouteFrom) -> Iterator[Problem]:
        if route.leads_to_internet(graph):
            where = f"from a {kind or 'private'} subnet to an internet gateway"
            yield Problem(None, f"{route.holder.name} leads {where}")
        elif kind == "isolated" and route.leads_everywhere():
            yield Problem(None, f"{route.holder.name} leads out of an isolated subnet")

    return decide(routes(subnet, graph), check)


def _must_be_private(subnet: Resource, graph: Graph) -> bool:
    """Every subnet that does not declare itself public; one that holds card data whatever it declares."""
    return declared_kind(subnet, graph) != "public" or graph.tag(subnet, "pci-scope") == "cde"


def _subnet(kind: str | None = "private", **tags: str) -> Node:
    own = tags | ({"tier-kind": kind} if kind else {})
    return Node(tokens.SUBNET, "app-a", {"vpcId": Ref("main"), "tags": own})


def _route(target: Any = "igw", to: Any = "0.0.0.0/0", **properties: Any) -> Node:
    base = {"routeTableId": Ref("table"), "destinationCidrBlock": to, "gatewayId": Ref(target)}
    return Node(tokens.ROUTE, "out", base | properties)


def _network(*more: Node, kind: str | None = "private", table: Any = None, **tags: Any) -> Example:
    link = Node(tokens.ROUTE_TABLE_ASSOCIATION, "link", {"subnetId": Ref("app-a"), "routeTableId": Ref("table")})
    return (_VPC, _IGW, _subnet(kind, **tags), table or _TABLE, link, *more)


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_IGW = Node(tokens.INTERNET_GATEWAY, "igw", {"vpcId": Ref("main")})
_TABLE = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("main")})
_NAT = {"gatewayId": None, "natGatewayId": Ref("nat")}
_INLINE = Node(tokens.ROUTE_TABLE, "table", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref("igw")}]})


def _stating(key: str, destination: str) -> Node:
    """A table with one route of its own, to a gateway that leads out but not to the internet."""
    return Node(tokens.ROUTE_TABLE, "table", {"routes": [{key: destination, "vpcEndpointId": "vpce-1"}]})


_MAIN = Node(
    tokens.DEFAULT_ROUTE_TABLE,
    "table",
    {
        "defaultRouteTableId": Ref("main"),
        "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref("igw")}],
    },
)

RULES = (
    Rule(
        id="NET-09",
        name="subnet-assigns-no-public-address",
        summary="No subnet gives what starts in it a public address by itself.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=_SUBNETS,
        reads=("mapPublicIpOnLaunch",),
        controls=(*pci("L", "1.3.1", "1.4.2"), *soc2("CC6.6")),
        remedy="Leave out map_public_ip_on_launch; give an address only to load balancers and NAT gateways.",
        problems=_address_problems,
        passes=(
            (_subnet(),),
            (Node(tokens.SUBNET, "a", {"mapPublicIpOnLaunch": False}),),
            (Node(_SUBNETS[1], "a", {"mapPublicIpOnLaunch": False}),),
        ),
        fails=((Node(tokens.SUBNET, "a", {"mapPublicIpOnLaunch": True}),), (Node(_SUBNETS[1], "a"),)),
        undecided=((Node(tokens.SUBNET, "a", {"mapPublicIpOnLaunch": Ref("a")}),),),
    ),
    Rule(
        id="NET-10",
        name="private-subnet-has-no-internet-route",
        summary="Private and card-data subnets have no route to an internet gateway, isolated ones none out.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SUBNET,),
        reads=(
            "subnetId",
            "routeTableId",
            "gatewayId",
            "destinationCidrBlock",
            "routes",
            "tags",
            "vpcId",
            "cidrBlock",
            "ipv6CidrBlock",
            "destinationIpv6CidrBlock",
            "defaultRouteTableId",
        ),
        controls=(*pci("L", "1.3.1", "1.4.2"), *soc2("CC6.6")),
        remedy='Route through ec2.NatGateway, or declare it public: tags={"tier-kind": "public"}.',
        problems=_route_problems,
        applies=_must_be_private,
        needs_graph=True,
        passes=(
            _network(),
            _network(kind=None),
            _network(_route(**_NAT)),
            _network(_route("elsewhere", gatewayId="vgw-1")),
            (_VPC, _IGW, _subnet("isolated")),
            _network(table=_stating("cidrBlock", "10.9.0.0/16"), kind="isolated"),
            _network(table=_stating("ipv6CidrBlock", "fd00::/8"), kind="isolated"),
            _network(_route(to="10.9.0.0/16", gatewayId="vgw-1"), kind="isolated"),
            (Node(tokens.SUBNET, "lone", {"vpcId": "vpc-elsewhere"}),),
            (_VPC, _IGW, _subnet(), Node(tokens.ROUTE_TABLE, "unused"), _route(routeTableId=Ref("unused"))),
        ),
        fails=(
            _network(_route()),
            _network(_route(), kind=None),
            _network(_route(to="203.0.113.0/24")),
            _network(_route(gatewayId="igw-0123")),
            _network(_route(destinationCidrBlock=None, destinationIpv6CidrBlock="::/0")),
            _network(_route(), kind="public", **{"pci-scope": "cde"}),
            _network(table=_INLINE),
            _network(_route(**_NAT), kind="isolated"),
            _network(_route(to="128.0.0.0/1", **_NAT), kind="isolated"),
            _network(_route(destinationCidrBlock=None, destinationIpv6CidrBlock="0::0/0", **_NAT), kind="isolated"),
            _network(table=_stating("cidrBlock", "0.0.0.0/0"), kind="isolated"),
            _network(table=_stating("ipv6CidrBlock", "::/0"), kind="isolated"),
            (_VPC, _IGW, _subnet(), _MAIN),
            (
                _VPC,
                _IGW,
                _subnet(),
                _TABLE,
                Node(
                    tokens.MAIN_ROUTE_TABLE_ASSOCIATION,
                    "main-table",
                    {"vpcId": Ref("main"), "routeTableId": Ref("table")},
                ),
                _route(),
            ),
        ),
        undecided=(_network(_route("nowhere")),),
        ignores=(_network(_route(), kind="public"),),
    ),
)
