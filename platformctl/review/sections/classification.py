"""What counts as other data than before, or as more or less in the scope of PCI DSS."""

from collections.abc import Iterator
from typing import Any

from platformctl.review.compared import Compared, text
from platformctl.review.model import Item
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Mistyped, Undecided

# From the least to the most: what rules and access ask for grows with it.
_ORDER = {
    "data-class": ("public", "internal", "personal", "financial", "audit"),
    "pci-scope": ("out", "connected", "cde"),
}
_LABEL = "platform/"  # before the same words on objects of the cluster
_NAMES = {"data-class": "data class", "pci-scope": "PCI scope"}


def classification(compared: Compared) -> Iterator[Item]:
    """One item for each resource and tag that is another one after the change."""
    for before, after in compared.both():
        for key in _ORDER:
            was, now = _value(compared.before, before, key), _value(compared.after, after, key)
            if was != now:
                yield compared.item(after.urn, f"{_NAMES[key]}: {text(was)} → {text(now)}", *_meaning(key, was, now))


def _value(graph: Graph, resource: Resource, key: str) -> Any:
    """The tag in force, or an object's label; UNKNOWN while nobody knows it."""
    try:
        if resource.type.startswith("kubernetes:"):
            value = resource.props.block("metadata").block("labels").get(_LABEL + key)
        else:
            value = graph.tag(resource, key)
        return value if isinstance(value, str) else None
    except Undecided:
        return UNKNOWN
    except Mistyped:
        return None


def _meaning(key: str, was: Any, now: Any) -> Iterator[str]:
    order = _ORDER[key]
    if now is UNKNOWN or was is UNKNOWN:
        yield "it may be another one: not known before the update"
    elif now not in order:
        yield "rules and access that go by it no longer apply"
    elif was in order:
        less = order.index(now) < order.index(was)
        yield "less is demanded of it than before" if less else "more is demanded of it than before"
