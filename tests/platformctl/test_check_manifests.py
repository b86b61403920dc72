"""`platformctl check --manifests`: what it prints, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from platformctl.errors import Exit
from policies import tokens
from policies.rules import BY_ID
from policies.rules.kubernetes.examples import deployment, object_
from policies.rules.kubernetes.isolation import RULES as ISOLATION
from policies.rules.kubernetes.namespaces import namespace

_ROOT = Path(__file__).resolve().parents[2]
_BAD = """
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: billing}
spec:
  hostPID: true
  containers: [{name: c, image: nginx}]
"""


def _run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "platformctl", "check", *arguments]
    return subprocess.run(line, cwd=_ROOT, input=stdin, capture_output=True, text=True, check=False)


def _json(*arguments: str, stdin: str = "") -> Any:
    return json.loads(_run("--manifests", "--format", "json", *arguments, stdin=stdin).stdout)


def _manifest(node: Any) -> dict[str, Any]:
    _, api, kind = node.type.split(":")
    return {"apiVersion": api.removeprefix("core/"), "kind": kind, **node.props}


@pytest.fixture(scope="module")
def good() -> str:
    """Everything that a workload needs, which every rule is content with."""
    closed = next(node for node in ISOLATION[0].passes[0] if node.type == tokens.NETWORK_POLICY)
    selector = {"matchLabels": {"app.kubernetes.io/name": "api"}}
    budget = object_(tokens.DISRUPTION_BUDGET, spec={"maxUnavailable": 1, "selector": selector})
    account = object_(tokens.SERVICE_ACCOUNT, automountServiceAccountToken=False)
    return yaml.safe_dump_all([_manifest(node) for node in (namespace(), closed, budget, account, *deployment())])


def test_good_manifests_pass_every_rule(good: str) -> None:
    done = _run("--manifests", "-", stdin=good)
    assert done.returncode == Exit.FINE
    assert "0 failed, 0 undecided" in done.stdout
    report = _json("-", stdin=good)
    assert [rule["id"] for rule in report["rules"]] == [f"K8S-{number:02}" for number in range(1, 21)]
    assert report["findings"] == report["errors"] == report["ignored"] == []
    assert report["resources"] == len(report["objects"]) == 5
    assert {"file": "-", "kind": "Deployment", "namespace": "billing-api", "name": "api"} in report["objects"]
    assert report["objects"][0] == {"file": "-", "kind": "Namespace", "namespace": None, "name": "billing-api"}


def test_findings_say_which_object_and_which_the_standards_make(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(_BAD)
    done = _run("--manifests", str(tmp_path))
    assert done.returncode == Exit.FINDINGS
    assert f"bad ({file}:2): spec.hostPID is true" in done.stdout
    report = _json(str(tmp_path))
    of = {(finding["rule"], finding["property"]): finding for finding in report["findings"]}
    host, root = of["K8S-02", "spec.hostPID"], of["K8S-03", "spec.containers[0].securityContext.runAsNonRoot"]
    image = of["K8S-06", "spec.containers[0].image"]
    assert (host["pod_security"], root["pod_security"]) == ("baseline", "restricted")
    assert "pod_security" not in image
    place = {"file": str(file), "line": 2, "kind": "Pod", "namespace": "billing", "name": "bad"}
    for finding in report["findings"]:
        assert place.items() <= finding.items()


def test_only_the_standards_rules_carry_their_levels() -> None:
    report = _json("-", stdin=_BAD)
    assert {f["rule"] for f in report["findings"] if "pod_security" in f} <= {f"K8S-0{n}" for n in range(1, 6)}
    assert {f["rule"] for f in report["findings"]} - {f"K8S-0{n}" for n in range(1, 6)}


def test_what_other_objects_would_tell_is_undecided_not_passed() -> None:
    report = _json("-", stdin=yaml.safe_dump(_manifest(deployment()[0])))
    undecided = {finding["rule"] for finding in report["findings"] if finding["verdict"] == "undecided"}
    assert undecided == {"K8S-09", "K8S-10"}
    messages = [finding["message"] for finding in report["findings"]]
    assert any("the Namespace billing-api is not among what is judged" in message for message in messages)


def test_a_rollout_is_judged_by_the_deployment_that_it_refers_to() -> None:
    rollout = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "api", "namespace": "billing-api"},
        "spec": {"replicas": 3, "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}},
    }
    bad = _manifest(deployment(hostPID=True)[0])
    report = _json("-", stdin=yaml.safe_dump_all([rollout, bad]))
    assert {f["kind"] for f in report["findings"] if f["rule"] == "K8S-02"} == {"Rollout", "Deployment"}
    alone = _json("-", stdin=yaml.safe_dump(rollout))
    found = {(f["rule"], f["verdict"]) for f in alone["findings"]}
    assert ("K8S-02", "undecided") in found


def test_every_unreadable_file_is_named_and_the_rest_judged(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_BAD)
    (tmp_path / "b.yaml").write_text("kind: [\n")
    (tmp_path / "c.yaml").write_text("a: 1\na: 2\n")
    (tmp_path / "d.yaml").write_text("x: {{ .Values.x }}\n")
    done = _run("--manifests", str(tmp_path), str(tmp_path / "none.yaml"), "--format", "json")
    assert done.returncode == Exit.USAGE
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert [line.split(": ")[1] for line in errors] == [
        f"{tmp_path}/b.yaml:2",
        f"{tmp_path}/c.yaml:2",
        f"{tmp_path}/d.yaml:1",
        f"{tmp_path}/none.yaml",
    ]
    report = json.loads(done.stdout)
    assert [one["name"] for one in report["objects"]] == ["bad"]
    assert [(Path(error["file"]).name, error["line"]) for error in report["errors"]] == [
        ("b.yaml", 2),
        ("c.yaml", 2),
        ("d.yaml", 1),
        ("none.yaml", None),
    ]
    assert "Traceback" not in done.stderr


def test_registries_are_those_that_are_named(good: str) -> None:
    assert _run("--manifests", "-", "--registry", "registry.example", stdin=good).returncode == Exit.FINDINGS
    own = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
    assert _run("--manifests", "-", "--registry", "a.example", "--registry", own, stdin=good).returncode == Exit.FINE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--manifests",), "--manifests needs files or folders"),
        (("--manifests", "-", "--state", "x"), "--manifests and --state exclude each other"),
        (("prod", "staging"), "one environment at a time"),
        (("prod", "--registry", "a"), "--registry goes with --manifests"),
    ],
)
def test_wrong_usage_is_an_error(arguments: tuple[str, ...], message: str) -> None:
    done = _run(*arguments)
    assert done.returncode == Exit.USAGE
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_judge_is_said() -> None:
    done = _run("--manifests", "-", stdin="# nothing\n")
    assert done.returncode == Exit.FINE
    assert "nothing was judged" in done.stderr


def test_all_rules_of_the_area_run_on_manifests() -> None:
    assert {id_ for id_ in BY_ID if id_.startswith("K8S-")} == {f"K8S-{number:02}" for number in range(1, 21)}
