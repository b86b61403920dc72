"""What an administrator applies once to a new cluster, so that the pipeline can do the rest."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from platformctl.errors import CommandError

ROLE = "platform:deploy"
_KINDS = ("ClusterRole", "ClusterRoleBinding")
_RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
_FIELDS = ("apiVersion", "kind", "metadata", "rules", "roleRef", "subjects")


def manifests(registrations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The pipeline's role and its binding, as the program makes them; CommandError where it makes none."""
    found = [
        {key: one["inputs"][key] for key in _FIELDS if key in one["inputs"]}
        for kind in _KINDS
        for one in registrations
        if one["type"] == f"{_RBAC}:{kind}" and _named(one["inputs"]) == ROLE
    ]
    if [one["kind"] for one in found] != list(_KINDS):
        got = ", ".join(one["kind"] for one in found) or "neither"
        raise CommandError(f"the program must make one ClusterRole and one ClusterRoleBinding {ROLE}, got {got}")
    return found


def as_yaml(found: Iterable[Mapping[str, Any]]) -> str:
    """Documents for `kubectl apply -f -`."""
    return yaml.safe_dump_all(found, sort_keys=False, default_flow_style=False, width=120)


def _named(inputs: Mapping[str, Any]) -> Any:
    metadata = inputs.get("metadata")
    return metadata.get("name") if isinstance(metadata, Mapping) else None
