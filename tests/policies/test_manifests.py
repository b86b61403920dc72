"""Manifests become the resources that a Pulumi program would have, and what is none is said with its place."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from policies import manifests, tokens
from policies.manifests import Manifests, load
from policies.rules.kubernetes.pods import has_pods, templates

_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: billing}\nspec: {containers: []}\n"


def _load(folder: Path, files: Mapping[str, str], *paths: str, stdin: bytes = b"") -> Manifests:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    found = load([str(folder / path) if path != "-" else path for path in paths or ("",)], lambda: stdin)
    found.objects = [replace(one, file=one.file.removeprefix(f"{folder}/")) for one in found.objects]
    found.faults = [replace(one, file=one.file.removeprefix(f"{folder}/")) for one in found.faults]
    return found


def _faults(found: Manifests) -> list[str]:
    return [str(fault) for fault in found.faults]


def test_folders_are_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    files = {
        "b.yml": _POD % "b",
        "a/deep/er/x.yaml": _POD % "x",
        "a/y.JSON": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "y"}}',
        "a/readme.md": "no manifest",
        ".git/z.yaml": "hidden: [",
        "a/.z.yaml": "hidden: [",
    }
    found = _load(tmp_path, files)
    assert [(one.file, one.namespace, one.name) for one in found.objects] == [
        ("b.yml", "billing", "b"),
        ("a/y.JSON", None, "y"),
        ("a/deep/er/x.yaml", "billing", "x"),
    ]
    assert found.faults == []


def test_several_paths_and_standard_input_are_read_once_each(tmp_path: Path) -> None:
    found = _load(tmp_path, {"a.yaml": _POD % "a"}, "a.yaml", "-", "a.yaml", "", stdin=(_POD % "b").encode())
    assert [(one.file, one.name) for one in found.objects] == [("a.yaml", "a"), ("-", "b")]


def test_many_documents_and_empty_ones(tmp_path: Path) -> None:
    text = f"# a comment alone\n---\n{_POD % 'a'}---\n---\nnull\n---\n{_POD % 'b'}...\n"
    found = _load(tmp_path, {"x.yaml": text})
    assert [(one.line, one.name) for one in found.objects] == [(3, "a"), (11, "b")]
    assert found.faults == []


def test_lists_of_every_kind_are_what_they_hold(tmp_path: Path) -> None:
    text = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
- apiVersion: apps/v1
  kind: DeploymentList
  items:
  - metadata: {name: b}
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: c}}
---
{apiVersion: v1, kind: List, items: []}
---
{apiVersion: v1, kind: PodList, items: null}
"""
    found = _load(tmp_path, {"x.yaml": text})
    assert [(one.line, one.kind, one.name, one.resource.type) for one in found.objects] == [
        (5, "Pod", "a", tokens.POD),
        (9, "Deployment", "b", tokens.DEPLOYMENT),
        (10, "Deployment", "c", tokens.DEPLOYMENT),
    ]
    assert found.faults == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\n", "x.yaml:1: is no Kubernetes object: apiVersion and kind are missing"),
        ("kind: Pod\nmetadata: {name: a}\n", "x.yaml:1: is no Kubernetes object: apiVersion is missing"),
        ("---\n- a\n", "x.yaml:2: is no Kubernetes object but a list"),
        ("just words\n", "x.yaml:1: is no Kubernetes object but text"),
        ("apiVersion: v1\nkind: Pod\n", "x.yaml:1: the Pod has no metadata"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {}\n", "x.yaml:1: the Pod has no metadata.name"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 5}\n", "x.yaml:1: metadata.name must be text, not 5"),
        ("apiVersion: 1\nkind: Pod\nmetadata: {name: a}\n", "x.yaml:1: apiVersion must be text, not 1"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {b: yes}}\n",
            "x.yaml:1: metadata.labels['b'] must be text, not True",
        ),
        ("apiVersion: v1\nkind: List\nitems: {a: b}\n", "x.yaml:1: items of a List must be a list"),
        ("apiVersion: v1\nkind: List\nitems: [null]\n", "x.yaml:1: an item of a List is empty"),
        ("apiVersion: v1\nkind: List\nitems: [{kind: Pod}]\n", "x.yaml:3: is no Kubernetes object: apiVersion"),
        ("a:\n\tb: 1\n", "x.yaml:2: is not valid YAML: a tab stands"),
        ("x: {{ .Values.x }}\n", "x.yaml:1: is a Helm template"),
        ("{{- if .Values.x }}\nkind: Pod\n{{- end }}\n", "x.yaml:1: is a Helm template"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n",
            "x.yaml:1: is a Helm template",
        ),
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "x.yaml:1: is for kustomize"),
    ],
)
def test_what_is_no_manifest_is_said_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    found = _load(tmp_path, {"x.yaml": content}, "x.yaml")
    assert found.objects == []
    assert len(found.faults) == 1
    assert _faults(found)[0].startswith(message)


