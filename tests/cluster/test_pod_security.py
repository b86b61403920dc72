"""Our rules and the API server give the same answer to every pod, in namespaces that enforce the standards."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from platformctl.manifests import judge
from policies import pod_security
from policies.kubernetes_facts import ENFORCE_LABEL, ENFORCE_VERSION_LABEL, POD_SECURITY_VERSION
from policies.pod_security import BASELINE, RESTRICTED
from policies.values import Block, Origin
from sandbox.cluster.client import ApiError
from tests.cluster.conftest import Api, eventually
from tests.policies import pods

pytestmark = pytest.mark.cluster

MIXTURES = 600
# What the API server calls the checks (`ForbiddenReason` in k8s.io/pod-security-admission v0.34.2).
_REASONS = {
    "privileged": "privileged",
    "hostProcess": "windowsHostProcess",
    "host namespaces": "hostNamespaces",
    "hostPort": "hostPorts",
    "allowPrivilegeEscalation != false": "allowPrivilegeEscalation",
    "non-default capabilities": "capabilities",
    "unrestricted capabilities": "capabilities",
    "runAsNonRoot != true": "runAsNonRoot",
    "runAsUser=0": "runAsUser",
    "seccompProfile": "seccompProfile",
    "forbidden AppArmor profile": "appArmorProfile",
    "forbidden AppArmor profiles": "appArmorProfile",
    "seLinuxOptions": "seLinuxOptions",
    "procMount": "procMount",
    "forbidden sysctls": "sysctls",
    "probe or lifecycle host": "hostProbesAndHostLifecycle",
    "hostPath volumes": "hostPathVolumes",
    "restricted volume types": "restrictedVolumes",
}
_REASON = re.compile(
    "|".join(f"(?:^|, )({re.escape(reason)}) \\(" for reason in sorted(_REASONS, key=len, reverse=True))
)


@pytest.fixture(scope="module")
def enforcing(api: Api) -> Iterator[dict[str, str]]:
    """The namespace of each level."""
    names = {level: f"pod-security-{level}" for level in (BASELINE, RESTRICTED)}
    for level, name in names.items():
        labels = {ENFORCE_LABEL: level, ENFORCE_VERSION_LABEL: POD_SECURITY_VERSION}
        api.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        eventually("a service account", partial(api.find, "v1", "ServiceAccount", name, "default"))
    yield names
    for name in names.values():
        api.remove("v1", "Namespace", "", name)


def _answer(api: Api, path: str, pod: Mapping[str, Any], method: str = "POST") -> tuple[str, set[str]]:
    """`allowed`, `refused` with the checks that say no, `mistyped`, or `invalid` for reasons of the API's own."""
    try:
        api.call(method, f"{path}?dryRun=All", pod)
    except ApiError as error:
        if error.status == 403 and "violates PodSecurity" in error.message:
            detail = error.message.split('": ', 1)[1]
            return "refused", {_REASONS[next(filter(None, found))] for found in _REASON.findall(detail)}
        if error.status == 400 and "cannot unmarshal" in error.message:
            return "mistyped", set()
        if error.status == 422:
            return "invalid", set()
        raise
    return "allowed", set()


def _verdict(level: str, pod: Mapping[str, Any]) -> tuple[str, set[str]]:
    """The same of our rules."""
    whole = Block(pod, "", Origin("", {}))
    subject = pod_security.Pod(whole.block("spec"), whole.block("metadata").block("annotations"))
    found = {id_: list(check.problems(subject)) for id_, check in pod_security.CHECKS.items()}
    if any(problem.pod_security is None for problems in found.values() for problem in problems):
        return "mistyped", set()
    no = {id_ for id_, problems in found.items() if pod_security.refuses(level, problems)}
    if level == RESTRICTED and "hostPathVolumes" in no:  # there it is one of the restricted kinds
        no = no - {"hostPathVolumes"} | {"restrictedVolumes"}
    return ("refused" if no else "allowed"), no


