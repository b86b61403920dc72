"""Lists of references: which of their items lead out of the graph."""

from policies.graph import Graph
from policies.resource import Resource
from policies.values import Items, Undecided


def strangers(resource: Resource, key: str, graph: Graph, *to: str) -> list[str]:
    """The items of the list at the top-level property `key`, or its one value, that name nothing of the types
    `to`.

    Raises Undecided if the list or an item is unknown and its producers do not tell; an item that several
    could produce is one of them.
    """
    if key not in resource.props:
        return []
    found = graph.references(resource, key, *to)
    try:
        items = resource.props[key]
    except Undecided:
        return []  # what produces the whole list is known
    listed = [items] if not isinstance(items, Items) else [_item(items, index) for index in range(len(items))]
    known = [item for item in listed if item is not None]
    by_name = {hit.urn for item in known if (hit := graph.find(item, *to))}
    unnamed = [str(item) for item in known if not graph.find(item, *to)]
    hidden, producers = len(listed) - len(known), len({hit.urn for hit in found} - by_name)
    if hidden > producers:
        raise resource.undecided(key)
    return [] if hidden + len(unnamed) == producers else unnamed


def _item(items: Items, index: int) -> object:
    try:
        return items[index]
    except Undecided:
        return None
