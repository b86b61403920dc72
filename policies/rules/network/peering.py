"""Networks that are joined reach of each other what they need, and not all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from policies import tokens
from policies.cidr import Network, is_internet, networks, within
from policies.controls import cis, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block, Place, Undecided

_TABLES = (tokens.ROUTE_TABLE, tokens.DEFAULT_ROUTE_TABLE)
_TRANSIT = (tokens.TRANSIT_ROUTE, tokens.TRANSIT_PREFIX_LIST)
_TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
_TRANSIT_TABLE = "aws:ec2transitgateway/routeTable:RouteTable"
_CONNECTIONS = (tokens.PEERING, tokens.PEERING_ACCEPTER)
# What a route may lead to, by the property that says so, and the types that it refers to.
_JOINTS = {
    "vpcPeeringConnectionId": _CONNECTIONS,
    "transitGatewayId": (_TRANSIT_GATEWAY,),
    "coreNetworkArn": (),
    "transitGatewayAttachmentId": (),
}
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock")
_LISTS = ("destinationPrefixListId", "prefixListId")
# The widest range of a VPC in IPv4, and the one that AWS gives in IPv6 (VPC user guide, "VPC CIDR blocks").
_WHOLE_VPC = {4: 16, 6: 56}
_TYPES = (tokens.ROUTE, *_TABLES, *_TRANSIT)
_KEPT = "_routes_by_joint"


@dataclass(frozen=True)
class _Way:
    """One route into another network, and the resource that states it."""

    holder: Resource
    block: Block
    joint: str  # the property that names what joins the networks

    @property
    def path(self) -> str:
        keys = (key for key in (*_DESTINATIONS, *_LISTS) if _is_set(self.block, key))
        return self.block.at(next(keys, "destinationCidrBlock"))


@dataclass(frozen=True)
class _Reach:
    """What several routes reach together that is too much, in words and as ranges, and what is not known of them."""

    words: str
    parts: list[Network]
    undecided: tuple[Place, ...]


_Kept = tuple[dict[tuple[str, str], list[_Way]], dict[tuple[str, str], _Reach], list[Place]]


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    yield from decide(_own(holder), lambda way: _way_problems(way, graph))


def _way_problems(way: _Way, graph: Graph) -> Iterator[Problem]:
    own = _ranges(way, graph)
    if own is None:
        yield Problem(way.path, "it leads as far as a prefix list that is not part of this stack")
        return
    peers = _Peers.of(way, graph)
    alone, _ = peers.reached_by(own)
    if alone:
        yield Problem(way.path, f"it leads into {alone}")
        return
    together = _together(way, peers, graph)
    if any(one.version == part.version and one.overlaps(part) for one in own for part in together.parts):
        yield Problem(way.path, f"with others of its table it leads into {together.words}")
    elif not together.parts and together.undecided:
        raise Undecided(*together.undecided)


def _own(holder: Resource) -> list[_Way]:
    """The routes that a resource states itself, of those that lead into other networks."""
    blocks = holder.props.blocks("routes") if holder.type in _TABLES else [holder.props]
    return [
        _Way(holder, block, joint)
        for block in blocks
        for joint in _JOINTS
        if _is_set(block, joint) and not _ends(block)
    ]


def _is_set(block: Block, key: str) -> bool:
    """Known or not; states say by an empty text that nothing is there."""
    return key in block and block.raw[key] != ""


def _ends(block: Block) -> bool:
    return block.get("blackhole") is True


def _together(way: _Way, peers: "_Peers", graph: Graph) -> "_Reach":
    """What the routes of one table to one joint reach together, without those that have a finding of their own; the
    graph keeps it.
    """
    ways, reaches, hidden = _kept(graph)
    key = _table(way.holder, graph), _joined(way, graph)
    if key not in reaches:
        narrow: list[Network] = []
        places = list(hidden)
        for one in ways[key]:
            try:
                ranges = _ranges(one, graph) or []
                narrow += [] if peers.reached_by(ranges)[0] else ranges
            except Undecided as error:
                places += error.places
        reaches[key] = _Reach(*peers.reached_by(narrow), tuple(places))
    return reaches[key]


def _kept(graph: Graph) -> _Kept:
    """Every route into another network by its table and its joint, and what those of each reach, as far as asked."""
    if _KEPT not in vars(graph):
        ways: dict[tuple[str, str], list[_Way]] = defaultdict(list)
        hidden: list[Place] = []
        for holder in graph.of_type(*_TYPES):
            try:
                for way in _own(holder):
                    ways[_table(holder, graph), _joined(way, graph)].append(way)
            except Undecided as error:
                hidden += error.places
        vars(graph)[_KEPT] = (ways, {}, hidden)
    made: _Kept = vars(graph)[_KEPT]
    return made


def _table(holder: Resource, graph: Graph) -> str:
    """The table that a route is in: its URN, or its id if it is elsewhere."""
    if holder.type in _TABLES:
        return holder.urn
    key, to = (
        ("transitGatewayRouteTableId", (_TRANSIT_TABLE,)) if holder.type in _TRANSIT else ("routeTableId", _TABLES)
    )
    found = graph.resolve(holder, key, *to)
    return found.urn if found is not None else str(holder.props.get(key, ""))


def _joined(way: _Way, graph: Graph) -> str:
    known = _joint(way, graph)
    return known.urn if known is not None else str(way.block[way.joint])


def _joint(way: _Way, graph: Graph) -> Resource | None:
    """What joins the networks, if it is part of the stack. Raises Undecided if that is not known yet."""
    types = _JOINTS[way.joint]
    if not types:
        return None
    try:
        return graph.find(way.block[way.joint], *types) or _only(way, graph)
    except Undecided:
        if (found := _only(way, graph)) is not None:
            return found
        raise


def _only(way: _Way, graph: Graph) -> Resource | None:
    """The one joint that the routes of its holder refer to."""
    path = f"routes.{way.joint}" if way.holder.type in _TABLES else way.joint
    found = graph.references(way.holder, path, *_JOINTS[way.joint])
    return found[0] if len(found) == 1 else None


def _ranges(way: _Way, graph: Graph) -> list[Network] | None:
    """The addresses that a route is for; None if a prefix list of elsewhere says so."""
    found = networks(str(way.block[key]) for key in _DESTINATIONS if way.block.get(key))
    for key in (key for key in _LISTS if _is_set(way.block, key)):
        path = f"routes.{key}" if way.holder.type in _TABLES else key
        listed = graph.references(way.holder, path, tokens.PREFIX_LIST)
        if not listed:
            return None
        for one in listed:
            found += networks(str(entry["cidr"]) for entry in one.props.blocks("entries"))
            entries = graph.referrers(one, tokens.PREFIX_LIST_ENTRY, "prefixListId")
            found += networks(str(entry.props["cidr"]) for entry in entries)
    return found


@dataclass(frozen=True)
class _Peers:
    """The networks at the ends of a joint: those that the stack knows, and whether there are others."""

    known: tuple[Resource, ...]
    strangers: bool

    @staticmethod
    def of(way: _Way, graph: Graph) -> "_Peers":
        if way.holder.type in _TRANSIT:
            return _Peers((), strangers=False)  # what an attachment leads to is a network by itself
        connection = _joint(way, graph) if way.joint == "vpcPeeringConnectionId" else None
        if connection is not None and connection.type == tokens.PEERING_ACCEPTER:
            connection = graph.resolve(connection, "vpcPeeringConnectionId", tokens.PEERING)
        if connection is None:
            return _Peers((), strangers=True)
        ends = [graph.resolve(connection, key, tokens.VPC) for key in ("vpcId", "peerVpcId")]
        return _Peers(tuple(end for end in ends if end is not None), strangers=None in ends)

    def reached_by(self, ranges: list[Network]) -> tuple[str, list[Network]]:
        """What of the networks addresses reach that is too much, in words and as ranges; nothing if all is well."""
        if is_internet(ranges):
            return "every network there is", ranges
        for vpc in self.known:
            for whole in networks(str(vpc.props[key]) for key in ("cidrBlock", "ipv6CidrBlock") if key in vpc.props):
                if within(whole, ranges):
                    return f"all of the VPC {vpc.name}", [whole]
        for one in _collapsed(ranges) if self.strangers else ():
            if one.prefixlen <= _WHOLE_VPC[one.version]:
                return f"{one}, which is as much as a whole VPC", [one]
        return "", []


def _collapsed(ranges: list[Network]) -> list[Network]:
    v4 = collapse_addresses(one for one in ranges if isinstance(one, IPv4Network))
    v6 = collapse_addresses(one for one in ranges if isinstance(one, IPv6Network))
    return [*v4, *v6]


_VPCS = (
    Node(tokens.VPC, "ours", {"cidrBlock": "10.0.0.0/18"}),
    Node(tokens.VPC, "theirs", {"cidrBlock": "10.20.0.0/20", "ipv6CidrBlock": "2001:db8:0:100::/56"}),
)
_TABLE = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("ours")})
_PEERED = (*_VPCS, _TABLE, Node(tokens.PEERING, "joint", {"vpcId": Ref("ours"), "peerVpcId": Ref("theirs")}))
_ELSEWHERE = (*_VPCS, _TABLE, Node(tokens.PEERING, "joint", {"vpcId": Ref("ours"), "peerVpcId": "vpc-elsewhere"}))
_GATEWAY = (*_VPCS, _TABLE, Node(_TRANSIT_GATEWAY, "joint"))


def _route(to: object, joint: str = "vpcPeeringConnectionId", **properties: object) -> Node:
    key = "destinationIpv6CidrBlock" if ":" in str(to) else "destinationCidrBlock"
    own = {"routeTableId": Ref("table"), key: to, joint: Ref("joint")} | properties
    return Node(tokens.ROUTE, f"to-{to}", {name: value for name, value in own.items() if value is not None})


def _by_gateway(to: object) -> Node:
    return _route(to, "transitGatewayId")


def _inline(*cidrs: object) -> Example:
    routes = [{"cidrBlock": cidr, "vpcPeeringConnectionId": Ref("joint")} for cidr in cidrs]
    return (*(node for node in _PEERED if node is not _TABLE), Node(tokens.ROUTE_TABLE, "table", {"routes": routes}))


def _transit(to: object, **properties: object) -> Node:
    own = {"transitGatewayRouteTableId": "tgw-rtb-1", "transitGatewayAttachmentId": "tgw-attach-1"}
    return Node(tokens.TRANSIT_ROUTE, f"to-{to}", own | {"destinationCidrBlock": to} | properties)


def _listed(*cidrs: str, of: object = Ref("list")) -> Example:
    entries = [{"cidr": cidr} for cidr in cidrs]
    route = _route(None, destinationPrefixListId=of)
    return (*_PEERED, Node(tokens.PREFIX_LIST, "list", {"entries": entries}), route)


_ENTRY = Node(tokens.PREFIX_LIST_ENTRY, "entry", {"prefixListId": Ref("list"), "cidr": "10.20.8.0/21"})
_ACCEPTER = Node(tokens.PEERING_ACCEPTER, "accepted", {"vpcPeeringConnectionId": Ref("joint")})

RULES = (
    Rule(
        id="NET-14",
        name="joined-networks-reach-what-they-need",
        summary="No route over a peering or a transit gateway leads everywhere, or into the whole of a VPC.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=(
            *("routes", *_DESTINATIONS, *_LISTS, *_JOINTS, "routeTableId", "transitGatewayRouteTableId"),
            *("vpcId", "peerVpcId", "entries", "cidr", "blackhole"),
        ),
        controls=(
            *unverified("pci-dss-4.0.1", "1.3.1"),
            *cis(("5.5",), ("5.6",)),
            *unverified("soc2", "CC6.6"),
        ),
        remedy="Let destination_cidr_block be the subnets that are needed, one ec2.Route for each.",
        problems=_problems,
        applies=lambda holder, _: bool(_own(holder)),
        needs_graph=True,
        passes=(
            (*_PEERED, _route("10.20.3.0/24")),
            (*_PEERED, _route("10.20.3.0/24", destinationIpv6CidrBlock="", destinationPrefixListId="")),
            (*_PEERED, _route("10.20.0.0/21")),
            (*_PEERED, _route("10.20.0.0/21"), _route("10.20.12.0/24")),
            (*_PEERED, _route("2001:db8:0:101::/64")),
            (*_PEERED, _route("10.20.0.0/21"), _route("10.20.8.0/21", routeTableId="rtb-other")),
            (*_ELSEWHERE, _route("10.30.0.0/17")),
            (*_ELSEWHERE, _route("10.30.0.0/17"), _route("10.31.0.0/17")),
            (*_GATEWAY, _by_gateway("10.30.4.0/22")),
            _inline("10.20.3.0/24"),
            (_transit("10.0.0.0/8"),),
            _listed("10.20.3.0/24", "10.20.4.0/24"),
            (*_PEERED, _ACCEPTER, _route("10.20.0.0/21", vpcPeeringConnectionId=Ref("accepted"))),
        ),
        fails=(
            (*_PEERED, _route("0.0.0.0/0")),
            (*_PEERED, _route("::/0")),
            (*_PEERED, _route("0.0.0.0/1")),
            (*_PEERED, _route("10.20.0.0/20")),
            (*_PEERED, _route("10.20.0.0/16")),
            (*_PEERED, _route("10.0.0.0/18")),
            (*_PEERED, _route("2001:db8:0:100::/56")),
            (*_PEERED, _route("10.20.0.0/21"), _route("10.20.8.0/21")),
            (*_ELSEWHERE, _route("10.30.0.0/16")),
            (*_ELSEWHERE, _route("10.0.0.0/8")),
            (*_ELSEWHERE, _route("10.30.0.0/17"), _route("10.30.128.0/17")),
            (_route("10.30.0.0/16", routeTableId="rtb-1", vpcPeeringConnectionId="pcx-1"),),
            (*_GATEWAY, _by_gateway("0.0.0.0/0")),
            (*_GATEWAY, _by_gateway("10.30.0.0/16")),
            (*_GATEWAY, *(_by_gateway(part) for part in ("0.0.0.0/2", "64.0.0.0/2"))),
            (*_VPCS, _TABLE, _route("0.0.0.0/0", vpcPeeringConnectionId=None, coreNetworkArn="arn:core")),
            _inline("10.20.0.0/20"),
            _inline("10.20.0.0/21", "10.20.8.0/21"),
            (*_inline("10.20.0.0/21"), _route("10.20.8.0/21")),
            (_transit("0.0.0.0/0"),),
            (_transit("0.0.0.0/2"), _transit("64.0.0.0/2")),
            _listed("10.20.0.0/21", "10.20.8.0/21"),
            _listed(of="pl-elsewhere"),
            (*_listed("10.20.0.0/21"), _ENTRY),
            (*_PEERED, _ACCEPTER, _route("10.20.0.0/20", vpcPeeringConnectionId=Ref("accepted"))),
        ),
        undecided=(
            (*_PEERED, _route(Ref("nowhere"))),
            (*_PEERED, _route("10.20.0.0/21"), _route(Ref("nowhere"))),
            (*_VPCS, _TABLE, Node(tokens.PEERING, "joint", {"peerVpcId": Ref("nowhere")}), _route("10.20.3.0/24")),
        ),
        ignores=(
            (*_PEERED, _route("0.0.0.0/0", vpcPeeringConnectionId=None, natGatewayId="nat-1")),
            (_TABLE,),
            (*_PEERED, _route("0.0.0.0/0", vpcPeeringConnectionId="", transitGatewayId="", coreNetworkArn="")),
            (_transit("0.0.0.0/0", blackhole=True),),
        ),
    ),
)
