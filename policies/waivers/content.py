"""What of a resource a waiver was granted for: digests of the inputs that its rule reads.

For a rule that needs the graph, so do the inputs of the resources that refer to the judged one (the policy or the
public access block of a bucket), unless the rule judges those by themselves.

The same program has the same content in process, in the engine and on its state. So only what the program asked for
counts, without what the provider filled in; and a value that another resource makes, which is unknown in process and
known on a state, counts as `from` the resources that make it. What is secret counts as secret, whatever it is.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Rule
from policies.values import UNKNOWN, Secret, Wrong
from policies.waivers.asked import asked, scalar

_DIGITS = 16  # of the digest: 64 bits
_EVERYTHING = "every input"  # what a rule that looks through all inputs says it reads
_PROTECT = "protect"  # an option, no input
_UNKNOWN, _FROM = "unknown", "from "


def content(rule: Rule, graph: Graph, resource: Resource, masked: Collection[str] = ()) -> dict[str, str]:
    """By property that `rule` reads and `resource` sets: a digest of its value. By path of a value that is not known:
    `from` the resources that make it, or `unknown`. Properties of resources that refer to it stand behind `name/`.

    The paths in `masked` were not known when it was approved, and count as such although they may be known now.
    """
    found = _own_content(rule, resource, masked)
    for other in _referrers(rule, graph, resource):
        prefix = f"{_short(other.urn)}/"
        inner = _own_content(rule, other, [path.removeprefix(prefix) for path in masked if path.startswith(prefix)])
        if inner.keys() & set(rule.reads):
            found |= {prefix + path: value for path, value in inner.items()}
    return dict(sorted(found.items()))


def changes(rule: Rule, graph: Graph, resource: Resource, approved: Mapping[str, str]) -> tuple[str, ...]:
    """The properties and paths at which `resource` is no longer what was approved."""
    masked = _masked(approved)
    now = content(rule, graph, resource, masked)
    if resource.alone:
        now |= {path: approved[path] for path in masked & now.keys()}
    return tuple(sorted(path for path in approved.keys() | now.keys() if approved.get(path) != now.get(path)))


def is_settled(rule: Rule, graph: Graph, resource: Resource, approved: Mapping[str, str]) -> bool:
    """Whether something that was not known when it was approved is known now: what could not be decided may be."""
    now = content(rule, graph, resource)
    return any(now.get(path) != approved[path] for path in _masked(approved))


def _masked(approved: Mapping[str, str]) -> set[str]:
    """The paths that were not known."""
    return {path for path, value in approved.items() if value == _UNKNOWN or value.startswith(_FROM)}


def _referrers(rule: Rule, graph: Graph, resource: Resource) -> Iterator[Resource]:
    """What refers to `resource` and is judged, if at all, as a part of it."""
    for other in graph.resources if rule.needs_graph else ():
        refers = any(resource.urn in urns for urns in other.property_dependencies.values())
        if refers and not any(_is_of(other.type, type_) for type_ in rule.types):
            yield other


def _is_of(type_: str, judged: str) -> bool:
    return type_.startswith(judged[:-1]) if judged.endswith("*") else type_ == judged


def _short(urn: str) -> str:
    """Type and name, without the types of parents."""
    return "::".join(urn.rsplit("$", 1)[-1].split("::")[-2:])


def _own_content(rule: Rule, resource: Resource, masked: Collection[str]) -> dict[str, str]:
    view = _View(resource, frozenset(masked))
    nodes = list(view.nodes())
    found: dict[str, str] = {}
    for read in _reads(rule, resource):
        names = tuple(read.split("."))
        values = [(path, view.hashable(value, path)) for path, place, value in nodes if place[-len(names) :] == names]
        if read == _PROTECT:
            values.append((read, resource.protect))
        if values:
            found[read] = _digest([rule.id, resource.urn, values])
    if any(read not in found for read in rule.reads):  # one of those may stand inside what is not known
        for path, _, value in nodes:
            if value is UNKNOWN or path in view.masked:
                view.hashable(value, path)
    return found | view.unknown


def _reads(rule: Rule, resource: Resource) -> list[str]:
    return sorted(asked(resource)) if _EVERYTHING in rule.reads else list(rule.reads)


@dataclass
class _View:
    resource: Resource
    masked: frozenset[str]
    unknown: dict[str, str] = field(default_factory=dict)  # by path, who makes what is there

    def nodes(self) -> Iterator[tuple[str, tuple[str, ...], Any]]:
        """Every value at any depth: its path, the names on the path, and the value."""
        yield from self._inside(asked(self.resource), "", ())

    def _inside(self, value: Any, path: str, names: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], Any]]:
        if path in self.masked:
            return
        if isinstance(value, dict):
            for key, item in sorted(value.items()):
                inner = f"{path}.{key}" if path else key
                yield inner, (*names, key), item
                yield from self._inside(item, inner, (*names, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if item is UNKNOWN or f"{path}[{index}]" in self.masked:
                    yield f"{path}[{index}]", (), item
                yield from self._inside(item, f"{path}[{index}]", names)

    def hashable(self, value: Any, path: str) -> Any:
        """The value as it is hashed; notes the paths at which it is not known, or was not."""
        if value is UNKNOWN or path in self.masked:
            self.unknown[path] = self._makers(path)
            return {_UNKNOWN: True}
        if isinstance(value, Secret):
            return {"secret": True}
        if isinstance(value, Wrong):
            return {"of another type": self.hashable(value.value, path)}
        if isinstance(value, dict):
            return {key: self.hashable(item, f"{path}.{key}") for key, item in sorted(value.items())}
        if isinstance(value, list):
            return [self.hashable(item, f"{path}[{index}]") for index, item in enumerate(value)]
        return scalar(value)

    def _makers(self, path: str) -> str:
        top = path.split(".")[0].split("[")[0]
        urns = self.resource.property_dependencies.get(top, ())
        names = sorted(set(map(_short, urns)))
        return _FROM + ", ".join(names) if names else _UNKNOWN


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)  # escapes what is not ASCII, lone surrogates too
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
