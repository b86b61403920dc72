"""What a route is in, what it leads through, and the addresses that it is for."""

from policies import tokens
from policies.cidr import Network, networks
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.network.peering.routes import DESTINATIONS, JOINTS, LISTS, TABLES, TRANSIT, Way, is_set
from policies.values import Undecided

_TRANSIT_TABLE = "aws:ec2transitgateway/routeTable:RouteTable"


def table_of(holder: Resource, graph: Graph) -> str:
    """The table that a route is in: its URN, or its id if it is elsewhere."""
    if holder.type in TABLES:
        return holder.urn
    key, to = ("transitGatewayRouteTableId", (_TRANSIT_TABLE,)) if holder.type in TRANSIT else ("routeTableId", TABLES)
    found = graph.resolve(holder, key, *to)
    return found.urn if found is not None else str(holder.props.get(key, ""))


def joined_by(way: Way, graph: Graph) -> str:
    """What a route leads through: its URN, or its id if it is elsewhere."""
    known = joint_of(way, graph)
    return known.urn if known is not None else str(way.block[way.joint])


def joint_of(way: Way, graph: Graph) -> Resource | None:
    """What joins the networks, if it is part of the stack. Raises Undecided if that is not known yet."""
    types = JOINTS[way.joint]
    if not types:
        return None
    try:
        return graph.find(way.block[way.joint], *types) or _only(way, graph)
    except Undecided:
        if (found := _only(way, graph)) is not None:
            return found
        raise


def _only(way: Way, graph: Graph) -> Resource | None:
    """The one joint that the routes of its holder refer to."""
    path = f"routes.{way.joint}" if way.holder.type in TABLES else way.joint
    found = graph.references(way.holder, path, *JOINTS[way.joint])
    return found[0] if len(found) == 1 else None


def ranges_of(way: Way, graph: Graph) -> list[Network] | None:
    """The addresses that a route is for; None if a prefix list of elsewhere says so."""
    found = networks(str(way.block[key]) for key in DESTINATIONS if way.block.get(key))
    for key in (key for key in LISTS if is_set(way.block, key)):
        path = f"routes.{key}" if way.holder.type in TABLES else key
        listed = graph.references(way.holder, path, tokens.PREFIX_LIST)
        if not listed:
            return None
        for one in listed:
            found += networks(str(entry["cidr"]) for entry in one.props.blocks("entries"))
            entries = graph.referrers(one, tokens.PREFIX_LIST_ENTRY, "prefixListId")
            found += networks(str(entry.props["cidr"]) for entry in entries)
    return found
