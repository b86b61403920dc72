"""The control plane itself: ready in time, small, real, and gone when nobody wants it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox import cluster, process
from sandbox.cluster import ControlPlane
from sandbox.cluster.client import ApiError, Client
from sandbox.lifetime import SandboxError, start_ticks
from tests.cluster.conftest import Api, eventually, pod, scrape
from tests.cluster.metrics import Source, metrics_source

READY_S, MEMORY_MIB = 20, 1500  # what the sandbox promises
STOPPED_S = 10  # on a busy machine; it takes about one
ROLLOUTS = "argoproj.io/v1alpha1"


def of_directory(directory: Path) -> dict[int, str]:
    """Processes that name the directory in their command line."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(directory.resolve()) in (words := file.read_text()):
                found[int(file.parent.name)] = words.split("\0")[0]
    return found


def none_left(directory: Path) -> None:
    eventually("no process is left", lambda: not of_directory(directory), timeout_s=10)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A directory for a control plane of the test's own."""
    directory = tmp_path / "sandbox"
    directory.mkdir()
    yield directory
    cluster.stop(directory)


@pytest.fixture
def source() -> Iterator[Source]:
    with metrics_source() as it:
        yield it


def query(plane: ControlPlane, text: str) -> list[Any]:
    url = f"{plane.prometheus_url}/api/v1/query?{urllib.parse.urlencode({'query': text})}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=5) as answer:
        result: list[Any] = json.load(answer)["data"]["result"]
        return result


def test_it_is_ready_in_time_and_small_and_its_end_leaves_nothing(own: Path) -> None:
    plane, seconds = timed_start(own)
    if seconds > READY_S:  # a machine that was busy with something else is asked twice
        cluster.stop(own)
        plane, seconds = timed_start(own)
    memory = cluster.memory_mib(plane)
    print(f"\nready after {seconds:.1f} s; {sum(memory.values())} MiB: {memory}")
    assert cluster.find(own) == plane
    begin = time.monotonic()
    cluster.stop(own)
    stopping = time.monotonic() - begin
    print(f"stopped after {stopping:.1f} s")
    assert seconds < READY_S
    assert sum(memory.values()) < MEMORY_MIB
    assert stopping < STOPPED_S
    assert of_directory(own) == {}
    assert [file.name for file in own.iterdir()] == ["cluster.lock"]
    assert (cluster.find(own), cluster.why_dead(own)) == (None, "")


def timed_start(directory: Path) -> tuple[ControlPlane, float]:
    begin = time.monotonic()
    plane = cluster.start(directory, die_with=os.getpid())
    return plane, time.monotonic() - begin


def test_nodes_are_ready_in_every_zone_and_of_both_architectures(api: Api) -> None:
    nodes = api.all("v1", "Node")
    labels = [node["metadata"]["labels"] for node in nodes]
    assert {(one["topology.kubernetes.io/zone"], one["kubernetes.io/arch"]) for one in labels} == {
        (zone, architecture)
        for zone in ("eu-central-1a", "eu-central-1b", "eu-central-1c")
        for architecture in ("arm64", "amd64")
    }
    versions = {node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes}
    assert versions == {api.get("/version")["gitVersion"]} == {"v1.34.2"}
    assert {node["status"]["allocatable"]["cpu"] for node in nodes} == {"3920m"}
    assert {node["status"]["allocatable"]["pods"] for node in nodes} == {"58"}


def test_a_pod_is_scheduled_and_becomes_ready(api: Api, namespace: str) -> None:
    api.put(pod("plain"), namespace)
    assert eventually("the pod is ready", lambda: ready(api, namespace, "plain"))
    assert api.find("v1", "Pod", namespace, "plain")["spec"]["nodeName"].startswith("eu-central-1")


@pytest.mark.parametrize(
    ("becomes", "phase", "state"),
    [("unready", "Running", "running"), ("crashing", "Running", "waiting"), ("failed", "Failed", "terminated")],
)
def test_a_pod_becomes_what_its_annotation_says(api: Api, namespace: str, becomes: str, phase: str, state: str) -> None:
    api.put(pod("odd", annotations={"sandbox/pod-becomes": becomes}), namespace)

    def status() -> Any:
        found = api.find("v1", "Pod", namespace, "odd")["status"]
        return found if found["phase"] == phase and "containerStatuses" in found else None

    assert list(eventually(phase, status)["containerStatuses"][0]["state"]) == [state]
    assert not ready(api, namespace, "odd")


