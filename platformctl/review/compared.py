"""A comparison as the sections read it: each resource before and after under one name, and items about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from platformctl.changes import Change, place, readable
from platformctl.review.model import Item
from platformctl.show import value_text
from policies.graph import Graph
from policies.values import REDACTED, UNKNOWN, Secret, SecretText, Wrong

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison
    from policies.resource import Resource

SAME = "same"


@dataclass(frozen=True)
class Pair:
    """One resource on both sides; None where it is not."""

    urn: str
    type: str
    before: "Resource | None"
    after: "Resource | None"


class Compared:
    """Both graphs, the base's with the names that the head has: what was only renamed, by an alias, is the same."""

    def __init__(self, comparison: "Comparison") -> None:
        self.comparison = comparison
        self.renamed = renamed(comparison)
        self.before = under_new_names(comparison.before, self.renamed)
        self.after = comparison.after
        self.changes: Mapping[str, Change] = {change.urn: change for change in comparison.run.changes}

    def pairs(self, *types: str) -> Iterator[Pair]:
        """Every resource of these types, or of any, by URN."""
        for urn in sorted({*self.before.by_urn, *self.after.by_urn}):
            old, new = self.before.by_urn.get(urn), self.after.by_urn.get(urn)
            type_ = (new or old).type  # type: ignore[union-attr]  # one of them is there
            if not types or type_ in types:
                yield Pair(urn, type_, old, new)

    def both(self, *types: str) -> "Iterator[tuple[Resource, Resource]]":
        """Those that are there before and after."""
        for pair in self.pairs(*types):
            if pair.before and pair.after:
                yield pair.before, pair.after

    def item(self, urn: str, summary: str, *details: str, operation: str = "") -> Item:
        """Something to say about a resource that one of the sides has, or about none (an empty URN)."""
        change = self.changes.get(urn)
        resource = self.after.by_urn.get(urn) or self.before.by_urn.get(urn)
        layer, component = (change.layer, change.component) if change else place(urn, self._parents)
        return Item(
            urn=urn,
            type=resource.type if resource else change.type if change else "",
            name=resource.name if resource else change.name if change else "",
            operation=operation or (change.operation if change else SAME),
            layer=layer,
            component=component,
            summary=summary,
            details=details,
            source=self.source(urn),
        )

    def source(self, urn: str) -> str:
        """The line that makes the resource, or made it."""
        sides = (self.after.by_urn.get(urn), self.before.by_urn.get(urn))
        return next((side.source for side in sides if side and side.source), "")

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        return {urn: one.parent for graph in (self.before, self.after) for urn, one in graph.by_urn.items()}


def renamed(comparison: "Comparison") -> dict[str, str]:
    """By the old URN the new one, of what the engine found again by an alias."""
    found = {}
    for event in comparison.run.outcome.events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            step = event.get(kind, {}).get("metadata") or {}
            old = (step.get("old") or {}).get("urn")
            if old and old != step["urn"]:
                found[old] = step["urn"]
    return found


def under_new_names(graph: Graph, names: Mapping[str, str]) -> Graph:
    """The same graph, its resources and all references to them renamed."""
    if not names:
        return graph

    def new(urn: str) -> str:
        return names.get(urn, urn)

    return Graph(
        replace(
            one,
            urn=new(one.urn),
            parent=new(one.parent),
            provider=new(one.provider),
            dependencies=tuple(map(new, one.dependencies)),
            property_dependencies={key: tuple(map(new, urns)) for key, urns in one.property_dependencies.items()},
        )
        for one in graph.resources
    )


def raw(resource: "Resource | None", path: str) -> Any:
    """The value at a dotted path, UNKNOWN where it or something above is not known; None where there is none."""
    return within(resource.properties, path) if resource else None


def within(value: Any, path: str) -> Any:
    """The same, below a value."""
    for key in path.split("."):
        if isinstance(value, Secret):
            value = value.value
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, list) and len(value) == 1:  # a block that the provider takes once, as a list
            value = value[0]
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """A map as such; nothing of anything else, which the API refuses there."""
    value = value.value if isinstance(value, Secret) else value
    return value if isinstance(value, Mapping) else {}


def listing(value: Any) -> list[Any]:
    """A list as such; nothing of anything else."""
    value = value.value if isinstance(value, Secret) else value
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """A value in one short line; secret and unknown ones as words."""
    return "unset" if value is None else value_text(_shown(value))


def _shown(value: Any) -> Any:
    """As readers see it. Whole numbers are such: the wire knows no others than with fractions, a state does."""
    if isinstance(value, Secret | SecretText):
        return REDACTED
    if isinstance(value, Wrong):
        return "a value of another type"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return {key: _shown(item) for key, item in value.items()} if isinstance(value, dict) else readable(value)


def label(resource: "Resource") -> str:
    """What people call it: its name and its kind."""
    return f"{resource.name} ({resource.type.rpartition(':')[2]})"
