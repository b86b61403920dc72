"""The services on a real API server with the real controller of rollouts: taken as they are, started, and drained."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from sandbox import cluster
from sandbox.cluster import ControlPlane
from sandbox.cluster.client import ApiError
from tests.cluster.conftest import Api, eventually
from tests.cluster.services import NOT_SERVED, manifests

pytestmark = pytest.mark.cluster
ROLLOUTS = "argoproj.io/v1alpha1"
SERVICES = ("api", "webhooks", "payouts", "ledger")
ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
SCOPE = "platform/pci-scope"
HASH = "rollouts-pod-template-hash"
ACTION = "alb.ingress.kubernetes.io/actions.api"


def _where(api: Api, manifest: dict[str, Any]) -> str:
    metadata = manifest["metadata"]
    return api.path(manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""), metadata["name"])


def _apply(api: Api, manifest: dict[str, Any], *, dry_run: bool = False, force: bool = False) -> Any:
    """As a deployment does; a field that the API server does not know is refused."""
    query = f"?fieldManager=pulumi&fieldValidation=Strict&force={str(force).lower()}{'&dryRun=All' if dry_run else ''}"
    content_type = "application/apply-patch+yaml"
    return api.call("PATCH", f"{_where(api, manifest)}{query}", manifest, content_type=content_type)


def _served(environment: str) -> list[dict[str, Any]]:
    return [one for one in manifests(environment) if one["kind"] not in NOT_SERVED]


def _node(zone: str) -> dict[str, Any]:
    """A node that is kept for card data, as those of the node group `payments`."""
    name, room = f"payments-{zone}", {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone, SCOPE: "cde"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": [{"key": SCOPE, "value": "cde", "effect": "NoSchedule"}]},
        "status": {"capacity": room, "allocatable": room},
    }


@pytest.fixture(scope="module")
def started(api: Api) -> Iterator[Api]:
    """Staging's services, up, on nodes of which some are kept for card data."""
    for zone in ZONES:
        api.create("/api/v1/nodes", _node(zone))
    for manifest in _served("staging"):
        _apply(api, manifest)
    for name in SERVICES:
        eventually(f"{name} is healthy", partial(_is_healthy, api, name), timeout_s=60)
    yield api
    for name in SERVICES:
        api.remove("v1", "Namespace", "", f"billing-{name}")
    for zone in ZONES:
        api.remove("v1", "Node", "", f"payments-{zone}")


def _rollout(api: Api, name: str) -> Any:
    return api.find(ROLLOUTS, "Rollout", f"billing-{name}", name)


def _is_healthy(api: Api, name: str) -> bool:
    """All its pods are there: as many as the autoscaler has asked for."""
    status, spec = _rollout(api, name).get("status", {}), _autoscaler(name)
    return bool(status.get("phase") == "Healthy" and status.get("availableReplicas", 0) >= spec["minReplicas"])


def _autoscaler(name: str) -> Any:
    (found,) = [
        one
        for one in manifests("staging")
        if one["kind"] == "HorizontalPodAutoscaler" and one["metadata"]["name"] == name
    ]
    return found["spec"]


def _pods(api: Api, name: str) -> list[Any]:
    labels = f"app.kubernetes.io/name={name},app.kubernetes.io/component=service"
    return [
        pod for pod in api.all("v1", "Pod", f"billing-{name}", labels) if "deletionTimestamp" not in pod["metadata"]
    ]


@pytest.mark.parametrize("environment", ["prod", "staging", "sandbox"])
def test_the_api_server_takes_every_object_without_a_field_that_it_does_not_know(api: Api, environment: str) -> None:
    objects = _served(environment)
    spaces = [one for one in objects if one["kind"] == "Namespace"]
    for space in spaces:
        _apply(api, space, force=True)
    kept = [_apply(api, one, dry_run=True, force=True) for one in objects]
    assert len(spaces) == len(SERVICES)
    assert [(one["kind"], one["metadata"]["name"]) for one in kept] == [
        (one["kind"], one["metadata"]["name"]) for one in objects
    ]
    assert {one["kind"] for one in manifests(environment)} - {one["kind"] for one in objects} == NOT_SERVED