def test_a_ready_pod_becomes_unready_and_recovers_with_its_annotation(api: Api, namespace: str) -> None:
    api.put(pod("turning"), namespace)
    eventually("ready", lambda: ready(api, namespace, "turning"))
    where = api.path("v1", "Pod", namespace, "turning")
    api.patch(where, {"metadata": {"annotations": {"sandbox/pod-becomes": "unready"}}})
    eventually("unready", lambda: not ready(api, namespace, "turning"))
    api.patch(where, {"metadata": {"annotations": {"sandbox/pod-becomes": None}}})
    assert eventually("ready again", lambda: ready(api, namespace, "turning"))


def ready(api: Api, namespace: str, name: str) -> bool:
    conditions = api.find("v1", "Pod", namespace, name)["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def test_the_definitions_of_the_platform_are_served(api: Api) -> None:
    names = {one["metadata"]["name"] for one in api.all("apiextensions.k8s.io/v1", "CustomResourceDefinition")}
    assert names >= {
        "rollouts.argoproj.io",
        "analysistemplates.argoproj.io",
        "servicemonitors.monitoring.coreos.com",
        "prometheusrules.monitoring.coreos.com",
        "podmonitors.monitoring.coreos.com",
        "externalsecrets.external-secrets.io",
        "secretstores.external-secrets.io",
    }


def test_nobody_is_let_in_without_a_certificate_or_token(plane: ControlPlane) -> None:
    with pytest.raises(ApiError) as refused:
        Client(plane.url, plane.ca).get("/api/v1/namespaces")
    assert refused.value.status == 401


def test_a_service_account_has_no_rights_of_its_own(api: Api, plane: ControlPlane, namespace: str) -> None:
    eventually("the account", lambda: api.find("v1", "ServiceAccount", namespace, "default"))
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = api.create(f"/api/v1/namespaces/{namespace}/serviceaccounts/default/token", request)
    account = Client(plane.url, plane.ca, token=answer["status"]["token"])
    with pytest.raises(ApiError, match=f"system:serviceaccount:{namespace}:default") as refused:
        account.get(f"/api/v1/namespaces/{namespace}/secrets")
    assert refused.value.status == 403
    assert not api.allowed("list", "secrets", namespace, user=f"system:serviceaccount:{namespace}:default")
    assert api.allowed("get", "pods/log", namespace, user="admin", groups=("system:masters",))


def test_pod_security_is_enforced_where_a_namespace_asks_for_it(api: Api, namespace: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "v1.34"}
    api.patch(f"/api/v1/namespaces/{namespace}", {"metadata": {"labels": labels}})
    bad = pod("privileged")
    bad["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    with pytest.raises(ApiError, match="violates PodSecurity") as refused:
        api.create(f"/api/v1/namespaces/{namespace}/pods", bad, dry_run=True)
    assert refused.value.status == 403
    api.create(f"/api/v1/namespaces/{namespace}/pods", pod("good"), dry_run=True)
    assert api.find("v1", "Pod", namespace, "good") is None


def test_writes_of_people_are_in_the_audit_log(api: Api, plane: ControlPlane, namespace: str) -> None:
    log = plane.directory / "logs" / "audit.log"

    def entry() -> Any:
        events = map(json.loads, log.read_text().splitlines())
        return [event for event in events if event.get("objectRef", {}).get("name") == namespace]

    assert eventually("the entry", entry)[0]["user"]["username"] == "sandbox-admin"


def rollout(image: str) -> dict[str, Any]:
    template = pod("ignored", labels={"app": "shop"})
    template["spec"]["containers"][0]["image"] = f"registry.test/{image}"
    step = {"setWeight": 50}, {"analysis": {"templates": [{"templateName": "errors"}]}}
    return {
        "apiVersion": ROLLOUTS,
        "kind": "Rollout",
        "metadata": {"name": "shop"},
        "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": "shop"}},
            "template": {"metadata": {"labels": {"app": "shop"}}, "spec": template["spec"]},
            "strategy": {"canary": {"steps": list(step)}},
        },
    }


