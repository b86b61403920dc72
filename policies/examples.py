"""Small graphs for the examples of rules, in the encoding that programs send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.graph import Graph
from policies.resource import make

Example = tuple["Node", ...]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ACCOUNT = "111122223333"
TAGS = {
    "owner": "payments",
    "environment": "prod",
    "data-class": "internal",
    "pci-scope": "connected",
    "cost-centre": "cc-100",
}


@dataclass(frozen=True)
class Ref:
    """Stands for the id of another node, which nobody knows before it exists."""

    name: str


@dataclass(frozen=True, eq=False)
class Node:
    """One resource of an example; `props` may hold Ref for what other nodes produce."""

    type: str
    name: str
    props: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    provider: str = ""
    project: str = "billing-platform"

    def urn(self, stack: str) -> str:
        return f"urn:pulumi:{stack}::{self.project}::{self.type}::{self.name}"


def secret(value: Any) -> dict[str, Any]:
    """A secret value, as the engine sends it."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


def graph_of(example: Example, stack: str = "prod") -> Graph:
    """The graph that an adapter would make of the example's nodes."""
    urns = {node.name: node.urn(stack) for node in example}
    resources = []
    for node in example:
        uses = {key: tuple(urns.get(name, name) for name in refs(value)) for key, value in node.props.items()}
        resources.append(
            make(
                urn=urns[node.name],
                type_=node.type,
                inputs={key: encoded(value) for key, value in node.props.items()},
                property_dependencies={key: value for key, value in uses.items() if value},
                provider=urns.get(node.provider, ""),
                protect=node.protect,
            )
        )
    return Graph(resources)


def encoded(value: Any) -> Any:
    """A node's value as the engine has it: what refers to another node is not known yet."""
    if isinstance(value, Ref):
        return UNKNOWN
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return {key: encoded(item) for key, item in value.items()} if isinstance(value, dict) else value


def refs(value: Any) -> list[str]:
    """The nodes that a value refers to, by name."""
    if isinstance(value, Ref):
        return [value.name]
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [name for item in inner for name in refs(item)]
