"""Helm releases: kept as asked for, with chart, version and values. Nothing of a chart is rendered or installed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from sandbox import wire
from sandbox.check import Problem
from sandbox.kubernetes.asked import Asked
from sandbox.kubernetes.inputs import id_of
from sandbox.kubernetes.recorded import RECORDS
from sandbox.retry import CloudError

WHY = "recorded only: its chart is neither fetched nor rendered, so what it would install is not checked"
_INPUTS = frozenset(  # of kubernetes:helm.sh/v3:Release in pulumi-kubernetes 4.34.2
    {
        *("allowNullValues", "atomic", "chart", "cleanupOnFail", "compat", "createNamespace", "dependencyUpdate"),
        *("description", "devel", "disableCRDHooks", "disableOpenapiValidation", "disableWebhooks", "forceUpdate"),
        *("keyring", "lint", "manifest", "maxHistory", "name", "namespace", "postrender", "recreatePods"),
        *("renderSubchartNotes", "replace", "repositoryOpts", "resetValues", "resourceNames", "reuseValues"),
        *("skipAwait", "skipCrds", "takeOwnership", "timeout", "valueYamlFiles", "values", "verify", "version"),
        "waitForJobs",
    }
)
REPLACING = ("name", "namespace")
_LOCAL = ("./", "../", "/")


def problems(inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a release, as far as it can be told without its chart."""
    return list(_problems(inputs))


def _problems(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for key in sorted({*inputs} - _INPUTS):
        yield Problem(key, f'a Release has no argument "{key}"')
    chart = inputs.get("chart")
    if not chart:
        yield Problem("chart", "a Release needs a `chart`: its name in the repository, or the path of its folder")
    elif isinstance(chart, str) and not wire.is_unknown(chart):
        yield from _chart_problems(chart, inputs)


def _chart_problems(chart: str, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    repository = (inputs.get("repositoryOpts") or {}) if not wire.is_unknown(inputs.get("repositoryOpts")) else {}
    if chart.startswith("/") and isinstance(wrong := _described(chart), str):
        yield Problem("chart", wrong)
    if chart.startswith(_LOCAL):
        return  # a relative path is one of the program's folder, which a provider is not told
    if not inputs.get("version"):
        yield Problem("version", f"pin the version of chart {chart}: without it every update may install another one")
    if not repository.get("repo") and not chart.startswith(("oci://", "https://")) and "/" not in chart:
        yield Problem("repositoryOpts", f"say where chart {chart} comes from: repositoryOpts={{'repo': 'https://...'}}")


def complete(
    name: str, inputs: Mapping[str, Any], old: Mapping[str, Any], seed: bytes, namespace: str
) -> dict[str, Any]:
    """The inputs with a name and a namespace."""
    generated = f"{name}-{hashlib.sha256(seed).hexdigest()[:8]}"
    filled = {key: value for key, value in inputs.items() if value is not None}
    return {"name": wire.reveal(old.get("name")) or generated, "namespace": namespace, **filled}


class Releases:
    """What the provider does with releases, with a control plane and without."""

    def preview(self, it: Asked) -> dict[str, Any]:
        return it.kept(it.inputs)

    def create(self, it: Asked) -> dict[str, Any]:
        it.id = id_of(it.inputs)
        found = RECORDS.get(it, it.id)
        if found and found.manager != it.manager:
            raise CloudError(f"{it} exists already, made by {found.manager}: give one of them another name")
        RECORDS.put(it, it.id, it.inputs)
        return it.kept(outputs(it.inputs, revision=1))

    def update(self, it: Asked) -> dict[str, Any]:
        if not RECORDS.get(it, it.id):
            raise CloudError(f"{it} does not exist any more: `pulumi refresh` forgets it, and the next update makes it")
        RECORDS.put(it, it.id, it.inputs)
        return it.kept(outputs(it.inputs, revision=_revision(it) + 1))

    def read(self, it: Asked) -> tuple[dict[str, Any], dict[str, Any]] | None:
        found = RECORDS.get(it, it.id)
        if found is None:
            return None
        it.inputs = dict(found.manifest)
        return it.inputs, it.kept(outputs(it.inputs, _revision(it)))

    def delete(self, it: Asked) -> None:
        RECORDS.remove(it, it.id)


def _revision(it: Asked) -> int:
    return int((it.state.get("status") or {}).get("revision") or 1)


def outputs(inputs: Mapping[str, Any], revision: int) -> dict[str, Any]:
    """What programs read of a release."""
    chart = str(inputs["chart"])
    described = _described(chart) if chart.startswith("/") else {}
    about: Mapping[str, Any] = described if isinstance(described, Mapping) else {}
    version = inputs.get("version") or about.get("version") or ""
    status = {
        "appVersion": about.get("appVersion"),
        "chart": about.get("name") or chart.rpartition("/")[2],
        "name": inputs["name"],
        "namespace": inputs["namespace"],
        "revision": revision,
        "status": "deployed",
        "version": version,
    }
    told = {key: str(value) if key == "appVersion" else value for key, value in status.items() if value is not None}
    return {"resourceNames": {}, **inputs, "version": version, "status": told}


def _described(chart: str) -> Mapping[str, Any] | str:
    """What a local chart's own description says, or what is wrong with it."""
    file = Path(chart, "Chart.yaml")
    try:
        found = yaml.safe_load(file.read_text())
    except OSError:
        return f"there is no chart in {chart}: {file} cannot be read"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return f"{file} is not YAML" + (f": line {mark.line + 1}" if mark else "")
    missing = [key for key in ("name", "version") if not isinstance(found, dict) or not found.get(key)]
    return f"{file} does not say the chart's {' and '.join(missing)}" if missing else found
