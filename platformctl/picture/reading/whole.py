"""Puts a picture together: what is where, and what flows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from platformctl.picture.model import Box, Flow, Picture, Region
from platformctl.picture.reading import cluster, edges, egress, networks, regional, uses
from platformctl.picture.reading.evidence import copy_flows, log_flows
from platformctl.picture.reading.facts import known, refs, region, texts, word
from platformctl.picture.reading.places import Rooms, place, place_edges
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_CARRIERS = {  # the property by which a type carries security groups
    tokens.DATABASE_CLUSTER: "vpcSecurityGroupIds",
    tokens.DATABASE_INSTANCE: "vpcSecurityGroupIds",
    tokens.EKS_CLUSTER: "vpcConfig.securityGroupIds",
    tokens.LOAD_BALANCER: "securityGroups",
    tokens.CLASSIC_LOAD_BALANCER: "securityGroups",
    tokens.INSTANCE: "vpcSecurityGroupIds",
}


def read(graph: Graph) -> Picture:
    """The picture of an environment; what has no place in it is told apart by `marks`."""
    rooms = [Rooms(draft) for draft in networks.drafts(graph)]
    home = _home(graph)
    spaces = cluster.namespaces(graph)
    doors, wall = edges.doors(graph), edges.firewall(graph)
    loose = [*place(graph, rooms, spaces), *place_edges(graph, rooms, doors, wall)]
    by_region: dict[str, list[Box]] = defaultdict(list)
    for where, box in regional.boxes(graph):
        by_region[where or home].append(box)
    flows, outside = _flows(graph, rooms, doors, wall, spaces)
    drawn = {box.id for boxes in by_region.values() for box in boxes} | {box.id for box in (*loose, *outside)}
    nets = tuple(room.network() for room in rooms)
    drawn |= {box.id for net in nets for tier in net.tiers for box in tier.boxes()}
    return Picture(
        environment=next((one.stack for one in graph.resources), ""),
        region=home,
        outside=tuple(outside),
        networks=nets,
        regional=(*loose, *by_region.pop(home, ())),
        others=tuple(Region(name, tuple(by_region[name])) for name in sorted(by_region)),
        flows=tuple(_once(flow for flow in flows if {flow.source, flow.target} <= drawn)),
        parents={one.urn: one.parent for one in graph.resources},
    )


def _flows(
    graph: Graph, rooms: list[Rooms], doors: list[edges.Door], wall: Box | None, spaces: dict[str, Box]
) -> tuple[list[Flow], list[Box]]:
    """Every flow, and the boxes outside that some of them begin or end at."""
    ids = {name: box.id for name, box in spaces.items()}
    outside: dict[str, Box] = {}
    flows = list(_requests(doors, wall, ids))
    if any(door.public for door in doors):
        outside[edges.INTERNET.id] = edges.INTERNET
    ranges = [text for vpc in graph.of_type(tokens.VPC, tokens.VPC_CIDR) for text in texts(known(vpc, "cidrBlock"))]
    carriers = {
        one.urn: refs(graph, one, path, tokens.SECURITY_GROUP, tokens.DEFAULT_SECURITY_GROUP)
        for type_, path in _CARRIERS.items()
        for one in graph.of_type(type_)
    }
    for box, flow in edges.openings(graph, carriers, ranges):
        outside.setdefault(box.id, box)
        flows.append(flow)
    for namespace, host, why in egress.hosts(graph, ranges):
        if namespace in ids:
            outside.setdefault(host.id, host)
            flows += _out(rooms, ids[namespace], host.id, why)
    queues = {one.urn for one in graph.of_type(tokens.QUEUE)}
    flows += [*uses.database_flows(graph, ids), *uses.queue_flows(graph, ids, queues)]
    flows += [*log_flows(graph, lambda group: _logged(graph, group, spaces)), *copy_flows(graph)]
    return flows, list(outside.values())


def _requests(doors: list[edges.Door], wall: Box | None, ids: dict[str, str]) -> Iterator[Flow]:
    for door in doors:
        first = wall.id if wall and door.guarded else door.box.id
        if door.public:
            yield Flow(edges.INTERNET.id, first, "request", f"{door.box.title} is internet-facing")
        if first != door.box.id:
            yield Flow(first, door.box.id, "request", f"the web firewall guards {door.box.title}")
        if door.leads_to in ids:
            yield Flow(door.box.id, ids[door.leads_to], "request", f"{door.box.title} leads to {door.leads_to}")


def _out(rooms: list[Rooms], source: str, host: str, why: str) -> list[Flow]:
    """By the NAT gateways, if there are any."""
    gates = [box.id for room in rooms for boxes in room.edge.values() for box in boxes if box.kind == "nat"]
    if not gates:
        return [Flow(source, host, "egress", why)]
    return [Flow(source, gates[0], "egress", why), Flow(gates[0], host, "egress", why)]


def _logged(graph: Graph, group: Resource, spaces: dict[str, Box]) -> str:
    """The id of the box whose log group it is: of the same component, or named in the log group's name."""
    types = (tokens.DATABASE_CLUSTER, tokens.DATABASE_INSTANCE, tokens.EKS_CLUSTER, tokens.TRAIL, tokens.WEB_ACL)
    for one in graph.of_type(*types):
        if one.parent and one.parent == group.parent:
            return edges.FIREWALL if one.type == tokens.WEB_ACL else one.urn
    parts = word(group, "name").split("/")
    for one in graph.of_type(*types):
        names = {word(one, key) for key in ("clusterIdentifier", "identifier", "name")} - {""}
        if names & set(parts):
            return one.urn
    return next((box.id for name, box in spaces.items() if name in parts), "")


def _home(graph: Graph) -> str:
    """The region of the VPC, else the one that most resources are in."""
    for vpc in graph.of_type(tokens.VPC):
        if found := region(graph, vpc):
            return found
    counted = Counter(filter(None, (region(graph, one) for one in graph.resources if one.type.startswith("aws:"))))
    return min(counted, key=lambda name: (-counted[name], name)) if counted else ""


def _once(flows: Iterable[Flow]) -> Iterator[Flow]:
    """Each flow once, with every reason for it."""
    merged: dict[tuple[str, str, str], dict[str, None]] = {}
    for flow in flows:
        merged.setdefault((flow.source, flow.target, flow.kind), {})[flow.why] = None
    for (source, target, kind), reasons in merged.items():
        if source != target:
            yield Flow(source, target, kind, "; ".join(reasons))
