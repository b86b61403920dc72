"""What controllers do by their task is no drift, and a rollout's canary is not waited for to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cluster import ControlPlane
from tests.cluster.conftest import Api, eventually
from tests.cluster.kubernetes_engine import Engine, serving

ROLLOUT, SERVICE = "kubernetes:argoproj.io/v1alpha1:Rollout", "kubernetes:core/v1:Service"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
IMAGE = "registry.test/app@sha256:"


@pytest.fixture(scope="module")
def port(plane: ControlPlane) -> Iterator[int]:
    with serving(plane.directory.parent) as port:
        yield port


@pytest.fixture
def engine(port: int) -> Iterator[Engine]:
    engine = Engine(port)
    yield engine
    engine.close()


def workload(namespace: str, digit: str, **spec: Any) -> dict[str, Any]:
    labels = {"app": "api"}
    pod = {"containers": [{"name": "api", "image": IMAGE + digit * 64}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {
        "metadata": {"name": "api", "namespace": namespace},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template, **spec},
    }


def rollout(namespace: str, digit: str) -> dict[str, Any]:
    steps = [{"setWeight": 50}, {"pause": {}}]
    canary = {"stableService": "api-stable", "canaryService": "api-canary", "steps": steps}
    return workload(namespace, digit, strategy={"canary": canary})


def service(namespace: str, name: str) -> dict[str, Any]:
    skips = {"pulumi.com/skipAwait": "true"}
    return {
        "metadata": {"name": name, "namespace": namespace, "annotations": skips},
        "spec": {"selector": {"app": "api"}, "ports": [{"port": 80}]},
    }


def test_a_first_rollout_is_awaited_and_a_later_one_until_its_canary_runs(
    engine: Engine, api: Api, namespace: str
) -> None:
    services = {name: service(namespace, name) for name in ("api-stable", "api-canary")}
    made = {name: engine.create(SERVICE, one, name) for name, one in services.items()}
    id_, state = engine.create(ROLLOUT, rollout(namespace, "1"))
    assert state["status"]["phase"] == "Healthy"
    state = engine.update(ROLLOUT, id_, rollout(namespace, "1"), rollout(namespace, "2"), state)
    assert state["status"]["phase"] in ("Progressing", "Paused")
    assert state["status"]["stableRS"] != state["status"]["currentPodHash"]
    eventually(
        "the canary's own selector",
        lambda: "rollouts-pod-template-hash" in api.find("v1", "Service", namespace, "api-canary")["spec"]["selector"],
    )
    for name, one in services.items():
        assert engine.read(SERVICE, made[name][0], one, made[name][1], name)[0] == engine.checked(SERVICE, one, name)
    assert engine.read(ROLLOUT, id_, rollout(namespace, "2"), state)[0] == engine.checked(
        ROLLOUT, rollout(namespace, "2")
    )


def test_a_selector_changed_by_hand_is_drift(engine: Engine, api: Api, namespace: str) -> None:
    wanted = service(namespace, "api")
    id_, state = engine.create(SERVICE, wanted)
    path = f"{api.path('v1', 'Service', namespace, 'api')}?fieldManager=kubectl-edit"
    api.patch(path, {"spec": {"selector": {"app": "another"}}})
    assert engine.read(SERVICE, id_, wanted, state)[0]["spec"]["selector"] == {"app": "another"}


@pytest.mark.parametrize(("manager", "drifted"), [("kube-controller-manager", False), ("kubectl", True)])
def test_scaling_is_the_autoscalers_task_and_nobody_elses(
    engine: Engine, api: Api, namespace: str, manager: str, drifted: bool
) -> None:
    wanted = workload(namespace, "1")
    id_, state = engine.create(DEPLOYMENT, wanted)
    scale = f"{api.path('apps/v1', 'Deployment', namespace, 'api')}/scale?fieldManager={manager}"
    api.patch(scale, {"spec": {"replicas": 3}})
    assert (engine.read(DEPLOYMENT, id_, wanted, state)[0]["spec"]["replicas"] == 3) is drifted


def test_a_rollout_that_cannot_be_is_refused_with_its_reason(engine: Engine, namespace: str) -> None:
    wrong = rollout(namespace, "1")
    wrong["spec"]["strategy"]["canary"]["steps"] = [{"setWeight": 150}]
    with pytest.raises(Exception, match="setWeight"):
        engine.create(ROLLOUT, wrong, timeout_s=20)
