"""What of a service level OpenSLO has no place for: annotations, so that what is written can be read again."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from components.slo.definition import ServiceLevel

API_VERSION: Final = "openslo/v1"
WINDOW: Final = "{{.window}}"  # sloth's word for a range that is filled in, which its users write in OpenSLO, too
PREFIX: Final = "platform/"
# Where OpenSLO has a field of its own.
_NATIVE: Final = frozenset({"id", "service", "objective_percent", "period_days", "bad", "total", "description"})
_TEXTS: Final = frozenset({"owner", "kind", "runbook", "alert_class", "invariant_severity"})
ANNOTATED: Final = tuple(one.name for one in fields(ServiceLevel) if one.name not in _NATIVE)


class OpenSloError(ValueError):
    """A document that cannot be read: which, where in it, what is there, what may be, and what to do."""


def refuse(where: str, value: object, allowed: str, remedy: str) -> OpenSloError:
    return OpenSloError(f"{where} must be {allowed}, got {value!r}: {remedy}")


def annotations(level: ServiceLevel) -> dict[str, str]:
    """All of them, defaults too, so that what is read does not change with a default."""
    return {_key(name): _text(name, getattr(level, name)) for name in ANNOTATED}


def annotated(metadata: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields that the annotations of a document name; those of others are not ours to read."""
    found: dict[str, Any] = {}
    given = metadata.get("annotations") or {}
    for name in ANNOTATED:
        if (text := given.get(_key(name))) is None:
            continue
        found[name] = text if name in _TEXTS else _value(text, f"{where}: metadata.annotations.{_key(name)}")
        if name == "windows" and isinstance(found[name], list):
            found[name] = tuple(found[name])
    return found


def _key(name: str) -> str:
    return PREFIX + name.replace("_", "-")


def _text(name: str, value: object) -> str:
    return str(value) if name in _TEXTS else json.dumps(value)


def _value(text: object, where: str) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        raise refuse(where, text, "JSON", "write a number, a list, or null") from None