def test_every_bad_file_is_reported_and_every_good_object_read(tmp_path: Path) -> None:
    files = {
        "a.yaml": f"{_POD % 'a'}---\nbad: [\n---\nnever: read\n",
        "b.yaml": "a: b: c\n",
        "c.yaml": f"no: object\n---\n{_POD % 'c'}",
    }
    found = _load(tmp_path, files)
    assert [one.name for one in found.objects] == ["a", "c"]
    assert [(fault.file, fault.line) for fault in found.faults] == [("a.yaml", 7), ("b.yaml", 1), ("c.yaml", 1)]


def test_what_is_not_there_or_empty_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = _load(tmp_path, {}, "none.yaml", "empty")
    assert _faults(found) == [
        "none.yaml: No such file or directory",
        "empty: holds no manifests: no file ends in .yaml, .yml, .json",
    ]


def test_what_tools_keep_beside_manifests_is_passed_over_in_folders_only(tmp_path: Path) -> None:
    files = {"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": _POD % "a", "values-prod.yaml": "a: 1\n"}
    found = _load(tmp_path, files)
    assert [Path(file).name for file in found.ignored] == ["kustomization.yaml", "values-prod.yaml"]
    assert found.faults == []
    assert len(_load(tmp_path, {}, "values-prod.yaml").faults) == 1


def test_the_same_object_twice_is_judged_twice(tmp_path: Path) -> None:
    found = _load(tmp_path, {"prod.yaml": _POD % "a", "staging.yaml": _POD % "a"})
    assert len({one.resource.urn for one in found.objects}) == len(found.graph.resources) == 2


@pytest.mark.parametrize(
    ("api_version", "kind", "way"),
    [
        ("v1", "Pod", ""),
        ("v1", "PodTemplate", "template"),
        ("v1", "ReplicationController", "spec.template"),
        ("apps/v1", "DaemonSet", "spec.template"),
        ("apps/v1", "Deployment", "spec.template"),
        ("apps/v1", "ReplicaSet", "spec.template"),
        ("apps/v1", "StatefulSet", "spec.template"),
        ("batch/v1", "Job", "spec.template"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template"),
        ("argoproj.io/v1alpha1", "Rollout", "spec.template"),
        ("extensions/v1beta1", "Deployment", "spec.template"),
        ("serving.knative.dev/v1", "Service", "spec.template"),
    ],
)
def test_every_kind_of_workload_shows_its_pods(tmp_path: Path, api_version: str, kind: str, way: str) -> None:
    inner = "spec: {containers: [{name: found}]}"
    for part in reversed(way.split(".") if way else []):
        inner = f"{part}: {{{inner}}}"
    found = _load(tmp_path, {"x.yaml": f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n{inner}\n"})
    resource = found.objects[0].resource
    assert has_pods(resource, found.graph)
    pods = templates(resource, found.graph)
    assert [container["name"] for pod in pods for container in pod.spec.each("containers")] == ["found"]


def test_types_are_those_of_pulumi(tmp_path: Path) -> None:
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a, namespace: b}\n"
    found = _load(tmp_path, {"x.yaml": text}).objects[0].resource
    assert found.type == tokens.KUBERNETES_ROLE
    assert found.urn == f"urn:pulumi:{manifests.STACK}::{manifests.STACK}::{tokens.KUBERNETES_ROLE}::b/a"
    assert found.source.endswith("x.yaml:1")


def test_markers_of_the_engine_mean_nothing_in_a_manifest(tmp_path: Path) -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{b: {unknown}}}\n"
    assert _load(tmp_path, {"x.yaml": text}).objects[0].resource.props["stringData"]["b"] == unknown
