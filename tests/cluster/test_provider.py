"""The kubernetes provider on a real API server: what previews tell, whose fields are whose, what is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from sandbox.cluster import ControlPlane
from sandbox.faults import Control, Faults
from tests.cluster.conftest import Api, eventually
from tests.cluster.kubernetes_engine import Engine, kubeconfig, serving

DEPLOYMENT, SERVICE = "kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Service"
CONFIG_MAP, SECRET, NAMESPACE = (f"kubernetes:core/v1:{kind}" for kind in ("ConfigMap", "Secret", "Namespace"))
POLICY, BINDING = "kubernetes:networking.k8s.io/v1:NetworkPolicy", "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
IMAGE = "registry.test/app@sha256:" + "0" * 64


@pytest.fixture(scope="module")
def port(plane: ControlPlane) -> Iterator[int]:
    with serving(plane.directory.parent) as port:
        yield port


@pytest.fixture
def engine(port: int) -> Iterator[Engine]:
    engine = Engine(port)
    yield engine
    engine.close()


def config_map(namespace: str, name: str = "settings", **data: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "data": data or {"level": "info"}}


def deployment(namespace: str, replicas: int = 1, **metadata: Any) -> dict[str, Any]:
    labels = {"app": "api"}
    container = {
        "name": "api",
        "image": IMAGE,
        "resources": {"requests": {"cpu": "1000m"}},
        "ports": [{"containerPort": 80}],
    }
    return {
        "metadata": {"name": "api", "namespace": namespace, **metadata},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def refused(call: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(grpc.RpcError) as raised:
        call(*arguments, **more)
    return str(raised.value.details())


def patched(
    api: Api, kind: str, namespace: str, name: str, changes: Any, manager: str, version: str = "apps/v1"
) -> Any:
    """A change by somebody else, with a merge patch."""
    return api.patch(f"{api.path(version, kind, namespace, name)}?fieldManager={manager}", changes)


def test_a_preview_shows_the_servers_defaults_and_changes_nothing(engine: Engine, api: Api, namespace: str) -> None:
    _, state = engine.create(DEPLOYMENT, deployment(namespace), preview=True)
    assert state["spec"]["progressDeadlineSeconds"] == 600
    assert "status" not in state
    assert api.find("apps/v1", "Deployment", namespace, "api") is None


def test_a_preview_shows_schema_and_admission_errors(engine: Engine, api: Api, namespace: str) -> None:
    wrong = deployment(namespace)
    wrong["spec"]["replicaz"] = 2
    said = refused(engine.create, DEPLOYMENT, wrong, preview=True)
    assert said == (
        f"Deployment api in namespace {namespace} is refused: .spec.replicaz: field not declared in schema: "
        f"apps/v1 Deployment has no such field"
    )
    wrong = deployment(namespace, replicas=-1)
    assert "spec.replicas: Invalid value: -1" in refused(engine.create, DEPLOYMENT, wrong, preview=True)
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
    pod = {"metadata": {"name": "p", "namespace": namespace}, "spec": {"containers": [{"name": "c", "image": IMAGE}]}}
    assert 'violates PodSecurity "restricted:latest"' in refused(
        engine.create, "kubernetes:core/v1:Pod", pod, preview=True
    )


def test_a_preview_passes_on_the_servers_warnings(engine: Engine, api: Api, namespace: str) -> None:
    labels = {"pod-security.kubernetes.io/warn": "restricted"}
    api.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
    engine.create(DEPLOYMENT, deployment(namespace), preview=True)
    assert any(text.startswith('it: would violate PodSecurity "restricted:latest"') for text in engine.said)


def test_a_preview_says_what_it_cannot_check_yet(engine: Engine) -> None:
    engine.create(CONFIG_MAP, config_map("not-there-yet"), preview=True)
    assert "sandbox: not checked by this preview: namespace not-there-yet does not exist yet" in engine.said
    thing = {"metadata": {"name": "t", "namespace": "default"}, "spec": {}}
    engine.create("kubernetes:made.test/v1:Thing", thing, preview=True)
    assert any("no Thing of made.test/v1 yet" in text for text in engine.said)


def test_a_conflict_names_the_other_manager_and_the_fields(engine: Engine, api: Api, namespace: str) -> None:
    id_, state = engine.create(DEPLOYMENT, deployment(namespace))
    assert id_ == f"{namespace}/api"
    patched(api, "Deployment", namespace, "api", {"spec": {"replicas": 2}}, "kubectl-edit")
    change = (DEPLOYMENT, id_, deployment(namespace), deployment(namespace, replicas=3), state)
    for preview in (True, False):
        said = refused(engine.update, *change, preview=preview)
        assert "in conflict: kubectl-edit manages spec.replicas." in said
        assert 'pulumi.com/patchForce: "true"' in said
    forced = deployment(namespace, replicas=3, annotations={"pulumi.com/patchForce": "true"})
    assert engine.update(DEPLOYMENT, id_, deployment(namespace), forced, state)["spec"]["replicas"] == 3


def test_an_object_of_somebody_else_is_not_taken_over(engine: Engine, api: Api, namespace: str) -> None:
    api.put({"apiVersion": "v1", "kind": "ConfigMap", **config_map(namespace)}, manager="helm")
    for preview in (True, False):
        said = refused(engine.create, CONFIG_MAP, config_map(namespace), preview=preview)
        assert f"exists already and is managed by helm: import it (id {namespace}/settings)" in said


def test_a_provider_that_says_so_takes_up_what_exists(port: int, api: Api, namespace: str) -> None:
    adopting = Engine(port, upsertExistingObjects="true")
    account = {"metadata": {"name": "default", "namespace": namespace}, "automountServiceAccountToken": False}
    eventually("the namespace's own account", lambda: api.find("v1", "ServiceAccount", namespace, "default"))
    adopting.create("kubernetes:core/v1:ServiceAccount", account)
    assert api.find("v1", "ServiceAccount", namespace, "default")["automountServiceAccountToken"] is False
    adopting.close()


def test_what_a_killed_engine_created_is_taken_up_by_the_same_resource_alone(
    engine: Engine, port: int, namespace: str
) -> None:
    first, _ = engine.create(CONFIG_MAP, config_map(namespace))
    again, _ = engine.create(CONFIG_MAP, config_map(namespace))
    assert first == again
    other = Engine(port, project="other")
    assert "exists already" in refused(other.create, CONFIG_MAP, config_map(namespace))
    other.close()


def test_nothing_has_drifted_that_nobody_changed(engine: Engine, namespace: str) -> None:
    wanted = deployment(namespace)
    id_, state = engine.create(DEPLOYMENT, wanted)
    inputs, _ = engine.read(DEPLOYMENT, id_, wanted, state)
    assert inputs == engine.checked(DEPLOYMENT, wanted)  # 1000m and the port without a protocol too
    assert not engine.diff(DEPLOYMENT, inputs, wanted).detailedDiff


def test_hand_edits_of_a_deployment_are_drift_and_are_undone(engine: Engine, api: Api, namespace: str) -> None:
    wanted = deployment(namespace, annotations={"pulumi.com/patchForce": "true"})
    id_, state = engine.create(DEPLOYMENT, wanted)
    container = {"name": "api", "env": [{"name": "DEBUG", "value": "1"}]}
    pod = {"spec": {"containers": [container, {"name": "shell", "image": IMAGE}]}}
    edit = {"spec": {"replicas": 2, "template": pod}}
    where = f"{api.path('apps/v1', 'Deployment', namespace, 'api')}?fieldManager=kubectl-edit"
    api.call("PATCH", where, edit, content_type="application/strategic-merge-patch+json")
    inputs, state = engine.read(DEPLOYMENT, id_, wanted, state)
    assert inputs["spec"]["replicas"] == 2
    found = set(engine.diff(DEPLOYMENT, inputs, wanted).detailedDiff)
    assert found == {
        "spec.replicas",
        "spec.template.spec.containers[0].env",
        "spec.template.spec.containers[1]",
    }
    state = engine.update(DEPLOYMENT, id_, inputs, wanted, state)
    containers = state["spec"]["template"]["spec"]["containers"]
    assert [(one["name"], one.get("env")) for one in containers] == [("api", None)]
    inputs, _ = engine.read(DEPLOYMENT, id_, wanted, state)
    assert inputs == engine.checked(DEPLOYMENT, wanted)


def test_hand_edits_of_policies_and_bindings_are_drift(engine: Engine, api: Api, namespace: str) -> None:
    policy = {
        "metadata": {"name": "deny", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]},
    }
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    group = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "platform:auditor"}
    binding = {"metadata": {"name": "audit", "namespace": namespace}, "roleRef": reference, "subjects": [group]}
    made = {token: engine.create(token, one) for token, one in ((POLICY, policy), (BINDING, binding))}
    for token, one in ((POLICY, policy), (BINDING, binding)):
        assert engine.read(token, made[token][0], one, made[token][1])[0] == engine.checked(token, one)
    opened = {"spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}}
    patched(api, "NetworkPolicy", namespace, "deny", opened, "kubectl-edit", "networking.k8s.io/v1")
    subjects = {"subjects": [group, {**group, "name": "everyone"}]}
    patched(api, "RoleBinding", namespace, "audit", subjects, "kubectl-edit", "rbac.authorization.k8s.io/v1")
    read = engine.read(POLICY, made[POLICY][0], policy, made[POLICY][1])[0]
    assert read["spec"]["ingress"] == opened["spec"]["ingress"]
    read = engine.read(BINDING, made[BINDING][0], binding, made[BINDING][1])[0]
    assert [one["name"] for one in read["subjects"]] == ["platform:auditor", "everyone"]


def test_what_is_deleted_by_hand_is_gone(engine: Engine, api: Api, namespace: str) -> None:
    id_, state = engine.create(CONFIG_MAP, config_map(namespace))
    api.remove("v1", "ConfigMap", namespace, "settings")
    assert engine.read(CONFIG_MAP, id_, config_map(namespace), state) == (None, None)
    engine.delete(CONFIG_MAP, id_, config_map(namespace), state)


def test_a_secrets_texts_are_hidden_and_can_be_taken_away(engine: Engine, api: Api, namespace: str) -> None:
    def secret(**texts: str) -> dict[str, Any]:
        return {"metadata": {"name": "s", "namespace": namespace}, "stringData": texts}

    id_, state = engine.create(SECRET, secret(one="hunter-one", two="hunter-two"))
    assert (
        engine.read(SECRET, id_, secret(one="hunter-one", two="hunter-two"), state)[0]["stringData"]["two"]
        == "hunter-two"
    )
    engine.update(SECRET, id_, secret(one="hunter-one", two="hunter-two"), secret(one="hunter-one"), state)
    assert set(api.find("v1", "Secret", namespace, "s")["data"]) == {"one"}
    said = refused(engine.create, SECRET, {**secret(**{"bad key": "hunter-three"})}, "other")
    assert "hunter" not in said


def test_a_name_is_generated_and_kept(engine: Engine, namespace: str) -> None:
    asked = {"metadata": {"namespace": namespace}, "data": {"a": "b"}}
    checked = engine.checked(CONFIG_MAP, asked)
    assert checked["metadata"]["name"].startswith("it-")
    assert checked["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert engine.checked(CONFIG_MAP, asked, old=checked)["metadata"]["name"] == checked["metadata"]["name"]
    changed = engine.diff(CONFIG_MAP, asked, {**asked, "data": {"a": "c"}})
    assert (list(changed.replaces), changed.deleteBeforeReplace) == (["data"], False)


def test_fixed_fields_replace_and_the_replacement_is_previewed(engine: Engine, namespace: str) -> None:
    old, new = deployment(namespace), deployment(namespace)
    new["spec"]["selector"] = {"matchLabels": {"app": "web"}}
    new["spec"]["template"]["metadata"]["labels"] = {"app": "web"}
    engine.create(DEPLOYMENT, old)
    changed = engine.diff(DEPLOYMENT, old, new)
    assert (list(changed.replaces), changed.deleteBeforeReplace) == (["spec"], True)
    _, state = engine.create(DEPLOYMENT, new, preview=True)
    assert state["metadata"]["name"] == "api"


def test_it_is_said_what_is_waited_for_and_why_in_vain(engine: Engine, api: Api, namespace: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
    said = refused(engine.create, DEPLOYMENT, deployment(namespace), timeout_s=2)
    assert f"Deployment api in namespace {namespace} is not ready: waited 2 s for 1 of 1 pods" in said
    assert 'violates PodSecurity "restricted:latest"' in said
    assert any(text.startswith("waiting for 1 of 1 pods") for text in engine.said)
    assert api.find("apps/v1", "Deployment", namespace, "api")


def test_skip_await_and_annotated_time_outs_are_kept(engine: Engine, namespace: str) -> None:
    service: dict[str, Any] = {
        "metadata": {"name": "s", "namespace": namespace, "annotations": {"pulumi.com/timeoutSeconds": "1"}},
        "spec": {"selector": {"app": "nobody"}, "ports": [{"port": 80}]},
    }
    said = refused(engine.create, SERVICE, service)
    assert "waited 1 s for a ready pod with app=nobody" in said
    service["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    assert engine.create(SERVICE, service)[0] == f"{namespace}/s"


def test_a_definition_and_its_object_are_made_in_one_update(engine: Engine, api: Api, namespace: str) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    definition = {
        "metadata": {"name": "gadgets.made.test"},
        "spec": {
            "group": "made.test",
            "scope": "Namespaced",
            "names": {"kind": "Gadget", "plural": "gadgets", "singular": "gadget", "listKind": "GadgetList"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
    token, kind = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "kubernetes:made.test/v1:Gadget"
    gadget = {"metadata": {"name": "g", "namespace": namespace}, "spec": {"size": 3}}
    with ThreadPoolExecutor(2) as both:
        made = both.submit(engine.create, kind, gadget, "gadget")  # before its definition
        id_, state = both.submit(engine.create, token, definition, "definition").result()
        assert made.result()[0] == f"{namespace}/g"
    wrong = {**gadget, "spec": {"size": 3, "colour": "red"}}
    assert ".spec.colour: field not declared in schema" in refused(
        engine.update, kind, f"{namespace}/g", gadget, wrong, {}, "gadget"
    )
    engine.delete(token, id_, definition, state, "definition")
    assert engine.read(kind, f"{namespace}/g", gadget, {}, "gadget") == (None, None)


def test_a_deletion_waits_and_names_what_holds_it(engine: Engine, api: Api, namespace: str) -> None:
    asked = config_map(namespace)
    asked["metadata"]["finalizers"] = ["made.test/keep"]
    id_, state = engine.create(CONFIG_MAP, asked)
    said = refused(engine.delete, CONFIG_MAP, id_, asked, state, timeout_s=1)
    assert "is not gone: it is held by the finalizers made.test/keep" in said
    patched(api, "ConfigMap", namespace, "settings", {"metadata": {"finalizers": None}}, "test", "v1")
    engine.delete(CONFIG_MAP, id_, asked, state)


def test_a_deployment_takes_its_pods_with_it(engine: Engine, api: Api, namespace: str) -> None:
    id_, state = engine.create(DEPLOYMENT, deployment(namespace, replicas=2))
    assert len(api.all("v1", "Pod", namespace)) == 2
    engine.delete(DEPLOYMENT, id_, deployment(namespace, replicas=2), state)
    assert [pod for pod in api.all("v1", "Pod", namespace) if not pod["metadata"].get("deletionTimestamp")] == []


def test_an_object_is_imported_as_it_is(engine: Engine, api: Api, namespace: str) -> None:
    api.put({"apiVersion": "v1", "kind": "ConfigMap", **config_map(namespace)}, manager="helm")
    inputs, state = engine.read(CONFIG_MAP, f"{namespace}/settings")
    assert inputs == {"apiVersion": "v1", "kind": "ConfigMap", **config_map(namespace)}
    assert state["metadata"]["uid"]


def test_one_control_plane_is_one_clusters(engine: Engine, port: int) -> None:
    said = refused(Engine, port, kubeconfig=kubeconfig("https://other.eks.amazonaws.com", "other"))
    assert "the control plane of this sandbox is cluster little's, so it cannot be other's as well" in said
    assert "platformctl sandbox reset" in said


def test_faults_are_ordered_for_these_calls_too(plane: ControlPlane, api: Api, namespace: str) -> None:
    control = Control(None, dict, dict)
    with serving(plane.directory.parent, control.strike) as port:
        engine = Engine(port)
        control.order(Faults(throttle=20))
        engine.create(CONFIG_MAP, config_map(namespace))  # survives them
        assert control.throttled == 20
        control.order(Faults(fail=1, operation="PATCH ConfigMap"))
        assert "is refused (Forbidden)" in refused(engine.create, CONFIG_MAP, config_map(namespace, "denied"))
        control.order(Faults(lose_response=1, operation="PATCH ConfigMap"))
        assert "does not answer" in refused(engine.create, CONFIG_MAP, config_map(namespace, "lost"))
        assert api.find("v1", "ConfigMap", namespace, "lost")
        assert engine.create(CONFIG_MAP, config_map(namespace, "lost"))[0] == f"{namespace}/lost"
        engine.close()


def test_what_was_recorded_before_the_control_plane_is_applied_to_it(
    plane: ControlPlane, api: Api, namespace: str, tmp_path: Path
) -> None:
    asked = config_map(namespace)
    with serving(tmp_path) as port:
        before = Engine(port)
        id_, state = before.create(CONFIG_MAP, asked)
        assert any("recorded only, not checked against an API server" in text for text in before.said)
        before.close()
        (tmp_path / plane.directory.name).symlink_to(plane.directory)
        after = Engine(port)
        assert after.read(CONFIG_MAP, id_, asked, state)[0] == after.checked(CONFIG_MAP, asked)
        assert set(after.diff(CONFIG_MAP, asked, asked).detailedDiff) == {"apiVersion"}
        state = after.update(CONFIG_MAP, id_, asked, asked, state)
        assert api.find("v1", "ConfigMap", namespace, "settings")["metadata"]["uid"] == state["metadata"]["uid"]
        assert not after.diff(CONFIG_MAP, asked, asked).detailedDiff
        after.close()


def test_fields_that_a_program_ignores_stay_as_others_have_them(engine: Engine, api: Api, namespace: str) -> None:
    id_, state = engine.create(DEPLOYMENT, deployment(namespace))
    patched(api, "Deployment", namespace, "api", {"spec": {"replicas": 2}}, "somebody")
    changed = deployment(namespace)
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.test/app@sha256:" + "1" * 64
    state = engine.update(DEPLOYMENT, id_, deployment(namespace), changed, state, ignored=("spec.replicas",))
    assert state["spec"]["replicas"] == 2


def test_an_object_of_a_custom_kind_gets_the_default_namespace(engine: Engine, api: Api) -> None:
    token = "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate"
    asked = {
        "metadata": {"name": "placed"},
        "spec": {"metrics": [{"name": "m", "provider": {"prometheus": {"query": "1"}}}]},
    }
    id_, state = engine.create(token, asked)
    try:
        assert id_ == "default/placed"
        assert engine.read(token, id_, asked, state)[0] == engine.checked(token, asked)
    finally:
        engine.delete(token, id_, asked, state)
    assert api.find("argoproj.io/v1alpha1", "AnalysisTemplate", "default", "placed") is None


def test_what_eks_brings_and_the_sandbox_does_not_is_recorded_and_said(engine: Engine, namespace: str) -> None:
    token = "kubernetes:vpcresources.k8s.aws/v1alpha1:CNINode"
    asked = {"metadata": {"name": "clients", "namespace": namespace}, "spec": {"features": []}}
    id_, state = engine.create(token, asked)
    assert engine.read(token, id_, asked, state)[0] == engine.checked(token, asked)
    assert not engine.diff(token, asked, asked).detailedDiff
    assert any("objects of vpcresources.k8s.aws/v1alpha1 are recorded only" in text for text in engine.said)
