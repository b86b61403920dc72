"""The rules of a release's service levels as the sandbox's Prometheus reads them: in the time of the tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from components.canary.plan import CanaryPlan
from components.canary.view import duration
from components.slo.groups import groups
from components.slo.windows import SECONDS
from sandbox import cluster
from sandbox.cluster import ControlPlane

_RANGE = re.compile(r"\[(\d+[smhd])(?::(\d+[smhd]))?\]")
_EVENTS = re.compile(r"\* (\d+)\)")  # of an alert: a rate per second, and over how many of them it is counted
_SECONDS = {**SECONDS, "s": 1}


def load(plane: ControlPlane, plan: CanaryPlan) -> None:
    """Let Prometheus record and alert for the service from now on."""
    file = plane.rules / f"{plan.service}.yaml"
    new = file.with_suffix(".new")
    new.write_text(yaml.safe_dump({"groups": scaled(groups(plan.levels), plan.time_scale)}))
    new.replace(file)
    cluster.reload(plane)


def forget(plane: ControlPlane, plan: CanaryPlan) -> None:
    """Takes the rules away; those that Prometheus has go at its next reload."""
    (plane.rules / f"{plan.service}.yaml").unlink(missing_ok=True)


def scaled(given: list[dict[str, Any]], scale: float) -> list[dict[str, Any]]:
    """The rules that page, with every range and interval shortened; names, factors and counts stay. What is over days
    is left out: it would last hours here, and no gate reads it.
    """
    fast = [group for group in given if group["name"].endswith("-fast")]
    return [{**group, "interval": _short(group["interval"], scale), "rules": _rules(group, scale)} for group in fast]


def _rules(group: dict[str, Any], scale: float) -> list[dict[str, Any]]:
    return [
        {
            **rule,
            "expr": _EVENTS.sub(lambda one: f"* {int(one[1]) * scale:g})", _RANGE.sub(_scaled(scale), rule["expr"])),
            **({"for": _short(rule["for"], scale)} if "for" in rule else {}),
        }
        for rule in group["rules"]
    ]


def _scaled(scale: float) -> Callable[[re.Match[str]], str]:
    def range_of(found: re.Match[str]) -> str:
        return f"[{':'.join(_short(part, scale) for part in found.groups() if part)}]"

    return range_of


def _short(length: str, scale: float) -> str:
    return duration(int(length[:-1]) * _SECONDS[length[-1]] * scale)
