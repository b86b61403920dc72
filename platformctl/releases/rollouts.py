"""The Rollouts of a stack, and what the cluster says of each: promoted, under way, or failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from platformctl.state import Resource
from sandbox.cluster.client import ApiError, Client

TYPE = "kubernetes:argoproj.io/v1alpha1:Rollout"
_API = "/apis/argoproj.io/v1alpha1"


class Stage(StrEnum):
    """Promoted: every pod is of the version that is asked for. Failed: aborted, degraded or gone."""

    PROMOTED = "promoted"
    UNDER_WAY = "under way"
    FAILED = "failed"


@dataclass(frozen=True)
class Name:
    """Where a Rollout is."""

    namespace: str
    name: str

    @property
    def path(self) -> str:
        return f"{_API}/namespaces/{quote(self.namespace)}/rollouts/{quote(self.name)}"

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Standing:
    """One Rollout at one moment; `says` is for people."""

    name: Name
    stage: Stage
    says: str


def names(resources: Iterable[Resource]) -> tuple[Name, ...]:
    """The Rollouts that a stack's state holds, sorted. Objects of charts are not among them."""
    found = (one["inputs"]["metadata"] for one in resources if one["type"] == TYPE and not one.get("delete"))
    return tuple(
        sorted(
            (Name(one.get("namespace", "default"), one["name"]) for one in found),
            key=lambda one: (one.namespace, one.name),
        )
    )


def read(client: Client, name: Name) -> dict[str, Any] | None:
    """The Rollout as the cluster has it; None where it is gone. Raises ApiError, OSError."""
    try:
        found: dict[str, Any] = client.get(name.path)
    except ApiError as error:
        if error.status == 404:
            return None
        raise
    return found


def standing(name: Name, rollout: Mapping[str, Any] | None) -> Standing:
    """What a Rollout's own status comes to (argo-rollouts, RolloutStatus; its observedGeneration is a text).

    A status of an earlier generation says nothing about what was just applied.
    """
    if rollout is None:
        return Standing(name, Stage.FAILED, "it is not in the cluster")
    status, generation = rollout.get("status") or {}, rollout["metadata"].get("generation")
    said = status.get("message") or ""
    if str(status.get("observedGeneration", "")) != str(generation):
        return Standing(name, Stage.UNDER_WAY, "the controller has not seen the change yet")
    if status.get("abort") or status.get("phase") == "Degraded":
        return Standing(name, Stage.FAILED, said or ("aborted" if status.get("abort") else "degraded"))
    whole = status.get("stableRS") and status.get("stableRS") == status.get("currentPodHash")
    if status.get("phase") == "Healthy" and whole:
        return Standing(
            name, Stage.PROMOTED, f"revision {_revision(rollout)}, {status.get('availableReplicas', 0)} available"
        )
    weight = ((status.get("canary") or {}).get("weights") or {}).get("canary", {}).get("weight")
    at = f"step {status.get('currentStepIndex', 0)}" + (f", weight {weight} %" if weight is not None else "")
    return Standing(name, Stage.UNDER_WAY, f"{status.get('phase', 'new')}, {at}{f': {said}' if said else ''}")


def _revision(rollout: Mapping[str, Any]) -> str:
    return str((rollout["metadata"].get("annotations") or {}).get("rollout.argoproj.io/revision", "?"))
