"""What a program asked for of a resource, without what its provider filled in, and spelled in one way."""

import json
from collections.abc import Mapping
from typing import Any

from policies.resource import Resource
from policies.waivers.provider_defaults import is_default, is_made_up

# Inputs that providers add: pulumi-aws the default tags, pulumi-kubernetes a mark for names that it makes up.
_ADDED = frozenset(("tagsAll", "pulumi.com/autonamed"))


def asked(resource: Resource) -> dict[str, Any]:
    """What the program asked for, at every depth, without what the provider filled in."""
    own = {key: value for key, value in _own(resource.asked).items() if key not in resource.filled}
    named = {key: value for key, value in own.items() if not is_made_up(resource.name, value)}
    stripped: dict[str, Any] = _stripped(resource.type, named)
    return stripped


def _stripped(type_: str, value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        places = {key: f"{path}.{key}" if path else key for key in value}
        kept = {key: item for key, item in _own(value).items() if not is_default(type_, places[key], item)}
        return {key: _stripped(type_, item, places[key]) for key, item in kept.items()}
    return [_stripped(type_, item, path) for item in value] if isinstance(value, list) else value


def _own(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the program itself set in a map, as far as the map says."""
    left_out = _ADDED | set(value.get("__defaults") or ())
    return {key: v for key, v in value.items() if v is not None and key not in left_out and not key.startswith("__")}


def scalar(value: Any) -> Any:
    """Numbers without the `.0` of the wire, and JSON documents without their spelling."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return {"json": json.loads(value)}
        except (ValueError, RecursionError):
            return value
    return value
