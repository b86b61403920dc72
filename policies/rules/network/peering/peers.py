"""The networks at the ends of what joins them, and whether addresses are all of one."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from policies import tokens
from policies.cidr import Network, is_internet, networks, within
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.network.peering.joints import joint_of
from policies.rules.network.peering.routes import TRANSIT, Way

# The widest range of a VPC in IPv4, and the one that AWS gives in IPv6 (VPC user guide, "VPC CIDR blocks").
_WHOLE_VPC = {4: 16, 6: 56}


@dataclass(frozen=True)
class Peers:
    """The networks at the ends of a joint: those that the stack knows, and whether there are others."""

    known: tuple[Resource, ...]
    strangers: bool

    @staticmethod
    def of(way: Way, graph: Graph) -> "Peers":
        if way.holder.type in TRANSIT:
            return Peers((), strangers=False)  # what an attachment leads to is a network by itself
        connection = joint_of(way, graph) if way.joint == "vpcPeeringConnectionId" else None
        if connection is not None and connection.type == tokens.PEERING_ACCEPTER:
            connection = graph.resolve(connection, "vpcPeeringConnectionId", tokens.PEERING)
        if connection is None:
            return Peers((), strangers=True)
        ends = [graph.resolve(connection, key, tokens.VPC) for key in ("vpcId", "peerVpcId")]
        return Peers(tuple(end for end in ends if end is not None), strangers=None in ends)

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
