"""What production has, as the program renders it: names of things, rules, queries; rendered once."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from platformctl.project import Project
from platformctl.render import render
from tests.runbooks.pages import ROOT

Resource = dict[str, Any]


@cache
def rendered(environment: str = "prod") -> tuple[Resource, ...]:
    return tuple(render(Project(ROOT), environment))


@cache
def objects() -> frozenset[tuple[str, str, str]]:
    """Of the cluster: kind in small letters, namespace, name."""
    found = (one["inputs"] for one in rendered() if one["type"].startswith("kubernetes:"))
    named = [(one["kind"].lower(), one["metadata"]) for one in found if isinstance(one.get("metadata"), dict)]
    return frozenset((kind, str(meta.get("namespace", "")), str(meta.get("name", ""))) for kind, meta in named)


@cache
def namespaces() -> frozenset[str]:
    return frozenset(name for kind, _, name in objects() if kind == "namespace")


@cache
def named(type_: str, *keys: str) -> frozenset[str]:
    """The names in AWS of all resources of a type: whichever of the keys its inputs have."""
    found = (one["inputs"] for one in rendered() if one["type"] == type_)
    return frozenset(str(one[key]) for one in found for key in keys if isinstance(one.get(key), str))


def rules(environment: str) -> Iterator[tuple[str, Resource]]:
    """Every rule of every PrometheusRule, with the name of its resource."""
    for one in rendered(environment):
        if one["type"].endswith(":PrometheusRule"):
            for group in one["inputs"]["spec"]["groups"]:
                for rule in group["rules"]:
                    yield one["name"], rule


@cache
def queries() -> frozenset[str]:
    """All PromQL of the environment: of rules and of analyses, whose arguments are filled in by `x`."""
    found = {str(rule["expr"]) for _, rule in rules("prod")}
    for one in rendered():
        if one["type"].endswith(":AnalysisTemplate"):
            found.update(
                re.sub(r"\{\{.*?\}\}", "x", metric["provider"]["prometheus"]["query"])
                for metric in one["inputs"]["spec"]["metrics"]
                if "prometheus" in metric["provider"]
            )
    return frozenset(found)
