"""The kubernetes provider's own configuration: which cluster it is for, and what is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import wire
from sandbox.check import Problem
from sandbox.config import parse

USED = frozenset(
    {
        *("kubeconfig", "context", "cluster", "namespace", "clusterIdentifier"),
        *("enablePatchForce", "enableConfigMapMutable", "enableSecretMutable", "upsertExistingObjects"),
        *("enableServerSideApply", "renderYamlToDirectory"),
    }
)
ACCEPTED = frozenset(  # mean nothing here: nothing is deprecated, throttled or unreachable on loopback
    {
        *("suppressDeprecationWarnings", "suppressHelmHookWarnings", "kubeClientSettings", "helmReleaseSettings"),
        *("deleteUnreachable", "skipUpdateUnreachable", "alwaysRender", "strictMode", "version", "pluginDownloadURL"),
    }
)


@dataclass(frozen=True)
class Settings:
    """What one provider instance is configured with; `server` is the URL of the cluster's API server."""

    server: str
    cluster_name: str
    namespace: str = "default"
    patch_force: bool = False
    upsert: bool = False
    mutable_kinds: frozenset[str] = frozenset()


def problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a configuration, each with the setting and what to do; unknown values are trusted."""
    return list(_problems(parse(values)))


def _problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in sorted({*config} - USED - ACCEPTED):
        yield Problem(
            key, f'the sandbox does not know provider setting "{key}": add it to sandbox/kubernetes/config.py'
        )
    if _true(config.get("enableServerSideApply", True)) is False:
        yield Problem("enableServerSideApply", "the sandbox applies server-side only: leave it out or set it to true")
    if config.get("renderYamlToDirectory"):
        yield Problem("renderYamlToDirectory", "the sandbox renders no files: leave it out")
    if not wire.contains_unknown(config):
        try:
            parsed(config)
        except ValueError as error:
            yield Problem("kubeconfig", str(error))


def settings(values: Mapping[str, Any]) -> Settings:
    """The configuration of a provider without unknown values; ValueError with all that is wrong with it."""
    found = problems(values)
    if found:
        raise ValueError("; ".join(problem.reason for problem in found))
    return parsed(parse(values))


def parsed(config: Mapping[str, Any]) -> Settings:
    kubeconfig = _document(config.get("kubeconfig"))
    context = _named(kubeconfig, "contexts", config.get("context") or kubeconfig.get("current-context"))
    cluster = _named(kubeconfig, "clusters", config.get("cluster") or context.get("cluster"))
    server = str(cluster.get("server") or "").rstrip("/")
    if not server.startswith("https://"):
        raise ValueError(f"the kubeconfig's cluster has no https `server`, but {server or 'none'}")
    user = _named(kubeconfig, "users", context.get("user"))
    mutable = {"ConfigMap": "enableConfigMapMutable", "Secret": "enableSecretMutable"}
    return Settings(
        server=server,
        cluster_name=_eks_name(user) or str(context.get("cluster") or server),
        namespace=str(config.get("namespace") or context.get("namespace") or "default"),
        patch_force=_true(config.get("enablePatchForce")),
        upsert=_true(config.get("upsertExistingObjects")),
        mutable_kinds=frozenset(kind for kind, key in mutable.items() if _true(config.get(key))),
    )


def moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The settings by which these known configurations mean different clusters: their objects are made anew."""
    if old.get("clusterIdentifier") or new.get("clusterIdentifier"):
        same = old.get("clusterIdentifier") == new.get("clusterIdentifier")
        return [] if same else ["clusterIdentifier"]
    try:
        same = parsed(parse(old)).server == parsed(parse(new)).server
    except ValueError:
        same = False
    return [] if same else ["kubeconfig"]


def _document(given: Any) -> Mapping[str, Any]:
    """The kubeconfig, given as its content or as the path of its file."""
    if isinstance(given, str) and "\n" not in given and not given.lstrip().startswith("{"):
        file = Path(os.path.expanduser(given))  # noqa: PTH111  a name, not yet a path
        if not file.is_file():
            raise ValueError(f"there is no kubeconfig file {file}")
        given = file.read_text()
    try:
        found = yaml.safe_load(given) if isinstance(given, str) else given
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise ValueError(f"the kubeconfig is neither JSON nor YAML{where}") from None
    if not isinstance(found, Mapping):
        raise ValueError("the provider needs the cluster's `kubeconfig`: pass the cluster component's output")
    return found


def _named(kubeconfig: Mapping[str, Any], kinds: str, name: Any) -> Mapping[str, Any]:
    entries = [one for one in kubeconfig.get(kinds) or () if isinstance(one, Mapping)]
    for entry in entries:
        if entry.get("name") == name:
            content = entry.get(kinds.removesuffix("s"))
            return content if isinstance(content, Mapping) else {}
    known = ", ".join(str(entry.get("name")) for entry in entries) or "none"
    raise ValueError(f"the kubeconfig has no {kinds.removesuffix('s')} {name!r}, but: {known}")


def _eks_name(user: Mapping[str, Any]) -> str:
    """The name in `aws eks get-token --cluster-name NAME`, as the user's credentials are got."""
    arguments = (user.get("exec") or {}).get("args") or []
    after = [str(one) for one in arguments]
    for flag in ("--cluster-name", "-i", "--cluster-id"):
        if flag in after[:-1]:
            return after[after.index(flag) + 1]
    return ""


def _true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