def analysis(plane: ControlPlane, namespace: str) -> dict[str, Any]:
    metric = {
        "name": "errors",
        "interval": "1s",
        "count": 3,
        "failureLimit": 0,
        "successCondition": "len(result) > 0 && result[0] < 0.01",
        "failureCondition": "len(result) > 0 && result[0] >= 0.01",
        "provider": {
            "prometheus": {"address": plane.prometheus_url, "query": f'error_ratio{{namespace="{namespace}"}}'}
        },
    }
    return {
        "apiVersion": ROLLOUTS,
        "kind": "AnalysisTemplate",
        "metadata": {"name": "errors"},
        "spec": {"metrics": [metric]},
    }


@pytest.mark.parametrize(("errors", "phase"), [(0.0, "Healthy"), (0.03, "Degraded")])
def test_a_release_is_judged_by_what_prometheus_says(
    api: Api, plane: ControlPlane, namespace: str, source: Source, errors: float, phase: str
) -> None:
    source.text = f'error_ratio{{namespace="{namespace}"}} {errors}\n'
    scrape(plane, namespace, source.port, {"job": "shop"})
    eventually("the metric", lambda: query(plane, f'error_ratio{{namespace="{namespace}", job="shop"}}'))
    api.put(analysis(plane, namespace), namespace)
    api.put(rollout("shop:1"), namespace)
    eventually("the first release", lambda: status(api, namespace, "Healthy"))
    stable = status(api, namespace, "Healthy")["stableRS"]
    api.put(rollout("shop:2"), namespace)
    seen = ("Progressing", "Paused", *(("Degraded",) if phase == "Degraded" else ()))
    eventually("a second release", lambda: status(api, namespace, *seen))
    after = eventually(phase, lambda: status(api, namespace, phase), timeout_s=40)
    if phase == "Healthy":
        assert after["stableRS"] == after["currentPodHash"] != stable
        return
    assert after["abort"] is True
    assert after["stableRS"] == stable
    replicas = {one["metadata"]["labels"]["rollouts-pod-template-hash"]: one for one in replica_sets(api, namespace)}
    eventually("the stable release is whole", lambda: available(api, namespace, stable) == 4)
    assert set(replicas) == {stable, after["currentPodHash"]}


def status(api: Api, namespace: str, *phases: str) -> Any:
    """The status when it is of the newest manifest and in one of the phases."""
    found = api.find(ROLLOUTS, "Rollout", namespace, "shop")
    current = found.get("status", {})
    newest = str(found["metadata"]["generation"]) == current.get("observedGeneration")
    return current if newest and current.get("phase") in phases else None


def replica_sets(api: Api, namespace: str) -> list[Any]:
    return api.all("apps/v1", "ReplicaSet", namespace)


def available(api: Api, namespace: str, pod_hash: str) -> int:
    labels = f"rollouts-pod-template-hash={pod_hash}"
    return sum(one["status"].get("availableReplicas", 0) for one in api.all("apps/v1", "ReplicaSet", namespace, labels))


def test_prometheus_reads_rules_on_reload_and_keeps_its_data_over_a_restart(plane: ControlPlane) -> None:
    rule = {"groups": [{"name": "test", "interval": "1s", "rules": [{"record": "test:one", "expr": "vector(1)"}]}]}
    (plane.rules / "test.yaml").write_text(json.dumps(rule))
    cluster.reload(plane)
    eventually("the rule's series", lambda: query(plane, "test:one"))
    before = query(plane, "count_over_time(test:one[1h])")[0]["value"]
    cluster.kill(plane, "prometheus")
    with pytest.raises(OSError, match="refused"):
        query(plane, "up")
    with pytest.raises(SandboxError, match="prometheus was killed and not restarted"):
        cluster.reload(plane)
    again = cluster.restart(plane, "prometheus")
    assert again.prometheus_url == plane.prometheus_url
    assert again.pids["prometheus"] != plane.pids["prometheus"]
    assert float(query(plane, "count_over_time(test:one[1h])")[0]["value"][1]) >= float(before[1])
    (plane.rules / "test.yaml").write_text(json.dumps(rule).replace("test:one", "test:two"))
    cluster.reload(plane)  # finds the process that there is now
    eventually("the new rule's series", lambda: query(plane, "test:two"))


def test_a_killed_rollouts_controller_goes_on_where_it_was(api: Api, plane: ControlPlane, namespace: str) -> None:
    api.put(analysis(plane, namespace), namespace)
    cluster.kill(plane, "rollouts-controller")
    api.put(rollout("shop:1"), namespace)
    time.sleep(1)
    assert replica_sets(api, namespace) == []
    assert cluster.find(plane.directory.parent)
    cluster.restart(plane, "rollouts-controller")
    eventually("the release", lambda: status(api, namespace, "Healthy"))


