"""Kubernetes objects without a control plane: previewed and deployed as asked for, and said to be unchecked."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import process
from sandbox.kubernetes import provider as provider_module
from tests.engine.conftest import Checkout
from tests.engine.small import ACCOUNT, FOUNDATION, small_checkout, written_program

SECRET = "not-to-be-shown"
UNCHECKED = "sandbox: Kubernetes objects are recorded only, not checked against an API server: no control plane"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("kubernetes")) as small:
        written_program(small, "cluster")
        yield small


def previewed(checkout: Checkout) -> Any:
    """What a preview says; the rules' verdicts on the little program do not matter here."""
    document = checkout.json("preview", FOUNDATION, code=None)
    assert set(document["errors"]) <= {"preview failed"}
    return document


def test_a_preview_says_once_that_nothing_checks_the_objects(checkout: Checkout) -> None:
    document = previewed(checkout)
    releases, objects = sorted(text for text in document["warnings"] if text.startswith("sandbox:"))
    assert objects.startswith(UNCHECKED)
    assert releases.startswith("sandbox: Helm releases are recorded only")
    assert {change["type"] for change in document["changes"]} >= {
        "kubernetes:apps/v1:Deployment",
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
        "kubernetes:helm.sh/v3:Release",
    }


def test_a_preview_before_its_cluster_says_that_it_checks_nothing(checkout: Checkout) -> None:
    file = checkout.root / "stacks/foundation/__main__.py"
    text = file.read_text()
    given = "kubeconfig=json.dumps(kubeconfig)"
    assert given in text
    made = f"""
import pulumi_aws as aws
cloud = aws.Provider("aws", region="eu-central-1", allowed_account_ids=["{ACCOUNT}"])
parameter = aws.ssm.Parameter("made", type="String", value="v", opts=pulumi.ResourceOptions(provider=cloud))
provider = Provider("""
    later = "kubeconfig=parameter.version.apply(lambda _: json.dumps(kubeconfig))"
    try:
        file.write_text(text.replace("\nprovider = Provider(", made, 1).replace(given, later))
        document = previewed(checkout)
        assert provider_module.NOT_YET in document["warnings"]
        assert "kubernetes:apps/v1:Deployment" in {change["type"] for change in document["changes"]}
    finally:
        file.write_text(text)


def test_objects_are_deployed_as_asked_for_and_listed_as_unverified(checkout: Checkout) -> None:
    checkout.pulumi(FOUNDATION, "up", "--yes", "--skip-preview")
    outputs = checkout.outputs(FOUNDATION)
    assert outputs["settings"].startswith("settings-")
    assert outputs["host"] == "api.api.sandbox.invalid"
    release = {key: outputs["release"][key] for key in ("name", "namespace", "version", "status", "revision")}
    wanted = {"name": "rollouts", "namespace": "platform-rollouts", "version": "2.40.5", "status": "deployed"}
    assert release == {**wanted, "revision": 1}
    status = process.status(checkout.sandbox)
    assert {(one["type"], one["reason"].partition(":")[0]) for one in status["unverified"]} >= {
        ("kubernetes:apps/v1:Deployment", "recorded only, not checked against an API server"),
        ("kubernetes:helm.sh/v3:Release", "recorded only"),
    }
    assert status["resources"]["little"]["kubernetes:deployment"] == 1


def test_no_secret_reaches_state_log_or_messages(checkout: Checkout) -> None:
    state = checkout.pulumi(FOUNDATION, "stack", "export").stdout
    assert SECRET not in state
    secret = next(
        one for one in json.loads(state)["deployment"]["resources"] if one["type"] == "kubernetes:core/v1:Secret"
    )
    assert "ciphertext" in json.dumps(secret["outputs"]["stringData"])
    assert SECRET not in (checkout.sandbox.directory / process.LOG).read_text()


def test_nothing_changes_without_a_change_and_nothing_has_drifted(checkout: Checkout) -> None:
    assert previewed(checkout)["changes"] == []
    assert checkout.json("drift", FOUNDATION)["differences"] == []


def test_a_fixed_field_replaces_and_a_selector_deletes_first(checkout: Checkout) -> None:
    file = checkout.root / "stacks/foundation/__main__.py"
    text = file.read_text()
    try:
        file.write_text(text.replace('"level": "info"', '"level": "debug"').replace('"replicas": 2,', '"replicas": 3,'))
        document = previewed(checkout)
        changed = {change["name"]: change for change in document["changes"]}
        assert changed["settings"]["operation"] == "replace"
        assert changed["api"]["operation"] == "update"
        assert {one["path"] for one in changed["api"]["properties"]} >= {"spec.replicas"}
    finally:
        file.write_text(text)


def test_a_list_a_patch_and_a_rendered_chart_are_refused_by_name(checkout: Checkout) -> None:
    file = checkout.root / "stacks/foundation/__main__.py"
    text = file.read_text()
    try:
        patch = 'from pulumi_kubernetes.apps.v1 import DeploymentPatch\nDeploymentPatch("p", metadata={"name": "api"}'
        file.write_text(f"{text}\n{patch}, opts=given)\n")
        document = checkout.json("preview", FOUNDATION, code=None)
        assert any("kubernetes:apps/v1:DeploymentPatch" in one and "Deployment" in one for one in document["errors"])
    finally:
        file.write_text(text)


def test_everything_is_destroyed(checkout: Checkout) -> None:
    checkout.pulumi(FOUNDATION, "destroy", "--yes", "--skip-preview")
    status = process.status(checkout.sandbox)
    assert "little" not in status["resources"]
    assert not [one for one in status["unverified"] if one["type"].startswith("kubernetes:")]
