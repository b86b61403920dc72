"""Puts a picture together: what is where, and what flows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from platformctl.picture.model import Box, Flow, Frame, Network, Picture, Region, Tier
from platformctl.picture.reading import cluster, databases, edges, egress, networks, regional, uses
from platformctl.picture.reading.evidence import copy_flows, log_flows
from platformctl.picture.reading.facts import known, mapping, refs, region, texts, word
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


class _Rooms:
    """The boxes of a network's tiers, by the tier's name."""

    def __init__(self, draft: networks.Draft) -> None:
        self.draft = draft
        self.edge: dict[str, list[Box]] = defaultdict(list)
        self.frames: dict[str, list[Frame]] = defaultdict(list)
        self.inside: dict[str, list[Box]] = defaultdict(list)

    def network(self) -> Network:
        draft = self.draft
        tiers = tuple(
            Tier(
                name,
                draft.kinds[name],
                draft.scopes[name],
                networks.cells(draft, name),
                tuple(self.edge[name]),
                tuple(self.frames[name]),
                tuple(self.inside[name]),
            )
            for name in draft.order()
        )
        return Network(draft.box, tuple(networks.zones(draft)), tiers)


def read(graph: Graph) -> Picture:
    """The picture of an environment; what has no place in it is told apart by `marks`."""
    rooms = [_Rooms(draft) for draft in networks.drafts(graph)]
    home = _home(graph)
    spaces = cluster.namespaces(graph)
    doors, wall = edges.doors(graph), edges.firewall(graph)
    loose = [*_place(graph, rooms, spaces), *_place_edges(graph, rooms, doors, wall)]
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


def _place(graph: Graph, rooms: list[_Rooms], spaces: dict[str, Box]) -> list[Box]:
    """Puts control planes, node groups with their namespaces, databases and machines into tiers; gives the rest."""
    loose: list[Box] = []
    groups = cluster.node_groups(graph)
    runs = {name: cluster.runs_on(graph, name, [group for _, group, _ in groups]) for name in spaces}
    for subnets, group, box in groups:
        mine = tuple(spaces[name] for name, found in runs.items() if found is group)
        room, tier = _room(rooms, subnets)
        if room:
            room.frames[tier].append(Frame(box, mine))
        else:
            loose += [replace(one, group="Cluster") for one in (box, *mine)]
    loose += [replace(spaces[name], group="Cluster") for name, found in runs.items() if found is None]
    for subnets, box in cluster.control_planes(graph):
        room, tier = _room(rooms, subnets)
        if room:
            room.edge[tier].append(box)
        else:
            loose.append(replace(box, group="Cluster"))
    for subnets, box in (*databases.databases(graph), *_machines(graph)):
        room, tier = _room(rooms, subnets)
        if room:
            room.inside[tier].append(box)
        else:
            loose.append(replace(box, group=regional.GROUPS[0]))
    return loose


def _place_edges(graph: Graph, rooms: list[_Rooms], doors: list[edges.Door], wall: Box | None) -> list[Box]:
    loose = (
        [] if rooms else [replace(box, group="Edge") for box in (*([wall] if wall else []), *(d.box for d in doors))]
    )
    for number, room in enumerate(rooms):
        for tier, box in networks.gateways(graph, room.draft):
            room.edge[tier].append(box)
        if number == 0:  # no Ingress says which network its load balancer is in
            front = [wall] if wall else []
            room.edge[room.draft.of_kind("public")][:0] = [*front, *(door.box for door in doors if door.public)]
            room.edge[room.draft.of_kind("private")][:0] = [door.box for door in doors if not door.public]
        for tier, box in networks.endpoints(graph, room.draft):
            room.edge[tier].append(box)
    return loose


def _flows(
    graph: Graph, rooms: list[_Rooms], doors: list[edges.Door], wall: Box | None, spaces: dict[str, Box]
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


def _out(rooms: list[_Rooms], source: str, host: str, why: str) -> list[Flow]:
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


def _machines(graph: Graph) -> Iterator[tuple[tuple[Resource, ...], Box]]:
    for one in graph.of_type(tokens.INSTANCE):
        lines = tuple(filter(None, ("machine", word(one, "instanceType"))))
        scope = word(one, "tags", "pci-scope")
        name = mapping(known(one, "tags")).get("Name")
        title = name if isinstance(name, str) and name else one.name
        yield refs(graph, one, "subnetId", tokens.SUBNET), Box(one.urn, "machine", title, lines, (one.urn,), scope)


def _room(rooms: list[_Rooms], subnets: Iterable[Resource]) -> tuple[_Rooms | None, str]:
    for room in rooms:
        if tier := networks.tier_of(room.draft, tuple(subnets)):
            return room, tier
    return None, ""


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
