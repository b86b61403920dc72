"""Prefix lists: the address ranges that a security group's rule names by one id."""

from collections.abc import Iterator

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Block, Undecided

KEYS = ("prefixListId", "prefixListIds")


def prefixes(resource: Resource, block: Block, graph: Graph) -> Iterator[str]:
    """The ranges of the lists that a block of `resource` names, as far as this graph makes them: those of AWS, whose
    ids nobody here can read, hold the addresses of a service.

    Raises Undecided if a list, or a range of one, is not known yet.
    """
    for key in KEYS:
        value = block.raw.get(key)
        for name in value if isinstance(value, list) else [value]:
            for made in _lists(name, resource, block.at(key), graph):
                yield from _ranges(made, graph)


def _lists(name: object, resource: Resource, path: str, graph: Graph) -> list[Resource]:
    if name is None:
        return []
    if found := graph.find(name, tokens.PREFIX_LIST):
        return [found]
    top = path.split(".")[0].split("[")[0]
    makers = (graph.by_urn.get(urn) for urn in resource.property_dependencies.get(top, ()))
    made = [maker for maker in makers if maker and maker.type in (tokens.PREFIX_LIST, tokens.VPC_ENDPOINT)]
    if name is UNKNOWN and not made:
        raise resource.undecided(path)
    return [maker for maker in made if maker.type == tokens.PREFIX_LIST]  # an endpoint's is AWS's


def _ranges(made: Resource, graph: Graph) -> Iterator[str]:
    separate = graph.possible_referrers(made, tokens.PREFIX_LIST_ENTRY, "prefixListId")
    for entry in (*made.props.blocks("entries"), *(one.props for one in separate)):
        yield entry["cidr"]
    if separate.undecided:
        raise Undecided(*separate.undecided)
