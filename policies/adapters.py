"""Makes the resource graph of what the engine, a state file or the rendered program hand over."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from policies.graph import Graph
from policies.resource import make


class StateError(Exception):
    """The file is no state of a Pulumi stack; the message says what was found and what is expected."""


_EXPECTED = "expected the JSON that `pulumi stack export` prints (version 3 or 4)"


def from_registrations(registrations: Iterable[Mapping[str, Any]]) -> Graph:
    """The graph of resources as a program registers them: `urn`, `type`, `name`, `inputs` in wire encoding,
    and `parent`, `dependencies`, `propertyDependencies`, `provider`, `protect`, `custom`, `source` where
    known.
    """
    return Graph(
        make(
            urn=item["urn"],
            type_=item["type"],
            name=item.get("name", ""),
            inputs=item.get("inputs") or {},
            outputs=item.get("outputs"),
            **_common(item),
            source=item.get("source") or "",
        )
        for item in registrations
    )


def from_state(state: Mapping[str, Any] | str | bytes) -> Graph:
    """The graph of an exported state, as a document or its text; resources that await their deletion are left
    out.

    Raises StateError for anything else than a state of version 3 or 4.
    """
    deployment = _deployment(state)
    resources = deployment.get("resources")
    if resources is None:
        resources = []
    if not isinstance(resources, list):
        raise StateError(f"deployment.resources is {_kind(resources)}: {_EXPECTED}")
    for number, item in enumerate(resources):
        _check(item, number)
    return Graph(
        make(
            urn=item["urn"],
            type_=item["type"],
            inputs=item.get("inputs") or {},
            outputs=item.get("outputs") or {},
            **_common(item),
            id=item.get("id") or "",
            source=_source(item.get("sourcePosition") or ""),
        )
        for item in resources
        if not item.get("delete")
    )


def _deployment(state: Mapping[str, Any] | str | bytes) -> Mapping[str, Any]:
    document: Any = state
    if isinstance(state, str | bytes):
        if not state.strip():
            raise StateError(f"the file is empty: {_EXPECTED}")
        try:
            document = json.loads(state)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise StateError(f"the file is not JSON ({error}): {_EXPECTED}") from None
    if not isinstance(document, Mapping) or "deployment" not in document or "version" not in document:
        keys = (
            f" with {', '.join(sorted(map(str, document))[:5])}" if isinstance(document, Mapping) and document else ""
        )
        raise StateError(f"found {_kind(document)}{keys}: {_EXPECTED}")
    if document["version"] not in (3, 4):
        raise StateError(f"found a state of version {document['version']!r}: {_EXPECTED}")
    if not isinstance(document["deployment"], Mapping):
        raise StateError(f"deployment is {_kind(document['deployment'])}: {_EXPECTED}")
    if not document["deployment"].keys() & {"manifest", "resources"}:
        raise StateError(f"deployment has neither manifest nor resources: {_EXPECTED}")
    return document["deployment"]


def _check(item: Any, number: int) -> None:
    where = f"deployment.resources[{number}]"
    if not isinstance(item, Mapping):
        raise StateError(f"{where} is {_kind(item)}: {_EXPECTED}")
    for key in ("urn", "type"):
        if not isinstance(item.get(key), str):
            raise StateError(f"{where} has no {key}: {_EXPECTED}")
    for key in ("inputs", "outputs", "propertyDependencies"):
        if not isinstance(item.get(key) or {}, Mapping):
            raise StateError(f"{where}.{key} is {_kind(item[key])}: {_EXPECTED}")


def _common(item: Mapping[str, Any]) -> dict[str, Any]:
    uses = item.get("propertyDependencies") or {}
    return {
        "parent": item.get("parent") or "",
        "dependencies": tuple(item.get("dependencies") or ()),
        "property_dependencies": {key: tuple(urns or ()) for key, urns in uses.items()},
        "provider": provider_urn(item.get("provider") or ""),
        "protect": bool(item.get("protect")),
        "custom": bool(item.get("custom")),
    }


def provider_urn(reference: str) -> str:
    """The URN in a provider reference, which is `<urn>::<id>`."""
    return reference.rsplit("::", 1)[0] if reference.count("::") > 3 else reference


def _source(position: str) -> str:
    """file:line of a state's `project:///stacks/network.py#12,3`."""
    path, _, place = position.partition("#")
    path = path.removeprefix("project:///").removeprefix("file://")
    return f"{path}:{place.split(',')[0]}" if path and place else path


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        int: "a number",
        float: "a number",
        bool: "a boolean",
    }
    return "nothing" if value is None else names.get(type(value), type(value).__name__)
