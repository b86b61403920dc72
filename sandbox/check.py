"""Checks a resource's inputs and completes them: defaults, generated names, default tags."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import wire
from sandbox.model import Property, ResourceType

_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "json": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list,),
    "objects": (list,),
    "object": (dict,),
    "map": (dict,),
}
_SUFFIX_HEX = 7  # as the official provider: logical name, dash, seven hexadecimal digits


@dataclass(frozen=True)
class Problem:
    property: str
    reason: str


def problems(kind: ResourceType, inputs: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with these inputs (plain values; unknown ones are trusted)."""
    props = kind.all_inputs()
    missing = [
        Problem(name, f'missing required property "{name}" of {kind.token}')
        for name, prop in props.items()
        if prop.required and inputs.get(name) is None
    ]
    return [*_wrong("", props, inputs, kind), *missing]


def _wrong(
    path: str, props: Mapping[str, Property], values: Mapping[str, Any], kind: ResourceType
) -> Iterator[Problem]:
    for name, value in values.items():
        where = f"{path}{name}"
        if name not in props:
            yield Problem(where, f'the sandbox does not handle property "{where}" of {kind.token}: {_remedy(kind)}')
        elif value is not None and not wire.is_unknown(value):
            yield from _wrong_value(where, props[name], value, kind)


def _wrong_value(where: str, prop: Property, value: Any, kind: ResourceType) -> Iterator[Problem]:
    allowed = _PYTHON[prop.kind]
    coercible = prop.kind in ("integer", "number", "boolean") and isinstance(value, str) and _reads_as(prop.kind, value)
    if (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)) and not coercible:
        wanted = {
            "strings": "a list",
            "objects": "a list",
            "object": "an object",
            "map": "a map",
            "json": "a string",
        }
        given = {
            "str": "a string",
            "int": "a number",
            "float": "a number",
            "bool": "a boolean",
            "list": "a list",
            "dict": "an object",
        }
        name = type(value).__name__
        reason = f"must be {wanted.get(prop.kind, f'a {prop.kind}')}, got {given.get(name, name)}"
        yield Problem(where, f'"{where}" of {kind.token} {reason}')
    elif prop.kind == "object":
        yield from _wrong(f"{where}.", prop.fields, value, kind)
    elif prop.kind == "objects":
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                yield from _wrong(f"{where}[{index}].", prop.fields, item, kind)


def _reads_as(kind: str, value: str) -> bool:
    if kind == "boolean":
        return value in ("true", "false")
    digits = value.lstrip("-").replace(".", "", 1) if kind == "number" else value.lstrip("-")
    return digits.isdigit()


def _remedy(kind: ResourceType) -> str:
    return kind.remedy or f"add it to the type's inputs in {kind.file}"


def complete(
    kind: ResourceType,
    name: str,
    inputs: Mapping[str, Any],
    old: Mapping[str, Any],
    seed: bytes,
    default_tags: Mapping[str, str],
) -> dict[str, Any]:
    """The inputs with defaults, a generated name where none is given, and `tagsAll` with the default tags."""
    filled = {key: value for key, value in inputs.items() if value is not None}
    for key, prop in kind.inputs.items():
        if prop.default is not None:
            filled.setdefault(key, prop.default)
    prefix = f"{kind.autoname}Prefix"
    if kind.autoname and kind.autoname not in filled and prefix not in filled:
        suffix = hashlib.sha256(seed).hexdigest()[:_SUFFIX_HEX]
        filled[kind.autoname] = old.get(kind.autoname) or kind.autoname_format.format(name=f"{name}-{suffix}")
    if kind.tags:
        filled["tagsAll"] = _all_tags(filled.get("tags"), default_tags)
    return filled


def _all_tags(tags: Any, default_tags: Mapping[str, str]) -> Any:
    if wire.is_unknown(tags):
        return tags
    plain = tags.get("value") if wire.is_secret(tags) else tags
    merged = {**default_tags, **(plain or {})}
    return wire.secret(merged) if wire.is_secret(tags) else merged
