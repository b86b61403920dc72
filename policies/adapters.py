"""Makes the resource graph of what the engine, a state file or the rendered program hand over."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from policies.graph import Graph
from policies.resource import make


class StateError(Exception):
    """The file is no state of a Pulumi stack; the message says what was found and what is expected."""


_MOST_LEVELS = 100  # of a property; the deepest that a provider takes, firewall statements, has some twenty
_FIELDS = {
    "inputs": (Mapping, "an object"),
    "outputs": (Mapping, "an object"),
    "propertyDependencies": (Mapping, "an object"),
    "parent": (str, "a URN"),
    "provider": (str, "a URN"),
    "id": (str, "text"),
    "sourcePosition": (str, "text"),
    "protect": (bool, "true or false"),
    "custom": (bool, "true or false"),
    "delete": (bool, "true or false"),
}
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
        except ValueError as error:
            raise StateError(f"the file is not JSON ({error}): {_EXPECTED}") from None
        except RecursionError:
            raise StateError(f"the file is nested too deeply: {_EXPECTED}") from None
    if not isinstance(document, Mapping) or "deployment" not in document or "version" not in document:
        keys = (
            f" with {', '.join(sorted(map(str, document))[:5])}" if isinstance(document, Mapping) and document else ""
        )
        raise StateError(f"found {_kind(document)}{keys}: {_EXPECTED}")
    version = document["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version not in (3, 4):
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
    if item["urn"].count("::") < 3:
        raise StateError(f"{where}.urn is {item['urn'][:80]!r}, no URN of Pulumi: {_EXPECTED}")
    for key, (type_, name) in _FIELDS.items():
        if item.get(key) and not isinstance(item[key], type_):
            raise StateError(f"{where}.{key} is {_kind(item[key])}, not {name}: {_EXPECTED}")
    _check_urns(item.get("dependencies"), f"{where}.dependencies")
    for key, urns in (item.get("propertyDependencies") or {}).items():
        _check_urns(urns, f"{where}.propertyDependencies.{key}")
    for key in ("inputs", "outputs"):
        if not all(isinstance(name, str) for name in item.get(key) or {}):
            raise StateError(f"{where}.{key} has a name that is no text: {_EXPECTED}")
        if _is_deeper(item.get(key), _MOST_LEVELS):
            raise StateError(f"{where}.{key} is nested deeper than {_MOST_LEVELS} levels: {_EXPECTED}")
    _check_defaults((item.get("inputs") or {}).get("__defaults"), f"{where}.inputs.__defaults")


def _check_urns(urns: Any, where: str) -> None:
    if urns and not isinstance(urns, list):
        raise StateError(f"{where} is {_kind(urns)}, not a list of URNs: {_EXPECTED}")
    for number, urn in enumerate(urns or ()):
        if not isinstance(urn, str):
            raise StateError(f"{where}[{number}] is {_kind(urn)}, not a URN: {_EXPECTED}")


def _check_defaults(names: Any, where: str) -> None:
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise StateError(f"{where} is {_kind(names)}, not a list of properties: {_EXPECTED}")


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested in more levels than this."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in inner if isinstance(item, Mapping | list))


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
