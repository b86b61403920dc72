"""Inputs completed and compared, and which differences replace an object."""

from typing import Any

import pytest

from sandbox.kubernetes import differences, inputs
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.replacement import replaces, replacing
from sandbox.wire import UNKNOWN, secret

DEPLOYMENT, NAMESPACE = Kind("apps", "v1", "Deployment"), Kind("", "v1", "Namespace")


def test_a_name_and_a_namespace_are_filled_in_once() -> None:
    filled = inputs.complete(DEPLOYMENT, "Billing API", {"spec": {"replicas": None}}, {}, b"seed", "team")
    name = filled["metadata"]["name"]
    assert name.startswith("billing-api-")
    assert filled == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "spec": {},
        "metadata": {"name": name, "annotations": {"pulumi.com/autonamed": "true"}, "namespace": "team"},
    }
    assert inputs.complete(DEPLOYMENT, "x", {}, filled, b"other", "team")["metadata"]["name"] == name
    assert "namespace" not in inputs.complete(NAMESPACE, "x", {"metadata": {"name": "n"}}, {}, b"", "team")["metadata"]
    assert inputs.complete(NAMESPACE, "x", {"metadata": UNKNOWN}, {}, b"", "team")["metadata"] == UNKNOWN


def test_a_name_given_after_a_generated_one_counts() -> None:
    old = inputs.complete(NAMESPACE, "x", {}, {}, b"seed", "")
    given = inputs.complete(NAMESPACE, "x", {"metadata": {"name": "mine"}}, old, b"seed", "")
    assert given["metadata"] == {"name": "mine"}


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        (NAMESPACE, {"metadata": {"namespace": "x"}}, "a Namespace lives in no namespace"),
        (NAMESPACE, {"metadata": {"name": "a b"}}, "'a b' is no name that Kubernetes takes"),
        (NAMESPACE, {"metadata": {"generateName": "a-"}}, "has no effect with server-side apply"),
        (NAMESPACE, {"metadata": "x"}, "metadata must be an object"),
        (DEPLOYMENT, {"apiVersion": "apps/v1beta1"}, "apiVersion of a Deployment must be 'apps/v1'"),
    ],
)
def test_what_needs_no_server_is_refused_at_once(kind: Kind, asked: dict[str, Any], said: str) -> None:
    (problem,) = inputs.problems(kind, asked)
    assert said in problem.reason


def test_differences_are_told_path_by_path() -> None:
    old = {"metadata": {"labels": {"a.b/c": "1", "d": "1"}}, "spec": {"ports": [{"port": 1}, {"port": 2}], "x": 1}}
    new = {"metadata": {"labels": {"a.b/c": "2"}}, "spec": {"ports": [{"port": 3}], "x": UNKNOWN, "y": 1}}
    assert [(one.path, one.kind) for one in differences.changes(old, new)] == [
        ('metadata.labels["a.b/c"]', "update"),
        ("metadata.labels.d", "delete"),
        ("spec.ports[0].port", "update"),
        ("spec.ports[1]", "delete"),
        ("spec.x", "update"),
        ("spec.y", "add"),
    ]


@pytest.mark.parametrize(
    ("kind", "path", "replaced"),
    [
        (DEPLOYMENT, "spec.selector.matchLabels.app", True),
        (DEPLOYMENT, "spec.template.spec.containers[0].image", False),
        (DEPLOYMENT, "metadata.name", True),
        (DEPLOYMENT, "metadata.labels.name", False),
        (DEPLOYMENT, "apiVersion", False),
        (Kind("", "v1", "Pod"), "spec.containers[3].image", True),
        (Kind("", "v1", "Pod"), "spec.activeDeadlineSeconds", False),
        (Kind("", "v1", "Secret"), 'data["a.b"]', True),
        (Kind("batch", "v1", "Job"), "spec.template.spec.containers[0].image", True),
        (Kind("batch", "v1", "Job"), "spec.suspend", False),
        (Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"), "roleRef.name", True),
        (Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"), "subjects[0].name", False),
        (Kind("", "v1", "PersistentVolumeClaim"), "spec.resources.requests.storage", True),
        (Kind("argoproj.io", "v1alpha1", "Rollout"), "spec.template.metadata.labels.a", False),
    ],
)
def test_fixed_fields_replace(kind: Kind, path: str, replaced: bool) -> None:
    assert replaces(path, replacing(kind)) is replaced


def test_contents_replace_unless_the_provider_lets_them_change() -> None:
    kind = Kind("", "v1", "ConfigMap")
    assert replaces("data.level", replacing(kind))
    assert not replaces("data.level", replacing(kind, contents_mutable=True))


def test_ignored_paths_take_what_is_below_them() -> None:
    ignored = ("spec.replicas", "metadata.annotations")
    assert differences.is_in('metadata.annotations["a/b"]', ignored)
    assert differences.is_in("spec.replicas", ignored)
    assert not differences.is_in("spec.replicasMore", ignored)


def test_an_annotation_is_read_through_secrets() -> None:
    assert inputs.annotation({"metadata": secret({"annotations": {"a": "b"}})}, "a") == "b"
    assert inputs.annotation({"metadata": UNKNOWN}, "a") == ""
