"""Two networks, what joins them, and routes between them."""

from policies import tokens
from policies.examples import Example, Node, Ref
from policies.rules.network.peering.routes import TRANSIT_GATEWAY

VPCS = (
    Node(tokens.VPC, "ours", {"cidrBlock": "10.0.0.0/18"}),
    Node(tokens.VPC, "theirs", {"cidrBlock": "10.20.0.0/20", "ipv6CidrBlock": "2001:db8:0:100::/56"}),
)
TABLE = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("ours")})
PEERED = (*VPCS, TABLE, Node(tokens.PEERING, "joint", {"vpcId": Ref("ours"), "peerVpcId": Ref("theirs")}))
ELSEWHERE = (*VPCS, TABLE, Node(tokens.PEERING, "joint", {"vpcId": Ref("ours"), "peerVpcId": "vpc-elsewhere"}))
GATEWAY = (*VPCS, TABLE, Node(TRANSIT_GATEWAY, "joint"))


def route(to: object, joint: str = "vpcPeeringConnectionId", **properties: object) -> Node:
    key = "destinationIpv6CidrBlock" if ":" in str(to) else "destinationCidrBlock"
    own = {"routeTableId": Ref("table"), key: to, joint: Ref("joint")} | properties
    return Node(tokens.ROUTE, _called(to), {name: value for name, value in own.items() if value is not None})


def _called(to: object) -> str:
    return f"to-{to}".replace(":", "-")  # `::` separates the parts of a URN


def by_gateway(to: object) -> Node:
    return route(to, "transitGatewayId")


def in_table(*cidrs: object) -> Example:
    routes = [{"cidrBlock": cidr, "vpcPeeringConnectionId": Ref("joint")} for cidr in cidrs]
    return (*(node for node in PEERED if node is not TABLE), Node(tokens.ROUTE_TABLE, "table", {"routes": routes}))


def transit(to: object, **properties: object) -> Node:
    own = {"transitGatewayRouteTableId": "tgw-rtb-1", "transitGatewayAttachmentId": "tgw-attach-1"}
    return Node(tokens.TRANSIT_ROUTE, _called(to), own | {"destinationCidrBlock": to} | properties)


def listed(*cidrs: str, of: object = Ref("list")) -> Example:
    entries = [{"cidr": cidr} for cidr in cidrs]
    by_list = route(None, destinationPrefixListId=of)
    return (*PEERED, Node(tokens.PREFIX_LIST, "list", {"entries": entries}), by_list)


ENTRY = Node(tokens.PREFIX_LIST_ENTRY, "entry", {"prefixListId": Ref("list"), "cidr": "10.20.8.0/21"})
ACCEPTER = Node(tokens.PEERING_ACCEPTER, "accepted", {"vpcPeeringConnectionId": Ref("joint")})
