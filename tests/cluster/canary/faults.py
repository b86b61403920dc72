"""What befalls a release from outside: evictions, no room for new pods, weights that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.cluster.client import ApiError
from tests.cluster.conftest import eventually

if TYPE_CHECKING:
    from tests.cluster.canary.release import Release

ADMISSION = "admissionregistration.k8s.io/v1"


def evict(release: Release, pod_hash: str) -> ApiError | None:
    """One pod of the arm, as a drain does it; what the API said against it."""
    api, name = release.world.api, release.name
    pods = api.all("v1", "Pod", name, f"rollouts-pod-template-hash={pod_hash}")
    pod = next(one["metadata"]["name"] for one in pods if "deletionTimestamp" not in one["metadata"])
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": name}}
    try:
        api.create(f"/api/v1/namespaces/{name}/pods/{pod}/eviction", eviction)
    except ApiError as error:
        return error
    return None


@contextmanager
def no_new_pods(release: Release) -> Iterator[None]:
    """A quota that the pods there are have used up."""
    api, name = release.world.api, release.name
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none", "namespace": name},
        "spec": {"hard": {"pods": "1"}},
    }
    api.put(quota)
    eventually("the quota", lambda: "used" in api.find("v1", "ResourceQuota", name, "none").get("status", {}))
    try:
        yield
    finally:
        api.remove("v1", "ResourceQuota", name, "none")


@contextmanager
def fixed_weights(release: Release) -> Iterator[None]:
    """The API refuses changes of the ingress."""
    api, name = release.world.api, release.name
    rule = {
        "apiGroups": ["networking.k8s.io"],
        "apiVersions": ["v1"],
        "operations": ["UPDATE"],
        "resources": ["ingresses"],
    }
    policy = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": f"object.metadata.namespace != '{name}'", "message": "fixed by a test"}],
        },
    }
    binding = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"]},
    }
    path = api.path("networking.k8s.io/v1", "Ingress", name, name)

    def fixed() -> bool:
        try:
            api.patch(f"{path}?dryRun=All", {"metadata": {"annotations": {"test/try": "1"}}})
        except ApiError:
            return True
        return False

    api.put(policy)
    api.put(binding)
    try:
        eventually("the refusal", fixed)
        yield
    finally:
        for kind in ("ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"):
            api.remove(ADMISSION, kind, "", name)
    eventually("the end of the refusal", lambda: not fixed())


def routed(release: Release, header: str) -> bool:
    """Whether a request with the header goes to the canary."""
    conditions: dict[str, Any] = {
        key: value for key, value in release.record.annotations.items() if "/conditions." in key
    }
    return any(header in value for value in conditions.values())
