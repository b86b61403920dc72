"""What kwok makes of pods and nodes: its own stages, with pods of ours among them that come to nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FILE = "stages.yaml"
ANNOTATION = "sandbox/pod-becomes"  # on a pod: unready, crashing or failed; without it pods become ready
_KEY = f'.metadata.annotations["{ANNOTATION}"]'
_READY = '.status.conditions.[] | select( .type == "Ready" ) | .status'
_WAITING = ".status.containerStatuses.[].state.waiting.reason"

_NOT_READY = """
{{ $now := Now }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
"""
_CONTAINERS = """
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: false
  restartCount: %(restarts)d
  state: %(state)s
{{ end }}
phase: %(phase)s
startTime: {{ $now | Quote }}
"""
_EXITED = "{terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}"
_BEHAVIOURS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # annotation's value: what tells that the pod is not that yet, what it becomes
    "unready": (
        {"key": _READY, "operator": "NotIn", "values": ["False"]},
        {"restarts": 0, "phase": "Running", "state": "{running: {startedAt: {{ $now | Quote }}}}"},
    ),
    "crashing": (
        {"key": _WAITING, "operator": "NotIn", "values": ["CrashLoopBackOff"]},
        {"restarts": 5, "phase": "Running", "state": "{waiting: {reason: CrashLoopBackOff}}"},
    ),
    "failed": (
        {"key": ".status.phase", "operator": "NotIn", "values": ["Failed", "Succeeded"]},
        {"restarts": 0, "phase": "Failed", "state": _EXITED},
    ),
}


def write(target: Path, stages: Path) -> None:
    """Write all stages as one file for kwok; `stages` is the folder that came with it."""
    upstream = [yaml.safe_load(file.read_text()) for file in sorted(stages.glob("*.yaml"))]
    target.write_text(yaml.safe_dump_all([*map(_adjusted, upstream), *_of_behaviours()]))


def _adjusted(stage: dict[str, Any]) -> dict[str, Any]:
    """A stage of kwok's that leaves annotated pods alone; a pod that lost the annotation becomes ready after all."""
    stage = copy.deepcopy(stage)
    name, expressions = stage["metadata"]["name"], stage["spec"]["selector"]["matchExpressions"]
    if name in ("pod-ready", "pod-complete"):
        expressions.append({"key": _KEY, "operator": "DoesNotExist"})
    if name == "pod-ready":
        phase = next(one for one in expressions if one["key"] == ".status.phase")
        phase["values"] = ["Pending", "Running"]
    return stage


def _of_behaviours() -> Iterator[dict[str, Any]]:
    for value, (not_yet, becomes) in _BEHAVIOURS.items():
        expressions = [
            {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"},
            {"key": _KEY, "operator": "In", "values": [value]},
            not_yet,
        ]
        yield {
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Stage",
            "metadata": {"name": f"pod-{value}"},
            "spec": {
                "resourceRef": {"apiGroup": "v1", "kind": "Pod"},
                "selector": {"matchExpressions": expressions},
                "next": {"statusTemplate": _NOT_READY + _CONTAINERS % becomes},
            },
        }
