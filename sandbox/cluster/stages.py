"""What kwok makes of pods and nodes: its own stages, and pods that come to nothing where a test wants them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FILE = "stages.yaml"
ANNOTATION = "sandbox/pod-becomes"  # on a pod: unready, crashing or failed; without it pods become ready, again too
_KEY = f'.metadata.annotations["{ANNOTATION}"]'
_READY = '.status.conditions.[] | select( .type == "Ready" ) | .status'
_WAITING = ".status.containerStatuses.[].state.waiting.reason"
_WELL = ("pod-ready", "pod-complete")  # kwok's stages that annotated pods do not reach

_STATUS = """
{{ $now := Now }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "%(ready)s", lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "%(ready)s", lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: %(ready)s
  restartCount: %(restarts)d
  state: %(state)s
{{ end }}
phase: %(phase)s
startTime: {{ or .status.startTime $now | Quote }}
"""
_RUNNING = "{running: {startedAt: {{ $now | Quote }}}}"
_EXITED = "{terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}"
_OURS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    # stage pod-NAME: which pods it is for, what they become
    "unready": (
        [
            {"key": _KEY, "operator": "In", "values": ["unready"]},
            {"key": _READY, "operator": "NotIn", "values": ["False"]},
        ],
        {"ready": False, "restarts": 0, "phase": "Running", "state": _RUNNING},
    ),
    "crashing": (
        [
            {"key": _KEY, "operator": "In", "values": ["crashing"]},
            {"key": _WAITING, "operator": "NotIn", "values": ["CrashLoopBackOff"]},
        ],
        {"ready": False, "restarts": 5, "phase": "Running", "state": "{waiting: {reason: CrashLoopBackOff}}"},
    ),
    "failed": (
        [
            {"key": _KEY, "operator": "In", "values": ["failed"]},
            {"key": ".status.phase", "operator": "NotIn", "values": ["Failed", "Succeeded"]},
        ],
        {"ready": False, "restarts": 0, "phase": "Failed", "state": _EXITED},
    ),
    "recovered": (
        [
            {"key": _KEY, "operator": "DoesNotExist"},
            {"key": ".status.phase", "operator": "In", "values": ["Running"]},
            {"key": _READY, "operator": "In", "values": ["False"]},
        ],
        {"ready": True, "restarts": 0, "phase": "Running", "state": _RUNNING},
    ),
}


def write(target: Path, stages: Path) -> None:
    """Write all stages as one file for kwok; `stages` is the folder that came with it."""
    upstream = [yaml.safe_load(file.read_text()) for file in sorted(stages.glob("*.yaml"))]
    for stage in upstream:
        if stage["metadata"]["name"] in _WELL:
            stage["spec"]["selector"]["matchExpressions"].append({"key": _KEY, "operator": "DoesNotExist"})
    target.write_text(yaml.safe_dump_all([*upstream, *_own()]))


def _own() -> Iterator[dict[str, Any]]:
    alive = {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"}
    for name, (pods, becomes) in _OURS.items():
        yield {
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Stage",
            "metadata": {"name": f"pod-{name}"},
            "spec": {
                "resourceRef": {"apiGroup": "v1", "kind": "Pod"},
                "selector": {"matchExpressions": [alive, *pods]},
                "next": {"statusTemplate": _STATUS % becomes},
            },
        }