def test_migrations_ran_once_as_a_user_of_their_own(started: Api) -> None:
    for name in ("api", "ledger"):
        (job,) = started.all("batch/v1", "Job", f"billing-{name}")
        assert job["status"]["succeeded"] == 1
        assert job["spec"]["template"]["spec"]["serviceAccountName"] == f"{name}-migration"


def test_services_start_at_the_autoscalers_least_and_spread_over_the_zones(started: Api) -> None:
    nodes = {node["metadata"]["name"]: node["metadata"]["labels"] for node in started.all("v1", "Node")}
    for name in SERVICES:
        pods = _pods(started, name)
        assert len(pods) == _autoscaler(name)["minReplicas"]
        zones = Counter(nodes[pod["spec"]["nodeName"]]["topology.kubernetes.io/zone"] for pod in pods)
        assert max(zones.values()) == 1
        kept = {nodes[pod["spec"]["nodeName"]].get(SCOPE) for pod in pods}
        assert kept == ({"cde"} if name in ("api", "ledger") else {None})


def test_argo_rollouts_alone_says_which_pods_each_arm_means_and_how_traffic_is_split(started: Api) -> None:
    """And another deployment of ours changes nothing about it."""

    def arms() -> dict[str, Any]:
        found = {arm: started.find("v1", "Service", "billing-api", f"api-{arm}") for arm in ("stable", "canary")}
        return {arm: service["spec"].get("selector", {}) for arm, service in found.items()}

    def action() -> Any:
        ingress = started.find("networking.k8s.io/v1", "Ingress", "billing-api", "api")
        return json.loads(ingress["metadata"]["annotations"].get(ACTION, "{}"))

    stable = _rollout(started, "api")["status"]["stableRS"]
    eventually("the arms are set", lambda: arms()["stable"] == {HASH: stable} and action())
    before = arms(), action()
    targets = {one["ServiceName"]: one.get("Weight") for one in before[1]["ForwardConfig"]["TargetGroups"]}
    assert targets["api-stable"] == 100
    for manifest in _served("staging"):
        if manifest["metadata"].get("namespace") == "billing-api" and manifest["kind"] in ("Service", "Ingress"):
            _apply(started, manifest)  # not forced: a conflict would be refused
    assert (arms(), action()) == before


def test_another_deployment_of_the_same_conflicts_with_no_controller(started: Api) -> None:
    before = {name: _rollout(started, name)["status"]["currentPodHash"] for name in SERVICES}
    for manifest in _served("staging"):
        _apply(started, manifest)
    assert {name: _rollout(started, name)["status"]["currentPodHash"] for name in SERVICES} == before
    assert all(_rollout(started, name)["spec"]["replicas"] >= 2 for name in SERVICES)  # the autoscaler's


def test_a_drain_takes_one_pod_at_a_time(started: Api, plane: ControlPlane) -> None:
    first, second, *_ = (pod["metadata"]["name"] for pod in _pods(started, "api"))
    eventually("the budget is known", lambda: _allowed(started) == 1)

    def evict(name: str) -> Any:
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": "billing-api"}}
        return started.create(f"/api/v1/namespaces/billing-api/pods/{name}/eviction", body)

    cluster.kill(plane, "kwok")  # so that nothing replaces the first before the second is asked for
    try:
        evict(first)
        with pytest.raises(ApiError, match="429"):
            evict(second)
    finally:
        cluster.restart(plane, "kwok")
    eventually("the pod is replaced", lambda: _allowed(started) == 1 and len(_pods(started, "api")) == 3, timeout_s=60)


def _allowed(api: Api) -> int:
    budget = api.find("policy/v1", "PodDisruptionBudget", "billing-api", "api")
    return int(budget.get("status", {}).get("disruptionsAllowed", -1))
