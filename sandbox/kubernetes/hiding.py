"""Secret values in objects: what is wrapped in the state, and which texts no message may hold."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import wire
from sandbox.kubernetes.kinds import Kind
from sandbox.servicer import secret_texts

_CONTENTS = ("data", "stringData")


def is_secret_kind(kind: Kind) -> bool:
    return (kind.group, kind.name) == ("", "Secret")


def hidden(kind: Kind, values: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with everything wrapped that is secret in what was asked for, and all that a Secret holds."""
    found: dict[str, Any] = _like(values, asked)
    if is_secret_kind(kind):
        for key in _CONTENTS:
            if key in found and not wire.is_secret(found[key]):
                found[key] = wire.secret(found[key])
    return found


def texts(kind: Kind, asked: Mapping[str, Any]) -> list[str]:
    """Every text that no message may hold: of secret values and of a Secret's contents, plain and in base64."""
    found = [text for text in secret_texts(asked) if len(text) > 1]
    if is_secret_kind(kind):
        for key in _CONTENTS:
            found += secret_texts(asked.get(key), inside=True)
    return [*found, *(other for text in found for other in _coded(text))]


def _like(value: Any, asked: Any) -> Any:
    if wire.is_secret(asked):
        return value if value is None or wire.is_secret(value) else wire.secret(value)
    if isinstance(value, Mapping) and isinstance(asked, Mapping) and not wire.is_secret(value):
        return {key: _like(item, asked.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(asked, list):
        if len(value) == len(asked):
            return [_like(item, one) for item, one in zip(value, asked, strict=True)]
        if wire.contains_secret(asked):
            return wire.secret(value)  # which item is which is not certain any more
    return value


def _coded(text: str) -> Iterator[str]:
    yield base64.b64encode(text.encode()).decode()
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    if len(plain) > 1:
        yield plain
