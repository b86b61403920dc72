"""The routes that lead into other networks, as each resource states them."""

from dataclasses import dataclass

from policies import tokens
from policies.resource import Resource
from policies.values import Block

TABLES = (tokens.ROUTE_TABLE, tokens.DEFAULT_ROUTE_TABLE)
TRANSIT = (tokens.TRANSIT_ROUTE, tokens.TRANSIT_PREFIX_LIST)
TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
_CONNECTIONS = (tokens.PEERING, tokens.PEERING_ACCEPTER)
# What a route may lead to, by the property that says so, and the types that it refers to.
JOINTS = {
    "vpcPeeringConnectionId": _CONNECTIONS,
    "transitGatewayId": (TRANSIT_GATEWAY,),
    "coreNetworkArn": (),
    "transitGatewayAttachmentId": (),
}
DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock")
LISTS = ("destinationPrefixListId", "prefixListId")
TYPES = (tokens.ROUTE, *TABLES, *TRANSIT)


@dataclass(frozen=True)
class Way:
    """One route into another network, and the resource that states it."""

    holder: Resource
    block: Block
    joint: str  # the property that names what joins the networks

    @property
    def path(self) -> str:
        keys = (key for key in (*DESTINATIONS, *LISTS) if is_set(self.block, key))
        return self.block.at(next(keys, "destinationCidrBlock"))


def own_routes(holder: Resource) -> list[Way]:
    """The routes that a resource states itself, of those that lead into other networks."""
    blocks = holder.props.blocks("routes") if holder.type in TABLES else [holder.props]
    return [
        Way(holder, block, joint) for block in blocks for joint in JOINTS if is_set(block, joint) and not _ends(block)
    ]


def is_set(block: Block, key: str) -> bool:
    """Known or not; states say by an empty text that nothing is there."""
    return key in block and block.raw[key] != ""


def _ends(block: Block) -> bool:
    return block.get("blackhole") is True
