"""Between a property as Pulumi names it and a member of an AWS request or answer."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.model import Property


def member(name: str, prop: Property, members: Iterable[str]) -> str | None:
    """The member that means this property: same letters in any case, then the same without a plural s."""
    by_letters = {candidate.lower(): candidate for candidate in members}
    for wanted in filter(None, (prop.boto.lower(), name.lower())):
        if wanted in by_letters:
            return by_letters[wanted]
    wanted = (prop.boto or name).lower().rstrip("s")
    return next((there for key, there in by_letters.items() if key.rstrip("s") == wanted), None)


def to_aws(prop: Property, value: Any, shape: Any) -> Any:
    """The value in the form that botocore's shape asks for."""
    if shape.type_name == "structure":
        if prop.kind != "object":  # EC2 wraps attributes: {"Value": true}
            (only,) = shape.members
            return {only: to_aws(prop, value, shape.members[only])}
        defaults = {name: one.default for name, one in prop.fields.items() if one.default is not None}
        return fields_to_aws(prop.fields, {**defaults, **value}, shape)
    if shape.type_name == "list":
        if prop.kind == "map":  # [{"Key": ..., "Value": ...}], or with other names
            named, valued = sorted(shape.member.members, key=lambda name: name.lower().endswith("value"))
            return [{named: key, valued: item} for key, item in value.items()]
        items = value if isinstance(value, list) else [value]
        one = Property(kind="object", fields=prop.fields) if prop.fields else Property(kind="string")
        return [to_aws(one, item, shape.member) for item in items]
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("double", "float"):
        return float(value)
    if shape.type_name == "boolean":
        return value is True or value == "true"
    return str(value) if shape.type_name == "string" else value


def fields_to_aws(fields: Mapping[str, Property], values: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    request: dict[str, Any] = {}
    for name, value in values.items():
        *outer, prop = _unnested(fields[name])
        inside, holder = shape, request
        for step in outer if value is not None else ():
            if step not in getattr(inside, "members", ()):
                break
            inside, holder = inside.members[step], holder.setdefault(step, {})
        else:
            there = member(name, prop, inside.members)
            if there and value is not None:
                holder[there] = to_aws(prop, value, inside.members[there])
    return request


def _unnested(prop: Property) -> list[Any]:
    """The structures that a dotted `boto` names, then the property as it is called in the innermost."""
    *outer, inner = prop.boto.split(".")
    return [*outer, dataclasses.replace(prop, boto=inner) if outer else prop]


def from_aws(prop: Property, raw: Any) -> Any:
    """The property's value in an answer; None where the answer says nothing."""
    if isinstance(raw, Mapping) and set(raw) == {"Value"} and prop.kind != "object":
        raw = raw["Value"]
    if raw is None or (prop.kind == "object" and raw == []):
        return None
    if prop.kind == "integer":
        return int(raw)
    if prop.kind == "number":
        return float(raw)
    if prop.kind == "boolean":
        return raw is True or str(raw).lower() == "true"
    if prop.kind == "string":
        return str(raw)
    if prop.kind == "json":
        return raw if isinstance(raw, str) else json.dumps(raw)
    if prop.kind == "map":
        return raw if isinstance(raw, Mapping) else {item.get("Key") or item["Name"]: item["Value"] for item in raw}
    if prop.kind == "object":
        return fields_from_aws(prop.fields, raw[0] if isinstance(raw, list) else raw)
    if prop.kind == "objects":
        return [fields_from_aws(prop.fields, item) for item in raw]
    return list(raw)


def fields_from_aws(fields: Mapping[str, Property], raw: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, prop in fields.items():
        *outer, inner = _unnested(prop)
        holder: Any = raw
        for step in outer:
            holder = (holder or {}).get(step)
        there = member(name, inner, holder) if holder else None
        value = from_aws(prop, holder[there]) if there else None
        if value is not None:
            found[name] = value
    return found


def canonical(prop: Property, value: Any, *, nested: bool = False) -> Any:
    """A form in which two values that mean the same are equal; None for what counts as not given."""
    if value is None or value in ("", [], {}):
        return None
    if prop.kind == "integer" and isinstance(value, str) and value.lstrip("-").isdigit():
        value = int(value)
    if prop.kind == "number" and isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit():
        value = float(value)
    if prop.kind == "boolean" and isinstance(value, str):
        value = value == "true"
    if prop.kind == "json" and isinstance(value, str):
        return _canonical_json(value)
    if prop.kind == "strings" and isinstance(value, list):
        return value if prop.ordered else sorted(value, key=str)
    if prop.kind == "object" and isinstance(value, Mapping):
        return _canonical_fields(prop.fields, value)
    if prop.kind == "objects" and isinstance(value, list):
        items = [_canonical_fields(prop.fields, item) for item in value]
        return items if prop.ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    means_nothing = (0, False) if prop.default is None else (prop.default,)
    return None if nested and value in means_nothing else value


def _canonical_fields(fields: Mapping[str, Property], values: Any) -> Any:
    if not isinstance(values, Mapping):
        return values
    found = {
        name: canonical(fields.get(name, Property(kind="string")), item, nested=True) for name, item in values.items()
    }
    return {name: item for name, item in found.items() if item is not None} or None


def _canonical_json(value: str) -> Any:
    try:
        return _unordered(json.loads(value))
    except ValueError:
        return value


def _unordered(value: Any) -> Any:
    """Policy documents: the order of a list never matters, and one string is the same as a list of it."""
    if isinstance(value, dict):
        return {key: _unordered(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted((_unordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 and isinstance(items[0], str) else items
    return value


def completed(prop: Property, asked: Any, chosen: Any) -> Any:
    """A structure as asked for, with what is computed inside it and was not asked for as `chosen` has it; of a
    `chosen` that is no structure, each gets all.
    """
    if prop.kind != "object" or not isinstance(asked, Mapping) or chosen is None:
        return asked
    found = dict(asked)
    for name, inner in prop.fields.items():
        value = chosen.get(name) if isinstance(chosen, Mapping) else chosen
        if name in asked:
            found[name] = completed(inner, asked[name], value)
        elif inner.computed and value is not None:
            found[name] = value
    return found


def same(prop: Property, one: Any, other: Any) -> bool:
    return bool(canonical(prop, one) == canonical(prop, other))
