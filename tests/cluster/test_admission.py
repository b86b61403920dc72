"""The API server and the rules give the same answer to the same objects; what only the server can know, it refuses."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs, AdmissionPolicyArgs
from components.namespace import pod_security_labels
from platformctl.manifests import judge
from policies.admission import policies
from policies.kubernetes_facts import EVERYBODY
from sandbox.cluster.client import ApiError
from tests.cluster.conftest import Api, eventually
from tests.cluster.delivered import ACCOUNT, IMAGE, LABELS, REGISTRY, manifests

NAMESPACE, PLATFORM = "billing-admission", "platform-admission"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-"
CHART_IMAGE = "quay.io/argoproj/argo-rollouts:v1.10.0"
POLICIES = policies(REGISTRY, {PLATFORM: (CHART_IMAGE,)}, ROLE)
JUDGED = {rule for policy in POLICIES for rule in policy.rules}  # by both sides
KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout")
ENDING = ("Job", "CronJob")
Change = Callable[[dict[str, Any]], object]


def _space(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _account(name: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": NAMESPACE}, **more}


ACCOUNTS = (_account("api", automountServiceAccountToken=False), _account("open"))


def _program() -> None:
    wanted = tuple(AdmissionPolicyArgs(**asdict(policy)) for policy in POLICIES)
    AdmissionPolicies("admission", AdmissionPoliciesArgs(labels=LABELS, policies=wanted))


@pytest.fixture(scope="module")
def guarded(api: Api) -> Iterator[Api]:
    """A namespace of a service and one of the platform, with the policies in force."""
    made = manifests(_program)
    for manifest in (*map(_space, (NAMESPACE, PLATFORM)), *ACCOUNTS, *made):
        api.put(manifest)
    bad = _object("Pod", lambda pod: pod["spec"]["containers"][0].update(image="busybox"))
    eventually("policies are in force", lambda: _refusal(api, bad))
    eventually("the default account is there", lambda: api.find("v1", "ServiceAccount", NAMESPACE, "default"))
    yield api
    for manifest in reversed(made):
        api.remove(manifest["apiVersion"], manifest["kind"], "", manifest["metadata"]["name"])
    # The API server refuses for a moment by policies that are gone, in every namespace: also what the next tests make.
    eventually("policies are out of force", lambda: not any(_refusal(api, _object(kind, _spoil)) for kind in KINDS))
    for name in (NAMESPACE, PLATFORM):
        api.remove("v1", "Namespace", "", name)


def _spoil(pod: dict[str, Any]) -> None:
    """Break what every policy asks of pods."""
    pod["metadata"]["labels"] = {"app.kubernetes.io/name": "api"}
    pod["spec"] = {"containers": [{"name": "main", "image": "busybox"}]}


def _pod() -> dict[str, Any]:
    """What passes."""
    probe = {"httpGet": {"path": "/health", "port": 8080}}
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}
    memory = {"memory": "64Mi"}
    container = {
        "name": "main",
        "image": IMAGE,
        "livenessProbe": probe,
        "readinessProbe": probe,
        "resources": {"requests": {"cpu": "10m", **memory}, "limits": memory},
        "securityContext": {**security, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    labels = {"app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "billing", "platform/owner": "payments"}
    spec = {"serviceAccountName": "api", "automountServiceAccountToken": False, "containers": [container]}
    return {"metadata": {"labels": labels}, "spec": spec}


def _object(kind: str, change: Change = lambda _: None, namespace: str = NAMESPACE) -> dict[str, Any]:
    """An object of the kind whose pods are those of `_pod`, changed."""
    pod = _pod()
    change(pod)
    meta = {"name": "api", "namespace": namespace}
    selector = {"matchLabels": {"app.kubernetes.io/name": "api"}}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, **pod, "metadata": {**pod["metadata"], **meta}}
    spec: dict[str, Any] = {"selector": selector, "template": pod}
    version = {"Job": "batch/v1", "CronJob": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}.get(kind, "apps/v1")
    if kind in ENDING:
        pod["spec"]["restartPolicy"] = "Never"
        spec = {"template": pod}
    if kind == "CronJob":
        spec = {"schedule": "0 * * * *", "jobTemplate": {"spec": spec}}
    if kind == "Rollout":
        spec["strategy"] = {"canary": {}}
    return {"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec}


def _refusal(api: Api, manifest: dict[str, Any], **headers: str) -> str:
    """What the API server says to a dry run of creating it; nothing when it would."""
    where = api.path(manifest["apiVersion"], manifest["kind"], manifest["metadata"].get("namespace", ""))
    try:
        api.call("POST", f"{where}?dryRun=All", manifest, headers=headers)
    except ApiError as error:
        if error.status not in (403, 422):
            raise
        return error.message
    return ""


def _findings(tmp_path: Path, manifest: dict[str, Any]) -> set[str]:
    """The ids of the rules that both sides judge and that fail the object."""
    space = {**_space(NAMESPACE), "metadata": {"name": NAMESPACE, "labels": pod_security_labels("restricted")}}
    file = tmp_path / "manifest.yaml"
    file.write_text(yaml.safe_dump_all([space, *ACCOUNTS, manifest]))
    report = judge([str(file)], [REGISTRY])
    assert report["errors"] == []
    mine = (manifest["kind"], manifest["metadata"]["name"])
    failed = [one for one in report["findings"] if one["verdict"] == "fail" and (one["kind"], one["name"]) == mine]
    return {one["rule"] for one in failed} & JUDGED


def _container(change: Change) -> Change:
    return lambda pod: change(pod["spec"]["containers"][0])


def _spec(**changes: Any) -> Change:
    return lambda pod: pod["spec"].update(copy.deepcopy(changes))


def _labels(**changes: str) -> Change:
    return lambda pod: pod["metadata"]["labels"].update(changes)


def _without(*keys: str) -> Change:
    return lambda pod: [pod["spec"].pop(key) for key in keys]


HELPER = {"name": "helper", "image": IMAGE}
MOUNTED = {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}, "name": "token"}
AUDIENCE = {"projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": "vault"}}]}, "name": "token"}
REASON = {"platform/kubernetes-api": "elects a leader"}
GOOD: dict[str, Change] = {
    "as it should be": lambda _: None,
    "a tag before the digest": _container(lambda one: one.update(image=IMAGE.replace("@", ":v1@"))),
    "not privileged, in so many words": _container(lambda one: one["securityContext"].update(privileged=False)),
    "host namespaces, declined": _spec(hostNetwork=False, hostPID=False, hostIPC=False),
    "a token, with its reason": lambda pod: (
        pod["spec"].update(automountServiceAccountToken=True),
        pod["metadata"].update(annotations=REASON),
    ),
    "a token for somebody else": _spec(volumes=[AUDIENCE]),
    "the account says no token": _without("automountServiceAccountToken"),
}
BAD: dict[str, tuple[str, Change]] = {
    "an image by tag": ("K8S-06", _container(lambda one: one.update(image=f"{REGISTRY}/billing/api:v1"))),
    "an image of others": ("K8S-06", _container(lambda one: one.update(image=f"quay.io/x/y@sha256:{'0' * 64}"))),
    "a registry that begins like ours": (
        "K8S-06",
        _container(lambda one: one.update(image=f"{REGISTRY}.evil.example/api@sha256:{'0' * 64}")),
    ),
    "a short digest": ("K8S-06", _container(lambda one: one.update(image=f"{REGISTRY}/api@sha256:abc"))),
    "an init container of others": ("K8S-06", _spec(initContainers=[{**HELPER, "image": "busybox"}])),
    "a second container of others": ("K8S-06", lambda pod: pod["spec"]["containers"].append({**HELPER, "image": "b"})),
    "a privileged container": (
        "K8S-01",
        _container(lambda one: one.update(securityContext={"privileged": True})),
    ),
    "a privileged init container": (
        "K8S-01",
        _spec(initContainers=[{**HELPER, "securityContext": {"privileged": True}}]),
    ),
    "the node's network": ("K8S-02", _spec(hostNetwork=True)),
    "the node's processes": ("K8S-02", _spec(hostPID=True)),
    "the node's memory": ("K8S-02", _spec(hostIPC=True)),
    "the node's files": ("K8S-05", _spec(volumes=[{"name": "node", "hostPath": {"path": "/"}}])),
    "no owner": ("K8S-13", lambda pod: pod["metadata"]["labels"].pop("platform/owner")),
    "an empty owner": ("K8S-13", _labels(**{"platform/owner": ""})),
    "no labels at all": ("K8S-13", lambda pod: pod["metadata"].pop("labels")),
    "no account": ("K8S-07", _without("serviceAccountName")),
    "the default account": ("K8S-07", _spec(serviceAccountName="default")),
    "a token without a reason": ("K8S-07", _spec(automountServiceAccountToken=True)),
    "a token for an empty reason": (
        "K8S-07",
        lambda pod: (
            pod["spec"].update(automountServiceAccountToken=True),
            pod["metadata"].update(annotations={"platform/kubernetes-api": " "}),
        ),
    ),
    "a token by the side door": ("K8S-07", _spec(volumes=[MOUNTED])),
}
PROBES: dict[str, Change] = {
    "no readiness probe": _container(lambda one: one.pop("readinessProbe")),
    "no liveness probe": _container(lambda one: one.pop("livenessProbe")),
    "a sidecar without probes": _spec(initContainers=[{**HELPER, "restartPolicy": "Always"}]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_rules_pass_the_server_admits(guarded: Api, tmp_path: Path, kind: str) -> None:
    for name, change in GOOD.items():
        manifest = _object(kind, change)
        assert _refusal(guarded, manifest) == "", name
        assert _findings(tmp_path, manifest) - {"K8S-13", "K8S-05"} == set(), name  # budgets and more, ours alone


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_rules_fail_the_server_refuses(guarded: Api, tmp_path: Path, kind: str) -> None:
    for name, (rule, change) in BAD.items():
        manifest = _object(kind, change)
        if name == "no labels at all" and kind not in ("Pod", *ENDING):
            continue  # its selector would select nothing, which the server says before it asks anybody
        assert "denied request: " in _refusal(guarded, manifest), name
        assert rule in _findings(tmp_path, manifest), name


@pytest.mark.parametrize("kind", KINDS)
def test_both_ask_for_probes_of_what_keeps_running(guarded: Api, tmp_path: Path, kind: str) -> None:
    for name, change in PROBES.items():
        manifest = _object(kind, change)
        refusal = _refusal(guarded, manifest)
        assert ("needs livenessProbe and readinessProbe" in refusal) is (kind not in ENDING), name
        if kind not in ENDING:
            assert "K8S-13" in _findings(tmp_path, manifest), name


def test_a_pod_with_the_token_of_its_account_is_refused(guarded: Api, tmp_path: Path) -> None:
    pod = _object(
        "Pod", lambda one: (_without("automountServiceAccountToken")(one), _spec(serviceAccountName="open")(one))
    )
    assert "no token for the Kubernetes API" in _refusal(guarded, pod)
    assert "K8S-07" in _findings(tmp_path, pod)


def test_a_debugging_container_of_others_is_refused(guarded: Api) -> None:
    where = guarded.path("v1", "Pod", NAMESPACE)
    guarded.create(where, _object("Pod"))
    extra = {"spec": {"ephemeralContainers": [{"name": "shell", "image": "busybox"}]}}
    with pytest.raises(ApiError, match="images come from"):
        guarded.patch(f"{where}/api/ephemeralcontainers", extra)
    guarded.delete(f"{where}/api?gracePeriodSeconds=0")


def test_a_rollout_that_borrows_its_pods_is_left_to_what_it_borrows_from(guarded: Api) -> None:
    rollout = _object("Rollout")
    rollout["spec"].pop("template")
    rollout["spec"].pop("selector")
    rollout["spec"]["workloadRef"] = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    assert _refusal(guarded, rollout) == ""


def test_nothing_runs_in_the_namespace_default(guarded: Api) -> None:
    assert "it has no guards" in _refusal(guarded, _object("Deployment", namespace="default"))


def test_in_the_platform_run_the_charts_images_alone(guarded: Api) -> None:
    def of(image: str) -> dict[str, Any]:
        return _object("Deployment", _container(lambda one: one.update(image=image)), PLATFORM)

    assert _refusal(guarded, of(CHART_IMAGE)) == ""
    assert _refusal(guarded, of(f"{CHART_IMAGE}@sha256:{'0' * 64}")) == ""
    for other in (CHART_IMAGE.replace("v1.10.0", "latest"), "quay.io/x/argo-rollouts:v1.10.0", IMAGE):
        assert "here run the images of the charts alone" in _refusal(guarded, of(other)), other
    on_node = of(CHART_IMAGE)
    on_node["spec"]["template"]["spec"]["hostNetwork"] = True
    assert "hostNetwork must be unset" in _refusal(guarded, on_node)


@pytest.mark.parametrize(
    ("spec", "refused"),
    [
        ({"ports": [{"port": 80}]}, ""),
        ({"ports": [{"port": 80}], "type": "ClusterIP"}, ""),
        ({"ports": [{"port": 80}], "type": "LoadBalancer"}, "use an Ingress"),
        ({"ports": [{"port": 80}], "type": "NodePort"}, "use an Ingress"),
        ({"ports": [{"port": 80}], "externalIPs": ["192.0.2.1"]}, "meant for others"),
    ],
)
def test_services_stay_inside(guarded: Api, tmp_path: Path, spec: dict[str, Any], refused: str) -> None:
    meta = {"name": "api", "namespace": NAMESPACE}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}
    answer = _refusal(guarded, service)
    assert refused in answer
    assert bool(answer) is bool(refused)
    assert ("K8S-12" in _findings(tmp_path, service)) is bool(refused)


def _store(**aws: Any) -> dict[str, Any]:
    spec = {"provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1", **aws}}}
    meta = {"name": "admission", "namespace": NAMESPACE}
    return {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "metadata": meta, "spec": spec}


@pytest.mark.parametrize(
    ("aws", "admitted"),
    [
        ({"role": f"{ROLE}admission"}, True),
        ({"role": f"{ROLE}payouts"}, False),
        ({}, False),
        ({"role": f"{ROLE}admission", "auth": {"jwt": {"serviceAccountRef": {"name": "api"}}}}, False),
    ],
)
def test_a_store_takes_the_role_of_its_own_service(guarded: Api, aws: dict[str, Any], admitted: bool) -> None:
    answer = _refusal(guarded, _store(**aws))
    assert ("must take the role of the service" in answer) is not admitted
    assert bool(answer) is not admitted


def _binding(role: str, group: str) -> dict[str, Any]:
    api = "rbac.authorization.k8s.io"
    subject = {"kind": "Group", "name": group, "apiGroup": api}
    ref = {"kind": "ClusterRole", "name": role, "apiGroup": api}
    meta = {"name": "admission-test"}
    return {
        "apiVersion": f"{api}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": meta,
        "roleRef": ref,
        "subjects": [subject],
    }


def test_nobody_becomes_an_administrator_by_a_binding(guarded: Api) -> None:
    person = {"Impersonate-User": "somebody", "Impersonate-Group": "system:masters"}
    assert "bind a role of the platform" in _refusal(guarded, _binding("cluster-admin", "platform:deploy"), **person)
    for group in EVERYBODY:
        assert "name the group that is meant" in _refusal(guarded, _binding("view", group), **person)
    assert _refusal(guarded, _binding("view", "platform:auditor"), **person) == ""
    add_on = {"Impersonate-User": "eks:addon-manager", "Impersonate-Group": "system:masters"}
    assert _refusal(guarded, _binding("cluster-admin", "eks:addon"), **add_on) == ""


def test_on_call_restarts_and_pauses_a_rollout_and_changes_nothing_else(guarded: Api) -> None:
    where = guarded.path("argoproj.io/v1alpha1", "Rollout", NAMESPACE)
    rollout = _object("Rollout")
    rollout["spec"]["replicas"] = 0
    guarded.create(where, rollout)

    def patch(changes: dict[str, Any], sub: str = "") -> str:
        groups = {"Impersonate-User": "on-call", "Impersonate-Group": "system:masters"}
        both = {**groups, "Impersonate-Group": "platform:on-call"}
        try:
            kind = "application/merge-patch+json"
            guarded.call("PATCH", f"{where}/api{sub}", changes, content_type=kind, headers=both)
        except ApiError as error:
            return error.message
        return ""

    _let_patch(guarded)
    eventually("on call may patch", lambda: patch({"spec": {"paused": True}}) == "")
    assert patch({"spec": {"restartAt": "2026-01-01T00:00:00Z"}}) == ""
    assert patch({"spec": {"paused": None}}) == ""
    assert patch({"status": {"abort": True}}, "/status") == ""
    container = {**_pod()["spec"]["containers"][0], "image": IMAGE.replace("0" * 64, "1" * 64)}
    attempts: tuple[dict[str, Any], ...] = (
        {"spec": {"template": {"spec": {"containers": [container]}}}},
        {"spec": {"replicas": 5}},
        {"spec": {"strategy": {"canary": {"steps": []}}}},
        {"spec": {"minReadySeconds": 1}},
        {"metadata": {"labels": {"a": "b"}}},
        {"metadata": {"annotations": {"a": "b"}}},
        {"metadata": {"finalizers": ["x.test/y"]}},
    )
    for changes in attempts:
        assert "on call may restart and pause a rollout" in patch(changes), changes
    guarded.delete(f"{where}/api")


def _let_patch(api: Api) -> None:
    rules = [{"apiGroups": ["argoproj.io"], "resources": ["rollouts", "rollouts/status"], "verbs": ["patch"]}]
    meta = {"name": "admission-on-call", "namespace": NAMESPACE}
    group = "rbac.authorization.k8s.io"
    api.put({"apiVersion": f"{group}/v1", "kind": "Role", "metadata": meta, "rules": rules})
    subject = {"kind": "Group", "name": "platform:on-call", "apiGroup": group}
    ref = {"kind": "Role", "name": meta["name"], "apiGroup": group}
    api.put(
        {"apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": meta, "roleRef": ref, "subjects": [subject]}
    )