def _compare(api: Api, namespaces: Mapping[str, str], cases: Iterable[tuple[str, pods.Pod]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for title, pod in cases:
        for level, namespace in namespaces.items():
            theirs = _answer(api, f"/api/v1/namespaces/{namespace}/pods", pod)
            counts[f"{level} {theirs[0]}"] += 1
            if theirs[0] != "invalid" and (ours := _verdict(level, pod)) != theirs:
                wrong.append(f"{level}: {title}: the API server says {theirs}, we say {ours}")
    print("\nPod Security:", ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    assert not wrong, "\n".join(wrong)
    return counts


def test_every_field_alone_gets_the_same_answer(api: Api, enforcing: dict[str, str]) -> None:
    counts = _compare(api, enforcing, pods.single())
    for level in enforcing:
        assert counts[f"{level} allowed"] > 100
        assert counts[f"{level} refused"] > 100
        assert counts[f"{level} mistyped"] > 10


def test_random_mixtures_get_the_same_answer(api: Api, enforcing: dict[str, str]) -> None:
    counts = _compare(api, enforcing, pods.mixed(MIXTURES))
    assert counts["baseline allowed"] > 20
    assert counts["restricted refused"] > 100


def test_containers_to_debug_get_the_same_answer(api: Api, enforcing: dict[str, str]) -> None:
    counts: Counter[str] = Counter()
    prefix = "spec.containers.0."
    for level, namespace in enforcing.items():
        kept = api.create(f"/api/v1/namespaces/{namespace}/pods", pods.good())
        del kept["metadata"]["resourceVersion"]  # whatever the scheduler and kwok do meanwhile
        for path, value in pods.changes():
            if not path.startswith(prefix):
                continue
            debugging = pods.changed(pods.good(), (path, value))["spec"]["containers"][0] | {"name": "debug"}
            pod = {**kept, "spec": {**kept["spec"], "ephemeralContainers": [debugging]}}
            theirs = _answer(api, f"/api/v1/namespaces/{namespace}/pods/pod/ephemeralcontainers", pod, "PUT")
            counts[f"{level} {theirs[0]}"] += 1
            if theirs[0] != "invalid":
                assert _verdict(level, pod) == theirs, f"{level}: {path} = {value!r}"
    print("\nPod Security, debugging:", ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    assert counts["restricted refused"] > 20
    assert counts["restricted allowed"] > 5


def test_the_command_gives_the_same_answer(api: Api, enforcing: dict[str, str], tmp_path: Path) -> None:
    cases = {f"pod-{index}": pod for index, (_, pod) in enumerate(pods.mixed(200, seed=7))}
    named = [{**pod, "metadata": {**pod["metadata"], "name": name}} for name, pod in cases.items()]
    (tmp_path / "pods.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": named}))
    report = judge([str(tmp_path)])
    assert [one["name"] for one in report["objects"]] == list(cases)
    said = {name: {f.get("pod_security") for f in report["findings"] if f["name"] == name} for name in cases}
    counts: Counter[str] = Counter()
    for level, namespace in enforcing.items():
        for pod in named:
            name = pod["metadata"]["name"]
            answer, _ = _answer(api, f"/api/v1/namespaces/{namespace}/pods", pod)
            counts[f"{level} {answer}"] += 1
            refused = bool(said[name] & ({BASELINE} if level == BASELINE else {BASELINE, RESTRICTED}))
            if answer in ("allowed", "refused"):
                assert refused is (answer == "refused"), f"{level}: {name}: {pod}"
            elif answer == "mistyped":
                assert said[name], f"{name} passes, and the API server cannot even read it"
    print("\nPod Security, command:", ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    assert min(counts[f"{RESTRICTED} {answer}"] for answer in ("allowed", "refused")) > 5


def _fixtures() -> Path | None:
    """The standards' own examples, in the module that the API server was built from; not there if it was downloaded."""
    go = shutil.which("go")
    if go is None:
        return None
    cache = subprocess.run([go, "env", "GOMODCACHE"], capture_output=True, text=True, check=True).stdout.strip()
    folder = Path(cache) / "k8s.io" / "pod-security-admission@v0.34.2" / "test" / "testdata"
    return folder if folder.is_dir() else None


def test_the_standards_own_examples_get_their_answer() -> None:
    folder = _fixtures()
    if folder is None:
        pytest.skip("the module k8s.io/pod-security-admission is not in the module cache")
    files = sorted(folder.glob(f"*/{POD_SECURITY_VERSION}/*/*.yaml"))
    for file in files:
        pod, level = yaml.safe_load(file.read_text()), file.parts[-4]
        refused = pod_security.refuses(level, pod_security.judge(pod))
        assert refused is (file.parts[-2] == "fail"), file
    print(f"\nPod Security, the standards' own examples: {len(files)}")
    assert len(files) > 100
