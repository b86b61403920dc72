"""Looks through a document for what looks like a credential, before it is written where many read it."""

from collections.abc import Iterator
from typing import Any

from platformctl.changes import UNKNOWN_TEXT
from policies.credentials import format_in, kind_of
from policies.values import REDACTED

_SIGNATURE = "4dabf18193072939515e22adb298388d"  # the engine's mark on encrypted values
_WORDS = frozenset((REDACTED, UNKNOWN_TEXT))


def exposed(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and kind of everything that looks like a credential; what the engine has encrypted is none."""
    if isinstance(document, dict):
        if _SIGNATURE in document:
            if "plaintext" in document:
                yield path, "secret value that is not encrypted"
            return
        for key, value in document.items():
            if kind := format_in(key):
                yield path, kind
            # The key of an ExternalSecret's data says where the value is put, by its name: as SEC-03 has it.
            called = "name" if key == "secretKey" and "remoteRef" in document else key
            yield from _under(called, value, f"{path}.{key}" if path else key)
    elif isinstance(document, list):
        for index, item in enumerate(document):
            yield from exposed(item, f"{path}[{index}]")
    elif isinstance(document, str) and (kind := format_in(document)):
        yield path, kind


def _under(key: str, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, str):
        yield from exposed(value, path)
    elif value not in _WORDS and (kind := kind_of(key, value)):
        yield path, kind
