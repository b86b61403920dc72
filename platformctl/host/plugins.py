"""The providers that a program's packages need, in the versions that these are pinned to.

The SDK's own host asks `pip list`, which takes a second. The rules are its own: docs of `pulumi-plugin.json`, and
`determinePluginDependency` in sdk/python/cmd/pulumi-language-python/main.go of github.com/pulumi/pulumi.
"""

import json
import re
from importlib.metadata import Distribution, distributions
from typing import Any, NamedTuple

_NONE = frozenset({"pulumi-policy"})  # known to have no plugin
_VERSION = re.compile(r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?((?:\.post\d+)?(?:\.dev\d+)?)")
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}


class Plugin(NamedTuple):
    """A provider, as the engine is asked for it; `server`: where it is to be had, empty for the usual place."""

    name: str
    version: str
    server: str


def required() -> list[Plugin]:
    """Of every Pulumi package of this interpreter's environment, by name; the first that is found, as imports do."""
    found: dict[str, Distribution] = {}
    for package in distributions():
        found.setdefault(_normal(package.metadata["Name"]), package)
    plugins = (_plugin(name, package) for name, package in sorted(found.items()) if name not in _NONE)
    return [plugin for plugin in plugins if plugin]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _plugin(name: str, package: Distribution) -> Plugin | None:
    file = package.locate_file(f"{name.replace('-', '_')}/pulumi-plugin.json")
    told: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}  # type: ignore[attr-defined]
    if told.get("resource") is False or not (told or name.startswith("pulumi-")):
        return None
    if told and not told.get("resource"):
        return None
    version = told.get("version") or semantic(package.version)
    if not version:
        return None
    version = version if version.startswith("v") else f"v{version}"
    return Plugin(told.get("name") or name.removeprefix("pulumi-"), version, told.get("server") or "")


def semantic(version: str) -> str:
    """A version of a Python package as its plugin has it: 1.2.3a4 is 1.2.3-alpha.4; empty where it cannot be told."""
    parts = _VERSION.fullmatch(version)
    if not parts:
        return ""
    numbers, stage, number, local = parts.groups()
    segments = numbers.split(".")
    release = ".".join(segments + ["0"] * (3 - len(segments)))
    before = f"-{_STAGES[stage]}.{number}" if stage else ""
    return release + before + (f"+{local.replace('.', '')}" if local else "")
