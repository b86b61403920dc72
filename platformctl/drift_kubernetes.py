"""Drift of Kubernetes objects: which paths differ, and which of them guard access, isolation or what runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.changes import at, readable
from policies.values import REDACTED

PACKAGE = "kubernetes:"
# Types whose every field but the harmless ones guards access or isolation ...
SECURITY_TYPES = (
    "kubernetes:rbac.authorization.k8s.io/",
    "kubernetes:admissionregistration.k8s.io/",
    "kubernetes:external-secrets.io/",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ServiceAccount",
)
# ... of the others, what decides which code runs, as whom, and with whose rights: it, and all that is below it ...
_SECURITY_FIELDS = frozenset(
    {
        *("image", "command", "args", "env", "envFrom", "securityContext", "volumes", "volumeMounts"),
        *("hostNetwork", "hostPID", "hostIPC", "serviceAccountName", "automountServiceAccountToken"),
        "ephemeralContainers",
    }
)
_WHOLE_CONTAINER = re.compile(r"ontainers\[\d+\]$")
# ... and labels and annotations that others act on.
_SECURITY_KEYS = ("pod-security.kubernetes.io/", "eks.amazonaws.com/", "alb.ingress.kubernetes.io/", "service.beta.")
_METADATA = re.compile(r"(^|\.)metadata\.(labels|annotations)\b")
_STEP = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]|[^.\[\]]+')


def differences(step: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(path, state, cloud) of each field that a refresh found changed, from the engine's step.

    The inputs are compared, not the outputs: what the server fills in and what controllers write is nobody's drift.
    """
    before, after = (readable(step[side].get("inputs") or {}) for side in ("old", "new"))
    for path in sorted(step.get("detailedDiff") or {}):
        yield path, _shown(before, path), _shown(after, path)


def _shown(values: Mapping[str, Any], path: str) -> Any:
    """The value at a path, or that it is in something secret."""
    whole = values.get(_STEP.findall(path)[0])
    return whole if whole == REDACTED else at(values, path)


def is_security(type_: str, path: str) -> bool:
    """Whether a change at this path touches access, isolation or what runs."""
    if _METADATA.search(path):
        return any(key in path for key in _SECURITY_KEYS)
    if type_.startswith(SECURITY_TYPES):
        return True
    return not _SECURITY_FIELDS.isdisjoint(_STEP.findall(path)) or bool(_WHOLE_CONTAINER.search(path))


def is_harmless(path: str) -> bool:
    """Whether it is a label or annotation; those that others act on count as security first."""
    return bool(_METADATA.search(path))
