"""Which type each property of AWS has that rules read, so that what the provider refuses never passes."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from policies.cidr import networks
from policies.values import UNKNOWN, Mistyped, Secret, Wrong

FILE = Path(__file__).with_suffix(".json")  # written by tests/policies/provider_types.py
_NAMES = {"t": "text", "n": "a number", "b": "true or false"}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_LARGEST = 2**53  # beyond it, the numbers of JSON are not exact
# Texts that programs write as numbers or booleans too, which Pulumi turns into texts; `*` is what a map holds.
_NUMBERS_TOO = frozenset(("*", "port", "protocol", "ipProtocol", "value", "version"))
_BOOLEANS_TOO = frozenset(("*", "associatePublicIpAddress", "encrypted", "value"))


_PROVIDER = {"allowedAccountIds": ["t"], "defaultTags": {"tags": {"*": "t"}}, "region": "t"}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(FILE.read_text())
    return table


def setting(name: str, value: Any) -> Any:
    """The same for a setting of a provider."""
    return _checked(value, _PROVIDER.get(name), name)


def wrong(value: Any, path: str, *, secret: bool = False) -> Iterator[Mistyped]:
    """Why each part of a checked value that has another type is refused."""
    if isinstance(value, Secret):
        value, secret = value.value, True
    if isinstance(value, Wrong):
        yield value.error(path, secret=secret)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from wrong(item, f"{path}[{index}]", secret=secret)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from wrong(item, f"{path}.{key}", secret=secret)


def checked(type_: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The decoded properties of a resource, those of another type than the provider takes as Wrong."""
    kinds = _table().get(type_)
    return properties if not kinds else {key: _checked(item, kinds.get(key), key) for key, item in properties.items()}


def _checked(value: Any, kind: Any, name: str) -> Any:
    if value is None or value is UNKNOWN or kind is None:
        return value
    if isinstance(value, Secret):
        return Secret(_checked(value.value, kind, name))
    if kind == "t" and isinstance(value, dict) and "policy" in name.lower():
        return value  # a document, which the provider writes as text
    if isinstance(kind, str):
        return _scalar(value, kind, name)
    if isinstance(kind, list):
        return _listed(value, kind[0], name)
    if isinstance(value, list) and "*" not in kind and len(value) < 2:
        return _checked(value[0], kind, name) if value else None  # a block is also given as a list of one
    if not isinstance(value, dict):
        return Wrong("an object", value)
    every = kind.get("*")
    return {key: _checked(item, _kind_of(key, kind), "*" if every else key) for key, item in value.items()}


def _kind_of(key: str, kind: Any) -> Any:
    """None for what is no property: providers note which values they filled in, in any map (`__defaults`)."""
    return None if key.startswith("__") else kind.get("*") or kind.get(key)


def _listed(value: Any, kind: Any, name: str) -> Any:
    if isinstance(value, list):
        return [
            Wrong(_NAMES.get(str(kind), "an object"), None) if item is None else _checked(item, kind, name)
            for item in value
        ]
    # a list of at most one block is also given as the block
    return _checked(value, kind, name) if isinstance(kind, dict) and isinstance(value, dict) else Wrong("a list", value)


def _scalar(value: Any, kind: str, name: str) -> Any:
    if kind == "n" and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    if not _is(value, kind, name):
        return Wrong(_NAMES[kind], value)
    if kind == "t" and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(int(value) if value == int(value) else value)
    if kind == "t" and value and "cidr" in name.lower() and not _is_range(value):
        return Wrong("an address range", value)
    return Wrong("an ARN", value) if name == "arn" and value and not value.startswith("arn:") else value


@lru_cache(maxsize=4096)
def _is_range(text: str) -> bool:
    try:
        return bool(networks([text]))
    except ValueError:
        return False


def _is(value: Any, kind: str, name: str) -> bool:
    if isinstance(value, bool):
        return kind == "b" or (kind == "t" and name in _BOOLEANS_TOO)
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST and (kind == "n" or name in _NUMBERS_TOO)  # never so for NaN
    return isinstance(value, str) and kind == "t"
