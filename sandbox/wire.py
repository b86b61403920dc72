"""Property values as the engine sends them, with unknown and secret values kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the engine's marker, not a secret
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS = frozenset(
    {
        UNKNOWN,  # of any type; the engine sends this one, the SDK knows one for each kind
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


class UnsupportedError(ValueError):
    """A value that the sandbox cannot take: assets, archives and resource references."""


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The properties with every whole number an int; secrets still wrapped, unknowns still sentinels."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return decode(value.struct_value)
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "number_value":
        whole = int(value.number_value)
        return whole if whole == value.number_value else value.number_value
    return getattr(value, kind) if kind and kind != "null_value" else None


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict({key: value for key, value in properties.items() if value is not None}, struct)
    return struct


def is_unknown(value: Any) -> bool:
    return isinstance(value, str) and value in UNKNOWNS


def contains_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    return is_unknown(value)


def is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET


def contains_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return is_secret(value) or any(contains_secret(item) for item in value.values())
    return isinstance(value, list) and any(contains_secret(item) for item in value)


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


def reveal(value: Any) -> Any:
    """The value without its secret wrappings, for AWS calls and comparisons; never for messages."""
    if isinstance(value, Mapping):
        if is_secret(value):
            return reveal(value.get("value"))
        if SIGNATURE in value:
            raise UnsupportedError("assets, archives and resource references are not supported by the sandbox")
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def secret_keys(*sources: Mapping[str, Any]) -> set[str]:
    """Top-level properties of which some part is secret: their outputs are wrapped whole."""
    return {key for properties in sources for key, value in properties.items() if contains_secret(value)}


def hide(properties: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: secret(value) if key in keys else value for key, value in properties.items()}
