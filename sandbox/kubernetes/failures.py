"""What the API server refuses, in words that say whose field it is and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cluster.client import ApiError
from sandbox.kubernetes.asked import Asked
from sandbox.kubernetes.inputs import PATCH_FORCE, id_of
from sandbox.retry import CloudError

_MANAGER = re.compile(r'conflict with "([^"]*)"(?: with subresource "([^"]*)")?')
IMMUTABLE = ("field is immutable", "is immutable after creation", "updates to ", "may not be changed")


def explained(error: ApiError, it: Asked) -> CloudError:
    """The refusal with the object's name; of a conflict who owns which fields, of the others field by field."""
    conflicts = [one for one in error.causes if one.get("reason") == "FieldManagerConflict"]
    if conflicts:
        return CloudError(_conflict(it, conflicts))
    if error.status >= 500 and "field not declared in schema" in error.message:
        return CloudError(f"{it} is refused: {error.message.rpartition('): ')[2]}: {it.kind} has no such field")
    return CloudError(f"{it} is refused ({error.reason or error.status}): {error.message}")


def is_immutable(error: ApiError) -> bool:
    """Whether the server refuses to change a field, as it does when a preview asks of the old object what only its
    replacement can be."""
    return error.status in (403, 422) and any(words in error.message for words in IMMUTABLE)


def is_missing_namespace(error: ApiError) -> bool:
    return error.status == 404 and "namespaces" in error.message


def managers(live: Mapping[str, Any]) -> list[str]:
    """Who manages fields of an object, but for its status."""
    entries = live["metadata"].get("managedFields") or ()
    return list(dict.fromkeys(one.get("manager", "unknown") for one in entries if one.get("subresource") != "status"))


def is_ours(live: Mapping[str, Any], manager: str) -> bool:
    """Whether an object was applied by this field manager."""
    entries = live["metadata"].get("managedFields") or ()
    return any(one.get("manager") == manager and one.get("operation") == "Apply" for one in entries)


def taken(it: Asked, live: Mapping[str, Any]) -> CloudError:
    """The object exists already, and is somebody else's."""
    who = ", ".join(managers(live)) or "an unknown manager"
    return CloudError(
        f"{it} exists already and is managed by {who}: import it (id {id_of(it.inputs)}), delete it, or give this one "
        f"another name"
    )


def _conflict(it: Asked, causes: Iterable[Mapping[str, str]]) -> str:
    fields: dict[str, list[str]] = {}
    for cause in causes:
        found = _MANAGER.search(cause.get("message", ""))
        who = found.group(1) + (f" ({found.group(2)})" if found.group(2) else "") if found else "another manager"
        fields.setdefault(who, []).append(cause.get("field", "").removeprefix("."))
    told = "; ".join(f"{who} manages {', '.join(sorted(names))}" for who, names in sorted(fields.items()))
    return (
        f"{it} is in conflict: {told}. Leave those fields out of the program if they are not its own, or take them "
        f'over with the annotation {PATCH_FORCE}: "true"'
    )


def words(entries: Iterable[Any]) -> str:
    """Sentences in one line, each once."""
    return "; ".join(dict.fromkeys(str(one).strip().rstrip(".") for one in entries if one))
