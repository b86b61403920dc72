"""Networks that are joined reach of each other what they need, and not all."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.network.peering.examples import (
    ACCEPTER,
    ELSEWHERE,
    ENTRY,
    GATEWAY,
    PEERED,
    TABLE,
    VPCS,
    by_gateway,
    in_table,
    listed,
    route,
    transit,
)
from policies.rules.network.peering.joints import ranges_of
from policies.rules.network.peering.peers import Peers
from policies.rules.network.peering.routes import DESTINATIONS, JOINTS, LISTS, TYPES, Way, own_routes
from policies.rules.network.peering.together import together
from policies.values import Undecided


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    yield from decide(own_routes(holder), lambda way: _way_problems(way, graph))


def _way_problems(way: Way, graph: Graph) -> Iterator[Problem]:
    own = ranges_of(way, graph)
    if own is None:
        yield Problem(way.path, "it leads as far as a prefix list that is not part of this stack")
        return
    peers = Peers.of(way, graph)
    alone, _ = peers.reached_by(own)
    if alone:
        yield Problem(way.path, f"it leads into {alone}")
        return
    joined = together(way, peers, graph)
    if any(one.version == part.version and one.overlaps(part) for one in own for part in joined.parts):
        yield Problem(way.path, f"with others of its table it leads into {joined.words}")
    elif not joined.parts and joined.undecided:
        raise Undecided(*joined.undecided)


RULES = (
    Rule(
        id="NET-14",
        name="joined-networks-reach-what-they-need",
        summary="No route over a peering or a transit gateway leads everywhere, or into the whole of a VPC.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=TYPES,
        reads=(
            *("routes", *DESTINATIONS, *LISTS, *JOINTS, "routeTableId", "transitGatewayRouteTableId"),
            *("vpcId", "peerVpcId", "entries", "cidr", "blackhole"),
        ),
        controls=(
            *unverified("pci-dss-4.0.1", "1.3.1"),
            *cis(("5.5",), ("5.6",)),
            *unverified("soc2", "CC6.6"),
        ),
        remedy="Let destination_cidr_block be the subnets that are needed, one ec2.Route for each.",
        problems=_problems,
        applies=lambda holder, _: bool(own_routes(holder)),
        needs_graph=True,
        passes=(
            (*PEERED, route("10.20.3.0/24")),
            (*PEERED, route("10.20.3.0/24", destinationIpv6CidrBlock="", destinationPrefixListId="")),
            (*PEERED, route("10.20.0.0/21")),
            (*PEERED, route("10.20.0.0/21"), route("10.20.12.0/24")),
            (*PEERED, route("2001:db8:0:101::/64")),
            (*PEERED, route("10.20.0.0/21"), route("10.20.8.0/21", routeTableId="rtb-other")),
            (*ELSEWHERE, route("10.30.0.0/17")),
            (*ELSEWHERE, route("10.30.0.0/17"), route("10.31.0.0/17")),
            (*GATEWAY, by_gateway("10.30.4.0/22")),
            in_table("10.20.3.0/24"),
            (transit("10.0.0.0/8"),),
            listed("10.20.3.0/24", "10.20.4.0/24"),
            (*PEERED, ACCEPTER, route("10.20.0.0/21", vpcPeeringConnectionId=Ref("accepted"))),
        ),
        fails=(
            (*PEERED, route("0.0.0.0/0")),
            (*PEERED, route("::/0")),
            (*PEERED, route("0.0.0.0/1")),
            (*PEERED, route("10.20.0.0/20")),
            (*PEERED, route("10.20.0.0/16")),
            (*PEERED, route("10.0.0.0/18")),
            (*PEERED, route("2001:db8:0:100::/56")),
            (*PEERED, route("10.20.0.0/21"), route("10.20.8.0/21")),
            (*ELSEWHERE, route("10.30.0.0/16")),
            (*ELSEWHERE, route("10.0.0.0/8")),
            (*ELSEWHERE, route("10.30.0.0/17"), route("10.30.128.0/17")),
            (route("10.30.0.0/16", routeTableId="rtb-1", vpcPeeringConnectionId="pcx-1"),),
            (*GATEWAY, by_gateway("0.0.0.0/0")),
            (*GATEWAY, by_gateway("10.30.0.0/16")),
            (*GATEWAY, *(by_gateway(part) for part in ("0.0.0.0/2", "64.0.0.0/2"))),
            (*VPCS, TABLE, route("0.0.0.0/0", vpcPeeringConnectionId=None, coreNetworkArn="arn:core")),
            in_table("10.20.0.0/20"),
            in_table("10.20.0.0/21", "10.20.8.0/21"),
            (*in_table("10.20.0.0/21"), route("10.20.8.0/21")),
            (transit("0.0.0.0/0"),),
            (transit("0.0.0.0/2"), transit("64.0.0.0/2")),
            listed("10.20.0.0/21", "10.20.8.0/21"),
            listed(of="pl-elsewhere"),
            (*listed("10.20.0.0/21"), ENTRY),
            (*PEERED, ACCEPTER, route("10.20.0.0/20", vpcPeeringConnectionId=Ref("accepted"))),
        ),
        undecided=(
            (*PEERED, route(Ref("nowhere"))),
            (*PEERED, route("10.20.0.0/21"), route(Ref("nowhere"))),
            (*VPCS, TABLE, Node(tokens.PEERING, "joint", {"peerVpcId": Ref("nowhere")}), route("10.20.3.0/24")),
        ),
        ignores=(
            (*PEERED, route("0.0.0.0/0", vpcPeeringConnectionId=None, natGatewayId="nat-1")),
            (TABLE,),
            (*PEERED, route("0.0.0.0/0", vpcPeeringConnectionId="", transitGatewayId="", coreNetworkArn="")),
            (transit("0.0.0.0/0", blackhole=True),),
        ),
    ),
)
