"""What the routes of one table reach together: halves of a network are the whole of it."""

from collections import defaultdict
from dataclasses import dataclass

from policies.cidr import Network
from policies.graph import Graph
from policies.rules.network.peering.joints import joined_by, ranges_of, table_of
from policies.rules.network.peering.peers import Peers
from policies.rules.network.peering.routes import TYPES, Way, own_routes
from policies.values import Place, Undecided


@dataclass(frozen=True)
class Reach:
    """What several routes reach together that is too much, in words and as ranges, and what is not known of them."""

    words: str
    parts: list[Network]
    undecided: tuple[Place, ...]


_Routes = tuple[dict[tuple[str, str], list[Way]], dict[tuple[str, str], Reach], list[Place]]


def together(way: Way, peers: Peers, graph: Graph) -> Reach:
    """What the routes of one table to one joint reach together, without those that have a finding of their own; the
    graph keeps it.
    """
    ways, reaches, hidden = graph.kept(_routes)
    key = table_of(way.holder, graph), joined_by(way, graph)
    if key not in reaches:
        narrow: list[Network] = []
        places = list(hidden)
        for one in ways[key]:
            try:
                ranges = ranges_of(one, graph) or []
                narrow += [] if peers.reached_by(ranges)[0] else ranges
            except Undecided as error:
                places += error.places
        reaches[key] = Reach(*peers.reached_by(narrow), tuple(places))
    return reaches[key]


def _routes(graph: Graph) -> _Routes:
    """Every route into another network by its table and its joint, and what those of each reach, as far as asked."""
    ways: dict[tuple[str, str], list[Way]] = defaultdict(list)
    hidden: list[Place] = []
    for holder in graph.of_type(*TYPES):
        try:
            for way in own_routes(holder):
                ways[table_of(holder, graph), joined_by(way, graph)].append(way)
        except Undecided as error:
            hidden += error.places
    return ways, {}, hidden
