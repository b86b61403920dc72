"""What a program asks for, checked and completed: the name, the namespace, the API version and kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from sandbox import wire
from sandbox.check import Problem
from sandbox.kubernetes.kinds import Kind

AUTONAMED = "pulumi.com/autonamed"
SKIP_AWAIT = "pulumi.com/skipAwait"
TIMEOUT_S = "pulumi.com/timeoutSeconds"
PATCH_FORCE = "pulumi.com/patchForce"
PROPAGATION = "pulumi.com/deletionPropagationPolicy"
FIELD_MANAGER = "pulumi.com/patchFieldManager"
_SUFFIX = 8  # as the official provider: name, dash, eight characters
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.:]*[A-Za-z0-9])?")  # the widest: names of roles; the server is stricter


def problems(kind: Kind, inputs: Mapping[str, Any]) -> list[Problem]:
    """What can be said without an API server; unknown values are trusted."""
    found = [
        Problem(key, f"{key} of a {kind.name} must be {wanted!r}, got {inputs[key]!r}")
        for key, wanted in (("apiVersion", kind.api_version), ("kind", kind.name))
        if key in inputs and not wire.is_unknown(inputs[key]) and inputs[key] != wanted
    ]
    metadata = inputs.get("metadata")
    if isinstance(metadata, Mapping):
        name = metadata.get("name")
        if name is not None and not wire.is_unknown(name) and not _NAME.fullmatch(str(name)):
            found.append(Problem("metadata.name", f"metadata.name {name!r} is no name that Kubernetes takes"))
        if metadata.get("generateName") and not name:
            reason = "metadata.generateName has no effect with server-side apply: leave both out for a generated name"
            found.append(Problem("metadata.generateName", reason))
        if metadata.get("namespace") and kind.namespaced is False:
            reason = f"a {kind.name} lives in no namespace: leave metadata.namespace out"
            found.append(Problem("metadata.namespace", reason))
    elif metadata is not None and not wire.is_unknown(metadata):
        found.append(Problem("metadata", "metadata must be an object"))
    return found


def complete(
    kind: Kind, name: str, inputs: Mapping[str, Any], old: Mapping[str, Any], seed: bytes, namespace: str
) -> dict[str, Any]:
    """The inputs with API version and kind, a generated name where none is given, and the default namespace."""
    filled = {"apiVersion": kind.api_version, "kind": kind.name, **without_nothing(inputs)}
    metadata = filled.get("metadata")
    if wire.is_unknown(metadata) or wire.is_secret(metadata):
        return filled
    metadata = dict(metadata or {})
    if not metadata.get("name"):
        before = wire.reveal(old.get("metadata") or {})
        generated = f"{_base(name)}-{hashlib.sha256(seed).hexdigest()[:_SUFFIX]}"
        metadata["name"] = before["name"] if is_autonamed(old) and before.get("name") else generated
        annotations = metadata.get("annotations")
        if not wire.is_unknown(annotations) and not wire.is_secret(annotations):
            metadata["annotations"] = {**(annotations or {}), AUTONAMED: "true"}
    if kind.namespaced and not metadata.get("namespace"):
        metadata["namespace"] = namespace
    return {**filled, "metadata": metadata}


def without_nothing(value: Any) -> Any:
    """Without members that are null: the SDK sends those for arguments that were not given."""
    if isinstance(value, Mapping):
        return {key: without_nothing(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nothing(item) for item in value]
    return value


def is_autonamed(inputs: Mapping[str, Any]) -> bool:
    return annotation(inputs, AUTONAMED) == "true"


def annotation(inputs: Mapping[str, Any], key: str) -> str:
    metadata = wire.reveal(inputs.get("metadata") or {})
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return str(annotations.get(key, "")) if isinstance(annotations, Mapping) else ""


def id_of(manifest: Mapping[str, Any]) -> str:
    """`namespace/name`, or the name alone of what lives in no namespace; of objects and of releases."""
    metadata = manifest.get("metadata") or manifest
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def _base(name: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-.") or "object"
