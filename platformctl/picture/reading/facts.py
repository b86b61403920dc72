"""What is known of a resource, for showing it: nothing that is unknown, secret or of a wrong type ever raises here."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Mistyped, Secret, SecretText, Undecided, Wrong
from policies.values import mapping as mapping  # part of what this module offers


def known(resource: Resource, *path: str | int) -> Any:
    """The value at a path of keys; None if there is none that may be shown."""
    value: Any = resource.properties
    for key in path:
        if isinstance(value, Mapping) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return _shown(value)


def word(resource: Resource, *path: str | int) -> str:
    """The value as text: truth as true and false, numbers without a needless fraction, what is composite as nothing."""
    return as_word(known(resource, *path))


def as_word(value: Any) -> str:
    """A known value as text; empty for what has no short one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, str | int) else ""


def listed(resource: Resource, *path: str | int) -> list[Any]:
    """The known items of the list at a path."""
    value = known(resource, *path)
    return [item for item in value if _shown(item) is not None] if isinstance(value, list) else []


def texts(value: Any) -> Iterator[str]:
    """Every known text in a value, however deep."""
    value = _shown(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key in value:
            yield from texts(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def refs(graph: Graph, resource: Resource, path: str, *types: str) -> tuple[Resource, ...]:
    """What the resource refers to by a property, as far as that is known: by its producers, or by their ids."""
    try:
        found = graph.references(resource, path, *types)
    except (Undecided, Mistyped):
        found = ()
    return tuple(sorted(found, key=lambda one: one.urn)) or produced(graph, resource, path.split(".")[0], *types)


def produced(graph: Graph, resource: Resource, top: str, *types: str) -> tuple[Resource, ...]:
    """The resources of these types whose outputs are in the property `top`."""
    found = (graph.by_urn.get(urn) for urn in sorted(set(resource.property_dependencies.get(top, ()))))
    return tuple(one for one in found if one and one.type in types)


def tag(graph: Graph, resource: Resource, key: str) -> str:
    """The tag in force, or the label of an object of Kubernetes; empty if there is none."""
    if resource.type.startswith("kubernetes:"):
        return word(resource, "metadata", "labels", f"platform/{key}")
    try:
        return as_word(graph.tag(resource, key))
    except (Undecided, Mistyped):
        return ""


def region(graph: Graph, resource: Resource) -> str:
    """The region of a resource of AWS: its own, else its provider's; empty if nothing tells."""
    if own := word(resource, "region"):
        return own
    try:
        provider = graph.provider(resource)
        return as_word(graph.setting(provider, "region")) if provider else ""
    except (Undecided, Mistyped):
        return ""


def short(resource: Resource) -> str:
    """The resource's own name for the cloud, without the environment's before it."""
    name = word(resource, "name") or resource.name
    return name.removeprefix(f"{resource.stack}-")


def key_line(graph: Graph, resource: Resource, path: str) -> str:
    """Which key encrypts it, such as `key financial`."""
    keys = refs(graph, resource, path, tokens.KEY, tokens.KEY_REPLICA)
    if not keys:
        return ""
    name = tag(graph, keys[0], "data-class") or keys[0].name
    return f"key {name.removeprefix('key-')}"


def _shown(value: Any) -> Any:
    hidden = value is UNKNOWN or isinstance(value, Secret | SecretText | Wrong)
    return None if hidden else value
