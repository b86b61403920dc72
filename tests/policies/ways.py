"""One example as each of the ways to run hands it over: program, pack of the engine, state, manifests."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from policies import manifests
from policies.adapters import from_registrations, from_state
from policies.examples import UNKNOWN, Example, Node, Ref, secret
from policies.graph import Graph
from policies.pack import Judge
from policies.rule import Pack

_STACK = "prod"


def registrations(example: Example) -> list[dict[str, Any]]:
    """The example as the program registers it."""
    urns = {node.name: node.urn(_STACK) for node in example}
    return [
        {
            "urn": urns[node.name],
            "type": node.type,
            "name": node.name,
            "custom": True,
            "inputs": encoded(node.props),
            "propertyDependencies": {
                key: [urns.get(name, name) for name in found]
                for key, value in node.props.items()
                if (found := _refs(value))
            },
            "provider": f"{urns[node.provider]}::{UNKNOWN}" if node.provider in urns else "",
            "protect": node.protect,
        }
        for node in example
    ]


def in_process(example: Example) -> Graph:
    return from_registrations(registrations(example))


def by_state(example: Example) -> Graph:
    items = [item | {"outputs": item["inputs"]} for item in registrations(example)]
    return from_state(json.dumps({"version": 3, "deployment": {"resources": items}}))


def by_pack(example: Example) -> Graph:
    """As the SDK's arguments, which name resources by object."""
    items = registrations(example)
    resources: dict[str, Any] = {item["urn"]: _argument(item) for item in items}
    for item in items:
        made = resources[item["urn"]]
        made.provider = resources.get(item["provider"].rpartition("::")[0])
        for key, urns in item["propertyDependencies"].items():
            made.property_dependencies[key] = [resources.get(urn, SimpleNamespace(urn=urn)) for urn in urns]
    judge = Judge(Pack.COMPLIANCE)
    return Graph(judge._from_engine(resource) for resource in resources.values())


def by_manifests(example: Example) -> Graph:
    """As one list of objects; for examples of Kubernetes alone."""
    items = [_manifest(node) for node in example]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    found = manifests.load(["-"], lambda: text.encode())
    assert not found.faults, found.faults
    return found.graph


WAYS: dict[str, Callable[[Example], Graph]] = {"in process": in_process, "state": by_state, "pack": by_pack}


def as_objects(example: Example) -> Example | None:
    """The example with names in it, if manifests can say it: objects of Kubernetes, all known and none secret."""
    written = json.dumps([encoded(node.props) for node in example])
    if any(mark in written for mark in (UNKNOWN, *secret(""))) or not all(map(_is_object, example)):
        return None
    return tuple(replace(node, props={**node.props, "metadata": _metadata(node)}) for node in example)


def encoded(value: Any) -> Any:
    if isinstance(value, Ref):
        return UNKNOWN
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return {key: encoded(item) for key, item in value.items()} if isinstance(value, dict) else value


def _argument(item: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        urn=item["urn"],
        resource_type=item["type"],
        name=item["name"],
        props=item["inputs"],
        parent=None,
        dependencies=[],
        property_dependencies={},
        provider=None,
        opts=SimpleNamespace(protect=item["protect"]),
    )


def _is_object(node: Node) -> bool:
    return node.type.startswith("kubernetes:") and isinstance(node.props.get("metadata") or {}, dict)


def _metadata(node: Node) -> dict[str, Any]:
    return {"name": node.name} | (node.props.get("metadata") or {})


def _manifest(node: Node) -> dict[str, Any]:
    _, version, kind = node.type.split(":")
    return {"apiVersion": version.removeprefix("core/"), "kind": kind, **node.props}


def _refs(value: Any) -> list[str]:
    if isinstance(value, Ref):
        return [value.name]
    inner: Iterable[Any] = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [name for item in inner for name in _refs(item)]
