"""Where two renders of one program differ; pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.changes import readable

# What the engine is told about a resource besides its inputs. It takes dependencies as sets.
_SETS = ("dependencies", "propertyDependencies")
_OPTIONS = ("type", "custom", "parent", "provider", "protect", *_SETS)


@dataclass(frozen=True)
class Unlike:
    """One thing that is not the same in two renders."""

    kind: str  # resource: it is in one alone; or property
    urn: str
    name: str
    property: str
    one: Any
    other: Any
    source: str  # the line of the program that makes the resource
    causes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def unlike(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> list[Unlike]:
    """What differs, in the order in which the program asks for it; what is in one alone comes first.

    The order itself is the event loop's, and differs from run to run: the engine asks no order of what does not depend
    on each other. That of lists within inputs counts.
    """
    first, second = ({entry["urn"]: entry for entry in render} for render in (one, other))
    found = [_alone(entry, True) for urn, entry in first.items() if urn not in second]
    found += [_alone(entry, False) for urn, entry in second.items() if urn not in first]
    for urn in first.keys() & second.keys():
        found += _of(first[urn], second[urn])
    position = {urn: number for number, urn in enumerate([*first, *second.keys()])}
    found.sort(key=lambda it: (it.kind != "resource", position[it.urn], it.property))
    return found


def _alone(entry: Mapping[str, Any], here: bool) -> Unlike:
    one, other = ("registered", None) if here else (None, "registered")
    return Unlike("resource", entry["urn"], entry["name"], "", one, other, entry.get("source", ""))


def _of(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Unlike]:
    sides = [{**{key: _set(key, it.get(key)) for key in _OPTIONS}, **_values(it)} for it in (one, other)]
    for key in sorted({*sides[0], *sides[1]}):
        for path, a, b in _paths(key, sides[0].get(key), sides[1].get(key)):
            yield Unlike("property", one["urn"], one["name"], path, readable(a), readable(b), one.get("source", ""))


def _values(entry: Mapping[str, Any]) -> dict[str, Any]:
    outputs = {f"outputs.{key}": value for key, value in (entry.get("outputs") or {}).items()}
    return {**outputs, **{f"inputs.{key}": value for key, value in (entry.get("inputs") or {}).items()}}


def _set(key: str, value: Any) -> Any:
    if key == "dependencies":
        return sorted(value or ())
    if key == "propertyDependencies":
        return {name: sorted(urns) for name, urns in (value or {}).items()}
    return value


def _paths(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """The innermost places that differ, through JSON in texts, too."""
    if one == other and type(one) is type(other):
        return
    parsed = (_json(one), _json(other))
    if all(isinstance(side, (dict, list)) for side in parsed):
        inner = list(_paths(path, *parsed))
        yield from inner or [(f"{path} (the order of its JSON)", one, other)]
    elif isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _paths(f"{path}.{key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _paths(f"{path}[{index}]", a, b)
    else:
        yield path, one, other


def _json(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return None
