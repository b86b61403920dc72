"""When an object counts as ready, by kind: what it still waits for, or that it never will be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.api import Api
from sandbox.kubernetes.asked import Asked
from sandbox.kubernetes.kinds import Kind


class HopelessError(Exception):
    """It will not become ready by waiting; the message says why."""


@dataclass(frozen=True)
class Look:
    """An object as it is, while it is waited for."""

    it: Asked
    live: Mapping[str, Any]
    api: Api
    created: bool  # by this update

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.live.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        return self.live.get("status") or {}

    def condition(self, type_: str) -> Mapping[str, Any]:
        """The condition of this type, empty when it is not told."""
        return next((one for one in self.status.get("conditions") or () if one.get("type") == type_), {})

    def holds(self, type_: str) -> bool:
        return self.condition(type_).get("status") == "True"

    @property
    def observed(self) -> bool:
        """Whether its controller has seen this version of it; the rollouts controller writes a string."""
        return str(self.status.get("observedGeneration", "")) == str(self.live["metadata"].get("generation"))


Missing = Callable[[Look], str]  # what is waited for; empty when it is ready
_NOT_SEEN = "its controller to see the change"


@dataclass(frozen=True)
class Readiness:
    """How a kind is waited for, and for how long where nothing else is said: as the official provider has it."""

    missing: Missing
    timeout_s: float = 600.0
    selects: str = ""  # path of the label selector of its pods, for what is told when it does not get ready


def _deployment(look: Look) -> str:
    if not look.observed:
        return _NOT_SEEN
    progress = look.condition("Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        raise HopelessError(str(progress.get("message")))
    wanted, status = look.spec.get("replicas", 1), look.status
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if updated < wanted:
        return f"{wanted - updated} of {wanted} pods to be made from the new template"
    if status.get("replicas", 0) > updated:
        return f"{status['replicas'] - updated} old pods to end"
    return "" if available >= updated else f"{updated - available} of {wanted} pods to become available"


def _stateful_set(look: Look) -> str:
    if not look.observed:
        return _NOT_SEEN
    wanted, status = look.spec.get("replicas", 1), look.status
    if status.get("readyReplicas", 0) < wanted:
        return f"{wanted - status.get('readyReplicas', 0)} of {wanted} pods to become ready"
    strategy = look.spec.get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return ""
    kept = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    due = max(wanted - kept, 0)
    updated = status.get("updatedReplicas", 0)
    return "" if updated >= due else f"{due - updated} of {due} pods to be made from the new template"


def _daemon_set(look: Look) -> str:
    if not look.observed:
        return _NOT_SEEN
    wanted, status = look.status.get("desiredNumberScheduled", 0), look.status
    on_delete = (look.spec.get("updateStrategy") or {}).get("type") == "OnDelete"
    updated, available = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    if updated < wanted and not on_delete:
        return f"{wanted - updated} of {wanted} nodes to run the new pod"
    return "" if available >= wanted else f"{wanted - available} of {wanted} pods to become available"


def _job(look: Look) -> str:
    if look.holds("Failed"):
        failed = look.condition("Failed")
        raise HopelessError(f"it failed ({failed.get('reason')}): {failed.get('message')}")
    if look.holds("Complete") or look.spec.get("suspend"):
        return ""
    done, wanted = look.status.get("succeeded", 0), look.spec.get("completions") or 1
    return f"it to complete: {done} of {wanted} pods have succeeded"


def _pod(look: Look) -> str:
    phase = look.status.get("phase", "Pending")
    if phase == "Succeeded" or look.holds("Ready"):
        return ""
    if phase == "Failed":
        raise HopelessError(
            f"it failed: {look.status.get('message') or look.status.get('reason') or 'no reason given'}"
        )
    return f"it to become ready: it is {phase}"


def _service(look: Look) -> str:
    """As the official provider, which waits for a pod behind the service; not of one that selects none itself."""
    if look.spec.get("type") == "ExternalName" or look.spec.get("clusterIP") == "None" or not look.spec.get("selector"):
        return ""
    named = f"kubernetes.io/service-name={look.it.name}"
    slices = look.api.all(Kind("discovery.k8s.io", "v1", "EndpointSlice"), look.it.namespace, labelSelector=named)
    endpoints = [one for part in slices for one in part.get("endpoints") or ()]
    ready = [one for one in endpoints if (one.get("conditions") or {}).get("ready")]
    selected = ", ".join(f"{key}={value}" for key, value in look.spec["selector"].items())
    return "" if ready else f"a ready pod with {selected}"


def _namespace(look: Look) -> str:
    if look.status.get("phase") != "Active":
        return f"it to become Active: it is {look.status.get('phase')}"
    # Without it the API server refuses every pod.
    account = look.api.get(Kind("", "v1", "ServiceAccount"), look.it.name, "default")
    return "" if account else "its default service account"


def _definition(look: Look) -> str:
    if look.condition("NamesAccepted").get("status") == "False":
        raise HopelessError(f"its names are taken: {look.condition('NamesAccepted').get('message')}")
    if not look.holds("Established"):
        return "it to be established"
    names, group = look.spec["names"], look.spec["group"]
    look.api.forget()
    for version in look.spec["versions"]:
        if version.get("served") and not look.api.serves(Kind(group, version["name"], names["kind"])):
            return f"{names['kind']} of {group}/{version['name']} to be served"
    return ""


def _quota(look: Look) -> str:
    hard = look.status.get("hard") or {}
    return "" if set(look.spec.get("hard") or {}) <= set(hard) else "its use to be counted"


def _rollout(look: Look) -> str:
    """A first release until it is healthy; a later one until its canary is under way, which may take hours."""
    if not look.observed:
        return _NOT_SEEN
    phase, message = look.status.get("phase", "Progressing"), look.status.get("message") or ""
    if look.condition("InvalidSpec").get("status") == "True":
        raise HopelessError(str(look.condition("InvalidSpec").get("message")))
    if phase == "Degraded":
        raise HopelessError(f"it is Degraded: {message or 'no reason given'}")
    if phase == "Healthy" or look.spec.get("paused"):
        return ""
    first = look.status.get("stableRS") in (None, "", look.status.get("currentPodHash"))
    if not first and (phase == "Paused" or look.status.get("currentStepIndex") is not None):
        return ""
    return f"it to become Healthy: it is {phase}{f' ({message})' if message else ''}"


READINESS: Mapping[tuple[str, str], Readiness] = {
    ("", "Namespace"): Readiness(_namespace, 300),
    ("", "Pod"): Readiness(_pod),
    ("", "ResourceQuota"): Readiness(_quota, 60),
    ("", "Service"): Readiness(_service, selects="spec.selector"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): Readiness(_definition, 60),
    ("apps", "DaemonSet"): Readiness(_daemon_set, selects="spec.selector.matchLabels"),
    ("apps", "Deployment"): Readiness(_deployment, selects="spec.selector.matchLabels"),
    ("apps", "StatefulSet"): Readiness(_stateful_set, selects="spec.selector.matchLabels"),
    ("argoproj.io", "Rollout"): Readiness(_rollout, selects="spec.selector.matchLabels"),
    ("batch", "Job"): Readiness(_job, selects="spec.selector.matchLabels"),
}

# What nothing in the sandbox's control plane brings about, so that it is not waited for, but listed.
NOBODY = {
    ("", "PersistentVolumeClaim"): "it is not waited for: nothing in the sandbox makes volumes",
    ("networking.k8s.io", "Ingress"): "its address is not waited for: the sandbox has no load balancer controller",
}
BALANCED = "its address is not waited for: the sandbox has no load balancer controller"


def nobody(kind: Kind, manifest: Mapping[str, Any]) -> str:
    """Why an object is not waited for although it would be in a real cluster; empty when it is."""
    balanced = (kind.group, kind.name) == ("", "Service") and (manifest.get("spec") or {}).get("type") == "LoadBalancer"
    return BALANCED if balanced else NOBODY.get((kind.group, kind.name), "")
