"""Verdicts of an earlier run that still stand: what a rule found nothing wrong with, and what it read, is the same."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any, cast

from policies import tokens
from policies.graph import STANDS_FOR, Graph
from policies.resource import Resource
from policies.rule import Rule

PROVIDERS = "pulumi:providers:"
Verdict = tuple[
    bool, list[str] | None, str
]  # whether the rule applied, the types that it read (None: all), their digest


class Standing:
    """Recalls verdicts, for one graph of registrations, and keeps those of this run for the next.

    A rule is a function of the day and of what it reads: the resource, the providers, and what it asks the graph for,
    which is noted by type. Only verdicts without findings are kept, so that a message is always made of what is there
    now. Whoever keeps them drops them when anything under policies/ changes.
    """

    def __init__(self, registrations: Iterable[Mapping[str, Any]], earlier: Mapping[str, Verdict]) -> None:
        by_type: dict[str, list[str]] = defaultdict(list)
        self._read: dict[str, str] = {}
        for one in sorted(registrations, key=lambda one: str(one["urn"])):
            self._read[one["urn"]] = digest = _digest(one)
            by_type[tokens.canonical(one["type"])].append(digest)
        self._types = {type_: _digest(digests) for type_, digests in by_type.items()}
        self._whole = _digest(self._types)
        self._providers = _digest([one for type_, one in self._types.items() if type_.startswith(PROVIDERS)])
        self._earlier = earlier
        self.verdicts: dict[str, Verdict] = {}

    def recall(self, rule: Rule, resource: Resource, day: date | None) -> bool | None:
        """Whether the rule applies to a resource with which nothing is wrong; None if it has to be judged."""
        key = self._key(rule, resource, day)
        found = self._earlier.get(key)
        if found is None or self._of(found[1]) != found[2]:
            return None
        self.verdicts[key] = found
        return found[0]

    def keep(self, rule: Rule, resource: Resource, day: date | None, reading: "Reading", applied: bool) -> None:
        """The rule found nothing wrong with the resource, and that is what it read of the graph."""
        types = None if reading.everything else sorted(reading.types)
        self.verdicts[self._key(rule, resource, day)] = applied, types, self._of(types)

    def _key(self, rule: Rule, resource: Resource, day: date | None) -> str:
        return f"{rule.id} {day} {self._read[resource.urn]} {self._providers}"

    def _of(self, types: list[str] | None) -> str:
        return self._whole if types is None else _digest([self._types.get(type_) for type_ in types]) if types else ""


class Reading:
    """The graph in front of a rule, which notes of which types the rule reads resources that it was not handed."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.types: set[str] = set()
        self.everything = False
        self.provider, self.setting, self.tag = graph.provider, graph.setting, graph.tag  # read providers only
        self.today, self.registries = graph.today, graph.registries

    def __getattr__(self, name: str) -> Any:
        self.everything = True
        return getattr(self._graph, name)

    @property
    def graph(self) -> Graph:
        return cast(Graph, self)

    def of_type(self, *types: str) -> list[Resource]:
        self.types.update(types)
        return self._graph.of_type(*types)

    def find(self, value: Any, *to: str) -> Resource | None:
        self._names(to)
        return self._graph.find(value, *to)

    def resolve(self, resource: Resource, path: str, *to: str) -> Resource | None:
        self._names(to)
        return self._graph.resolve(resource, path, *to)

    def references(self, resource: Resource, path: str, *to: str) -> tuple[Resource, ...]:
        self._names(to)
        return self._graph.references(resource, path, *to)

    def referrers(self, target: Resource, type_: str, path: str, *to: str) -> list[Resource]:
        self._names((type_, *(to or (target.type,))))
        return self._graph.referrers(target, type_, path, *to)

    def possible_referrers(self, target: Resource, type_: str, path: str, *to: str) -> Any:
        self._names((type_, *(to or (target.type,))))
        return self._graph.possible_referrers(target, type_, path, *to)

    def _names(self, types: Iterable[str]) -> None:
        """What is called by a name may be called so by an alias."""
        self.types.update(types)
        self.types.update(alias for alias, (_, type_) in STANDS_FOR.items() if type_ in types)


def _digest(content: Any) -> str:
    return blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()
