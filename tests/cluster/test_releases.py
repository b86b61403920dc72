"""Releases watched and taken back on a real controller: the Rollout's own status, revisions and owners of fields."""

import json
import os
from typing import Any

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.releases.reach import cluster
from platformctl.releases.rollouts import Name, Stage, Standing, read, standing
from platformctl.releases.undo import apply, plan
from platformctl.releases.watch import watch
from sandbox.cluster import ControlPlane
from tests.cluster.conftest import Api, eventually, pod

PROGRAM = "pulumi-kubernetes-1234"  # who applies the program's objects


def rollout(name: str, version: str, *, paused: bool = False) -> dict[str, Any]:
    labels = {"app": name}
    steps = [{"setWeight": 50}, {"pause": {}}] if paused else [{"setWeight": 100}]
    template = {"metadata": {"labels": labels, "annotations": {"version": version}}, "spec": pod(name)["spec"]}
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": template,
        "strategy": {"canary": {"steps": steps}},
        "rollbackWindow": {"revisions": 3},
    }
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": name}, "spec": spec}


@pytest.fixture
def released(api: Api, namespace: str) -> Name:
    """v1, promoted."""
    name = Name(namespace, "api")
    api.put(rollout("api", "v1"), namespace, manager=PROGRAM, force=False)
    assert watch(api, [name], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    return name


def version(api: Api, name: Name) -> str:
    found = read(api, name)
    assert found is not None
    return str(found["spec"]["template"]["metadata"]["annotations"]["version"])


def test_a_release_is_watched_until_it_is_promoted(api: Api, released: Name, plane: ControlPlane) -> None:
    """By the kubeconfig that `platformctl env` gives."""
    api.put(rollout("api", "v2"), released.namespace, manager=PROGRAM, force=False)
    told: list[Standing] = []
    with cluster([], {**os.environ, "KUBECONFIG": str(plane.kubeconfig)}) as client:
        assert watch(client, [released], 60, told.append, poll_s=0.2) is Exit.FINE
    assert told[-1].says.startswith("revision 2")


def test_a_release_that_waits_is_not_decided_and_one_that_is_aborted_has_failed(api: Api, released: Name) -> None:
    api.put(rollout("api", "v2", paused=True), released.namespace, manager=PROGRAM, force=False)
    assert watch(api, [released], 5, lambda _: None, poll_s=0.2) is Exit.UNDECIDED
    api.patch(f"{released.path}/status", {"status": {"abort": True}})
    told: list[Standing] = []
    assert watch(api, [released], 60, told.append, poll_s=0.2) is Exit.FINDINGS
    assert told[-1].stage is Stage.FAILED


def test_a_finished_release_goes_back_to_the_revision_before_and_the_next_deployment_is_not_hindered(
    api: Api, released: Name
) -> None:
    api.put(rollout("api", "v2"), released.namespace, manager=PROGRAM, force=False)
    assert watch(api, [released], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    undo = plan(api, released)
    assert (undo.revision, undo.why) == (1, "the one before")
    apply(api, undo)
    assert version(api, released) == "v1"
    assert watch(api, [released], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    found = read(api, released)
    assert found is not None
    assert standing(released, found).says.startswith("revision 3")
    assert {one["manager"] for one in found["metadata"]["managedFields"]} >= {PROGRAM}
    assert "platformctl-rollback" not in json.dumps(found["metadata"]["managedFields"])
    api.put(rollout("api", "v4"), released.namespace, manager=PROGRAM, force=False)
    assert version(api, released) == "v4"


def test_a_release_under_way_goes_back_to_the_stable_one(api: Api, released: Name) -> None:
    api.put(rollout("api", "v2"), released.namespace, manager=PROGRAM, force=False)
    assert watch(api, [released], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    api.put(rollout("api", "v3", paused=True), released.namespace, manager=PROGRAM, force=False)
    eventually("v3 is tried", lambda: (read(api, released) or {})["status"].get("phase") == "Paused", 60)
    undo = plan(api, released)
    assert (undo.revision, undo.why) == (2, "the stable one: a release was under way")
    apply(api, undo)
    assert version(api, released) == "v2"
    assert watch(api, [released], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    assert plan(api, released).revision == 3


def test_an_undo_is_for_the_rollout_that_was_read(api: Api, released: Name) -> None:
    api.put(rollout("api", "v2"), released.namespace, manager=PROGRAM, force=False)
    assert watch(api, [released], 60, lambda _: None, poll_s=0.2) is Exit.FINE
    undo = plan(api, released)
    api.patch(released.path, {"spec": {"replicas": 3}})
    with pytest.raises(CommandError, match="changed meanwhile"):
        apply(api, undo)
    assert version(api, released) == "v2"