def test_what_the_others_cannot_do_without_is_not_killed_alone(plane: ControlPlane) -> None:
    with pytest.raises(SandboxError, match="'etcd' cannot be killed alone; these can: kwok, prometheus, rollouts"):
        cluster.kill(plane, "etcd")


def test_two_starts_at_once_give_one_and_a_process_that_dies_ends_all_and_is_named(own: Path) -> None:
    code = (
        "from pathlib import Path; from sandbox import cluster;"
        f"print(cluster.start(Path({str(own)!r}), lambda _: None).pids)"
    )

    def start(_: int) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start, range(2))
    assert first == second
    plane = cluster.find(own)
    assert plane
    assert sorted(of_directory(own)) == sorted(plane.pids.values())
    os.kill(plane.pids["kube-scheduler"], signal.SIGKILL)
    eventually("the end", lambda: cluster.find(own) is None)
    none_left(own)
    reason = cluster.why_dead(own)
    assert reason.startswith(f"kube-scheduler (process {plane.pids['kube-scheduler']}) was ended by SIGKILL; ")
    assert "kube-scheduler.log ends:\n" in reason
    assert reason.count("\n") > 1


def test_it_ends_with_its_owner_and_takes_its_files(own: Path) -> None:
    code = (
        "import os; from pathlib import Path; from sandbox import cluster;"
        f"print(cluster.start(Path({str(own)!r}), lambda _: None, die_with=os.getpid()).url, flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        assert owner.stdout.readline().startswith(b"https://127.0.0.1:")
        owner.kill()
    none_left(own)
    eventually("its files are gone", lambda: not (own / "cluster").exists())


def test_a_killed_supervisor_takes_all_with_it(own: Path) -> None:
    plane = cluster.start(own, die_with=os.getpid())
    os.kill(plane.pids["supervisor"], signal.SIGKILL)
    none_left(own)
    assert cluster.find(own) is None
    assert cluster.why_dead(own) == "its processes were killed"


def test_one_that_cannot_start_says_which_process_ended_and_why(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = own / "etcd"
    broken.write_text("#!/bin/sh\necho no room on the disk >&2\nexit 3\n")
    broken.chmod(0o755)
    tools = cluster._tools(lambda _: None)
    monkeypatch.setattr(cluster, "_tools", lambda report: {**tools, "etcd": str(broken)})
    with pytest.raises(
        SandboxError, match=r"etcd \(process \d+\) ended with exit code 3; .*ends:\nno room on the disk"
    ):
        cluster.start(own)
    none_left(own / "cluster")
    assert (cluster.find(own), cluster.why_dead(own)) == (None, "")


def test_prometheus_missing_is_named_with_what_mends_it(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(own))
    with pytest.raises(SandboxError, match=r"prometheus and promtool, which .*\n.*apt-get install prometheus"):
        cluster.start(own)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"zones": ()}, r"zones must be one or more different names, got \[\]"),
        ({"zones": ("a", "a")}, "zones must be one or more different names"),
        ({"scrape_interval_s": 0.0}, "scrape_interval_s must be 0.1 to 300, got 0.0"),
    ],
)
def test_bad_arguments_are_refused_before_anything_starts(own: Path, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cluster.start(own, **arguments)
    assert list(own.iterdir()) == []


def test_stacks_that_were_updated_without_it_keep_it_from_starting(own: Path) -> None:
    stack = own / "state" / ".pulumi" / "stacks" / "billing-platform" / "staging.json"
    stack.parent.mkdir(parents=True)
    stack.write_text("{}")
    with pytest.raises(SandboxError, match=r"holds staging, updated without .*\n.*platformctl sandbox reset --cluster"):
        cluster.start(own)
    assert not (own / "cluster").exists()


def test_it_ends_with_the_cloud_of_its_sandbox(tmp_path: Path) -> None:
    with process.temporary(tmp_path) as running:
        plane = cluster.start(running.directory, lambda _: None)
        os.kill(running.pid, signal.SIGKILL)
        assert eventually("the end", lambda: start_ticks(plane.pids["supervisor"]) is None)
        none_left(running.directory)
