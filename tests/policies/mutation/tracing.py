"""Which properties a rule really reads while it judges its examples."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Rule
from policies.values import Secret
from policies.waivers import Waivers
from tests.policies.mutation.places import Path, covers, leads_to

_TAGS = ("tagsAll", "defaultTags")
_TOWARDS_CONTAINERS = {"containers", "ephemeralContainers", "initContainers", "metadata", "spec", "template"}
_OF_PODS = {
    *(("metadata", key) for key in ("annotations", "labels", "name", "namespace")),
    *(("workloadRef", key) for key in ("kind", "name")),
}
_DAY = date(2026, 1, 1)


class _Traced(dict[str, Any]):
    """A map that notes which of its keys are looked at, and at which path it stands."""

    def __init__(self, content: dict[str, Any], path: Path, seen: set[Path]) -> None:
        super().__init__({key: _traced(value, (*path, key), seen) for key, value in content.items()})
        self._path, self._seen = path, seen

    def _note(self, key: Any) -> None:
        if isinstance(key, str) and key:
            self._seen.add((*self._path, key))

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)


def _traced(value: Any, path: Path, seen: set[Path]) -> Any:
    if isinstance(value, Secret):
        return Secret(_traced(value.value, path, seen))
    if isinstance(value, list):
        return [_traced(item, path, seen) for item in value]
    return _Traced(value, path, seen) if isinstance(value, dict) else value


def _reads(rule: Rule, example: Example) -> set[Path]:
    seen: set[Path] = set()

    def traced(resource: Resource) -> Resource:
        properties, asked = (_Traced(dict(side), (), seen) for side in (resource.properties, resource.asked))
        return replace(resource, properties=properties, asked=asked)

    graph = Graph(traced(resource) for resource in graph_of(example).resources)
    # What every rule shares is no rule's own reading: names, values of wrong types, and secrets to leave out.
    graph.secrets, graph._names, graph._nameless  # noqa: B018  # computed once, here
    for resource in graph.resources:
        resource.mistyped  # noqa: B018
    seen.clear()
    evaluate(graph, (rule,), Waivers(), _DAY)
    return seen


def undeclared(rule: Rule) -> Iterator[str]:
    """The properties that the rule looks at in one of its examples and that `reads` does not name."""
    found: set[Path] = set()
    for example in (*rule.passes, *rule.fails, *rule.undecided, *rule.ignores):
        found |= _reads(rule, example)
    through = {path[:length] for path in found for length in range(1, len(path))}
    for path in sorted(found - through):
        if not any(covers(entry, path) for entry in rule.reads) and not _is_shared(rule, path):
            yield ".".join(map(str, path))


def _is_shared(rule: Rule, path: Path) -> bool:
    """Whether every rule on tags or on pods looks there: the ways to a tag, and those to a pod and its containers."""
    if path in (("arn",), ("id",)):
        return True  # what others call a resource
    if path[-1] in _TAGS:
        return "tags" in rule.reads
    return path[-1] in _TOWARDS_CONTAINERS or path[-2:] in _OF_PODS or any(leads_to(path, one) for one in rule.reads)
