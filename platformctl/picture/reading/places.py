"""What stands where: the boxes of a network's tiers, and what no network has a room for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from platformctl.picture.model import Box, Frame, Network, Tier
from platformctl.picture.reading import cluster, databases, edges, networks, regional
from platformctl.picture.reading.facts import known, mapping, refs, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource


class Rooms:
    """The boxes of a network's tiers, by the tier's name."""

    def __init__(self, draft: networks.Draft) -> None:
        self.draft = draft
        self.edge: dict[str, list[Box]] = defaultdict(list)
        self.frames: dict[str, list[Frame]] = defaultdict(list)
        self.inside: dict[str, list[Box]] = defaultdict(list)

    def network(self) -> Network:
        """The network with everything that has been put into its tiers."""
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


def place(graph: Graph, rooms: list[Rooms], spaces: dict[str, Box]) -> list[Box]:
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


def place_edges(graph: Graph, rooms: list[Rooms], doors: list[edges.Door], wall: Box | None) -> list[Box]:
    """Puts load balancers, the web firewall, NAT gateways and endpoints at the edge of tiers; gives the rest."""
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


def _machines(graph: Graph) -> Iterator[tuple[tuple[Resource, ...], Box]]:
    for one in graph.of_type(tokens.INSTANCE):
        lines = tuple(filter(None, ("machine", word(one, "instanceType"))))
        scope = word(one, "tags", "pci-scope")
        name = mapping(known(one, "tags")).get("Name")
        title = name if isinstance(name, str) and name else one.name
        yield refs(graph, one, "subnetId", tokens.SUBNET), Box(one.urn, "machine", title, lines, (one.urn,), scope)


def _room(rooms: list[Rooms], subnets: Iterable[Resource]) -> tuple[Rooms | None, str]:
    for room in rooms:
        if tier := networks.tier_of(room.draft, tuple(subnets)):
            return room, tier
    return None, ""
