"""Plain Kubernetes manifests, from files, folders or standard input, as a resource graph."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.yaml_documents import Map, YamlError, read

STDIN = "-"
SUFFIXES = (".yaml", ".yml", ".json")
STACK = "manifests"  # of the URNs, and the project's name there
# What tools keep beside manifests and apply to none: passed over in folders, and said so.
_NO_MANIFESTS = re.compile(r"(kustomization|Chart|values[\w.-]*)\.(yaml|yml)|values\.schema\.json", re.IGNORECASE)
_HELM = re.compile(
    r"\{\{-?\s*(/\*|\.(Values|Release|Chart|Files|Capabilities)\b|(include|template|define|tpl|toYaml)\s)"
)
_TEMPLATE = re.compile(r"^\s*\{\{|:\s*\{\{", re.MULTILINE)
_RENDER = "is a Helm template, not a manifest: render it with `helm template CHART` and check what that prints"
_KUSTOMIZE = ("kustomize.config.k8s.io/", "is for kustomize: check what `kubectl kustomize FOLDER` prints")
_MOST_SHOWN = 60  # characters of a name in a message


@dataclass(frozen=True)
class Fault:
    """Why a document, or a whole file, was not judged."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "message": self.message}


@dataclass(frozen=True)
class Manifest:
    """One object: where it was read, and what it is called there; `namespace` is None where it names none."""

    file: str
    line: int
    kind: str
    namespace: str | None
    name: str
    resource: Resource

    def as_dict(self) -> dict[str, Any]:
        return {"file": self.file, "kind": self.kind, "namespace": self.namespace, "name": self.name}


@dataclass
class Manifests:
    """All that was read, in order: the objects, what was wrong, and the files that were passed over."""

    objects: list[Manifest] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    urns: set[str] = field(default_factory=set)

    @property
    def graph(self) -> Graph:
        return Graph(one.resource for one in self.objects)


def load(paths: Iterable[str], stdin: Callable[[], bytes]) -> Manifests:
    """The objects in files, in every .yaml, .yml and .json below folders, and in `stdin` for `-`; each file once."""
    found = Manifests()
    known: set[str] = set()
    for file in _files(paths, found):
        if file in known:
            continue
        known.add(file)
        try:
            data = stdin() if file == STDIN else Path(file).read_bytes()
        except OSError as error:
            found.faults.append(Fault(file, None, error.strerror or str(error)))
            continue
        _read(data, file, found)
    return found


def _files(paths: Iterable[str], found: Manifests) -> Iterator[str]:
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            inside = list(_below(path))
            wanted = [file for file in inside if not _NO_MANIFESTS.fullmatch(Path(file).name)]
            found.ignored += sorted(set(inside) - set(wanted))
            if not wanted:
                found.faults.append(Fault(path, None, f"holds no manifests: no file ends in {', '.join(SUFFIXES)}"))
            yield from wanted
        else:
            yield path


def _below(folder: str) -> Iterator[str]:
    """Every file of ours below a folder, in order; what is hidden is left alone."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield str(Path(place) / name)


def _read(data: bytes, file: str, found: Manifests) -> None:
    try:
        for document in read(data):
            for value, line in _objects(document.value, document.line, file, found.faults):
                if made := _manifest(value, file, line, found):
                    found.objects.append(made)
    except YamlError as error:
        text = data.decode(errors="replace")
        template = _HELM.search(text) or _TEMPLATE.search(text)
        found.faults.append(Fault(file, error.line, _RENDER if template else error.message))


def _objects(value: Any, line: int, file: str, faults: list[Fault]) -> Iterator[tuple[Any, int]]:
    """A document's objects with their lines: itself, or what a list of any kind holds."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if value is None:
        return
    if not isinstance(kind, str) or not kind.endswith("List") or "items" not in value:
        yield value, value.line if isinstance(value, Map) else line
        return
    items = value["items"] or []
    if not isinstance(items, list):
        faults.append(Fault(file, line, f"items of a {kind} must be a list"))
        return
    for item in items:
        if isinstance(item, Map) and kind != "List":  # items of a typed list need not repeat what they are
            whole = Map({"apiVersion": value.get("apiVersion"), "kind": kind.removesuffix("List")} | item)
            whole.line = item.line
            item = whole
        if item is None:
            faults.append(Fault(file, line, f"an item of a {kind} is empty"))
        yield from _objects(item, line, file, faults)


def _manifest(value: Any, file: str, line: int, found: Manifests) -> Manifest | None:
    if fault := _fault(value):
        found.faults.append(Fault(file, line, fault))
        return None
    kind, metadata = value["kind"], value["metadata"]
    namespace, name = metadata.get("namespace") or None, metadata.get("name") or metadata["generateName"]
    type_ = tokens.kubernetes(value["apiVersion"], kind)
    urn = f"urn:pulumi:{STACK}::{STACK}::{type_}::{namespace + '/' if namespace else ''}{name}"
    if urn in found.urns:  # the same object for another environment, say: both are judged
        urn = f"{urn}@{file}:{line}"
    found.urns.add(urn)
    resource = Resource(
        urn=urn, type=tokens.canonical(type_), name=name, properties=value, asked=value, source=f"{file}:{line}"
    )
    return Manifest(file, line, kind, namespace, name, resource)


def _fault(value: Any) -> str | None:
    """Why a document is no object that the API server would take."""
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "text" if isinstance(value, str) else "a number"
        return f"is no Kubernetes object but {kind}"
    missing = [key for key in ("apiVersion", "kind") if not value.get(key)]
    if missing:
        return f"is no Kubernetes object: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    metadata = value.get("metadata")
    for key, item in (("apiVersion", value["apiVersion"]), ("kind", value["kind"])):
        if not isinstance(item, str):
            return f"{key} must be text, not {item!r}"
        if "{{" in item:
            return _RENDER
    if value["apiVersion"].startswith(_KUSTOMIZE[0]):
        return _KUSTOMIZE[1]
    if not isinstance(metadata, dict):
        return f"the {value['kind']} has no metadata" if metadata is None else "metadata must be an object"
    return _metadata_fault(value["kind"], metadata)


def _metadata_fault(kind: str, metadata: dict[str, Any]) -> str | None:
    for key in ("name", "generateName", "namespace"):
        item = metadata.get(key)
        if item is not None and not isinstance(item, str):
            return f"metadata.{key} must be text, not {item!r}: put it in quotes"
        if _HELM.search(item or ""):
            return _RENDER
    if not metadata.get("name") and not metadata.get("generateName"):
        return f"the {kind} has no metadata.name"
    for key in ("labels", "annotations"):
        items = metadata.get(key)
        if items is not None and not isinstance(items, dict):
            return f"metadata.{key} must be an object"
        for name, item in (items or {}).items():
            if item is not None and not isinstance(item, str):
                return f"metadata.{key}[{name[:_MOST_SHOWN]!r}] must be text, not {item!r}: put it in quotes"
    return None
