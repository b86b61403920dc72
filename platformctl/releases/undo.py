"""Takes a release back inside of the cluster: the Rollout is given the pods of an earlier revision, as
`kubectl argo rollouts undo` does it, and the controller does the rest by its rollback window.

The program and its state still ask for the newer version: a deployment of it releases that again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from platformctl.errors import CommandError, Exit
from platformctl.releases.rollouts import Name, read
from sandbox.cluster.client import ApiError, Client

HASH = "rollouts-pod-template-hash"  # what the controller adds to the pods of each revision
_REVISION = "rollout.argoproj.io/revision"
_MANAGER = "platformctl-rollback"
_ATTEMPTS = 20
_JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True)
class Undo:
    """What one Rollout goes back to; without a `template` it cannot or need not, and `why` says so."""

    name: Name
    revision: int | None
    template: Mapping[str, Any] | None
    why: str
    generation: int = 0  # of the Rollout that was read: the patch is for no other

    @property
    def says(self) -> str:
        return f"{self.name}: {f'back to revision {self.revision}, ' if self.template else ''}{self.why}"


def plan(client: Client, name: Name) -> Undo:
    """What undoing the newest release would do. Raises ApiError, OSError."""
    rollout = read(client, name)
    if rollout is None:
        return Undo(name, None, None, "it is not in the cluster")
    listed = client.get(f"/apis/apps/v1/namespaces/{quote(name.namespace)}/replicasets")["items"]
    uid = rollout["metadata"]["uid"]
    owned = [
        one for one in listed if any(owner["uid"] == uid for owner in one["metadata"].get("ownerReferences") or ())
    ]
    return decide(name, rollout, owned)


def decide(name: Name, rollout: Mapping[str, Any], replica_sets: Sequence[Mapping[str, Any]]) -> Undo:
    """A release under way goes back to the stable pods, a finished one to the revision before it."""
    status, spec = rollout.get("status") or {}, rollout["spec"]
    if "template" not in spec:
        return Undo(name, None, None, "its pods are another object's (workloadRef)")
    stable, current = status.get("stableRS"), status.get("currentPodHash")
    by_revision = sorted(replica_sets, key=_revision, reverse=True)
    if stable and stable != current:
        chosen = [one for one in by_revision if _hash(one) == stable]
        why = "the stable one: a release was under way"
    else:
        chosen = [one for one in by_revision if _hash(one) != current][:1]
        why = "the one before"
    if not chosen:
        return Undo(name, None, None, "no earlier revision is kept (revisionHistoryLimit)")
    template = _without_hash(chosen[0]["spec"]["template"])
    if template == spec["template"]:
        return Undo(name, _revision(chosen[0]), None, "it is asked for already")
    return Undo(name, _revision(chosen[0]), template, why, rollout["metadata"]["generation"])


def apply(client: Client, undo: Undo) -> None:
    """Gives the Rollout its earlier pods; CommandError when it was changed since it was read.

    Who owns the fields stays as it was before for others to see: else the next deployment, which applies what it owns,
    would be told that a rollback holds them.
    """
    changes: list[dict[str, Any]] = [
        {"op": "test", "path": "/metadata/generation", "value": undo.generation},
        {"op": "replace", "path": "/spec/template", "value": undo.template},
    ]
    try:
        after: Mapping[str, Any] = _patch(client, undo.name, changes)
    except ApiError as error:
        now = read(client, undo.name)  # the server does not say which part of a patch it could not do
        if error.status == 422 and (now is None or now["metadata"]["generation"] != undo.generation):
            raise CommandError(f"{undo.name} was changed meanwhile: look at it, and run this again") from None
        raise
    _let_go(client, undo.name, after)


def _let_go(client: Client, name: Name, rollout: Mapping[str, Any] | None) -> None:
    """Takes the rollback's name off the fields. The controller writes its status meanwhile, which moves the places."""
    for _ in range(_ATTEMPTS):
        fields = (rollout or {"metadata": {}})["metadata"].get("managedFields") or []
        places = [position for position, one in enumerate(fields) if one["manager"] == _MANAGER]
        if not places:
            return
        where = f"/metadata/managedFields/{places[0]}"
        ours: list[dict[str, Any]] = [
            {"op": "test", "path": f"{where}/manager", "value": _MANAGER},
            {"op": "remove", "path": where},
        ]
        try:
            rollout = _patch(client, name, ours)
        except ApiError as error:
            if error.status not in (409, 422):
                raise
            rollout = read(client, name)
    raise CommandError(
        f"{name} is rolled back, but {_MANAGER} still owns its pods' fields: the next deployment says so", Exit.ENGINE
    )


def _patch(client: Client, name: Name, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    path = f"{name.path}?fieldManager={_MANAGER}"
    answer: dict[str, Any] = client.call("PATCH", path, json.dumps(changes), content_type=_JSON_PATCH)
    return answer


def _revision(one: Mapping[str, Any]) -> int:
    text = (one["metadata"].get("annotations") or {}).get(_REVISION, "0")
    return int(text) if text.isdigit() else 0


def _hash(one: Mapping[str, Any]) -> str | None:
    found = (one["metadata"].get("labels") or {}).get(HASH)
    return str(found) if found else None


def _without_hash(template: Mapping[str, Any]) -> dict[str, Any]:
    metadata = dict(template.get("metadata") or {})
    metadata["labels"] = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {key: value for key, value in metadata.items() if key != "creationTimestamp"}}
