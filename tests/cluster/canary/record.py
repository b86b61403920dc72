"""What happened in one release, from every change of its ingress, replica sets and rollout."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.canary.manifests import REPLICAS, VERSION

ROOT = "alb.ingress.kubernetes.io/actions."


@dataclass(frozen=True)
class Scale:
    wanted: int
    available: int


@dataclass
class Record:
    """`weights`: of the canary, with the moment; `sent`: also to which pod hash it goes. Moments are of one clock."""

    service: str
    worker: bool
    weights: list[tuple[float, int]] = field(default_factory=list)
    steps: list[tuple[float, int]] = field(default_factory=list)
    scales: dict[str, Scale] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)  # pod hash: version
    shortages: list[tuple[float, str]] = field(default_factory=list)  # of the stable arm
    status: dict[str, Any] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    aborted_at: float | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)
    watching: bool = False  # whether the stable arm should be whole by now

    def see(self, at: float, kind: str, one: dict[str, Any]) -> None:
        with self.changed:
            {"Ingress": self._ingress, "ReplicaSet": self._replica_set, "Rollout": self._rollout}.get(
                kind, lambda _at, _one: None
            )(at, one)
            self.changed.notify_all()

    def until(self, what: str, met: Callable[[], Any], timeout_s: float) -> None:
        """Wait for it. Raises AssertionError that tells what was there instead."""
        with self.changed:
            if not self.changed.wait_for(met, timeout_s):
                raise AssertionError(f"{self.service}: {what} not within {timeout_s:.0f} s; {self.summary()}")

    def summary(self) -> str:
        status = self.status
        return (
            f"weights {self.course()}, step {status.get('currentStepIndex')}, {status.get('phase')}:"
            f" {status.get('message', '')!r}, abort {status.get('abort', False)}, scales {self.scales}"
        )

    def course(self) -> list[int]:
        """The weights in their order."""
        return [weight for _, weight in self.weights]

    def weight(self) -> int:
        return self.weights[-1][1] if self.weights else 0

    @property
    def stable(self) -> str:
        return str(self.status.get("stableRS", ""))

    @property
    def current(self) -> str:
        return str(self.status.get("currentPodHash", ""))

    def version(self, pod_hash: str) -> str:
        return self.versions.get(pod_hash, "")

    def _ingress(self, at: float, one: dict[str, Any]) -> None:
        self.annotations = one["metadata"].get("annotations") or {}
        text = self.annotations.get(f"{ROOT}{self.service}")
        if text is None:
            return
        groups = json.loads(text)["ForwardConfig"]["TargetGroups"]
        weight = next((g["Weight"] for g in groups if g["ServiceName"] == f"{self.service}-canary"), 0)
        self._weigh(at, int(weight))

    def _weigh(self, at: float, weight: int) -> None:
        if not self.weights or self.weights[-1][1] != weight:
            self.weights.append((at, weight))

    def _replica_set(self, at: float, one: dict[str, Any]) -> None:
        pod_hash = one["metadata"]["labels"].get("rollouts-pod-template-hash", "")
        self.versions[pod_hash] = (one["spec"]["template"]["metadata"].get("annotations") or {}).get(VERSION, "")
        self.scales[pod_hash] = Scale(one["spec"].get("replicas", 0), one["status"].get("availableReplicas", 0))
        if self.worker and self.stable and pod_hash == self.current != self.stable:
            self._weigh(at, self.scales[pod_hash].wanted)
        self._judge(at)

    def _rollout(self, at: float, one: dict[str, Any]) -> None:
        self.status = one.get("status", {})
        index = self.status.get("currentStepIndex")
        if index is not None and (not self.steps or self.steps[-1][1] != index):
            self.steps.append((at, index))
        if self.status.get("abort") and self.aborted_at is None:
            self.aborted_at = at
        self._judge(at)

    def _judge(self, at: float) -> None:
        scale = self.scales.get(self.stable)
        if self.watching and scale and min(scale.wanted, scale.available) < REPLICAS:
            self.shortages.append((at, f"{self.version(self.stable)}: {scale}"))
