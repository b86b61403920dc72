"""One service in a namespace of its own, its traffic, and its releases."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from components.canary.ladders import steps
from components.canary.work import WORK
from components.canary_strategy import (
    CanaryPlan,
    ExpectedTraffic,
    Lane,
    Preflight,
    RiskClass,
    analysis_templates,
)
from components.slo.standard import standard_levels
from sandbox.cluster import ControlPlane
from tests.cluster.canary import manifests, recorded
from tests.cluster.canary.arms import Arm
from tests.cluster.canary.record import Record
from tests.cluster.canary.source import Relay, Source
from tests.cluster.canary.watch import Watcher
from tests.cluster.conftest import Api

# A minute lasts three seconds; on a machine that is busy with other things, CANARY_TIME_SCALE=0.1 makes it six.
TIME_SCALE = float(os.environ.get("CANARY_TIME_SCALE", "0.05"))
REQUESTS_PER_S, CHARGES_PER_S = 500.0, 50.0  # of the whole service
RUN = ("argoproj.io/v1alpha1", "AnalysisRun")
MEMORY = 1000


@dataclass(frozen=True)
class World:
    """What all releases share."""

    plane: ControlPlane
    api: Api
    watcher: Watcher
    source: Source

    def patience(self) -> float:
        """By how much longer everything may take: one on a machine that has nothing else to do."""
        return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Release:
    """`deploy` begins one; `record` tells what became of it. Times of `minutes` are unscaled."""

    def __init__(
        self,
        world: World,
        name: str,
        seed: int = 0,
        *,
        risk: RiskClass = "payment-write",
        lane: Lane = "standard",
        requests_per_s: float = REQUESTS_PER_S,
        relayed: bool = False,
        change: Callable[[list[dict[str, Any]]], None] = lambda _templates: None,
    ):
        self.world, self.name, self.seed = world, name, seed
        self.relay = Relay(world.plane.prometheus_url) if relayed else None
        self.traffic = requests_per_s
        self.plan = CanaryPlan(
            service=name,
            namespace=name,
            risk=risk,
            lane=lane,
            traffic=ExpectedTraffic(requests_per_s=requests_per_s, charges_per_s=requests_per_s / 10),
            prometheus_url=self.relay.url if self.relay else world.plane.prometheus_url,
            latency_objective_s=1.0,
            owner="payments",
            levels=tuple(replace(one, scrape_interval_s=30) for one in standard_levels(name, "payments", risk)),
            preflight=Preflight(image=manifests.IMAGE, url="https://api.test/", service_account=name),
            time_scale=TIME_SCALE,
        )
        self.record = Record(service=name, worker=risk == "worker")
        self.arms: dict[str, Arm] = {}  # by version
        self.began = 0.0
        self.fault_at = 0.0
        self.verdict = ""
        self.notes: list[str] = []
        self.ended_by = ("", "")  # gate, phase
        self.seen_phases: dict[str, str] = {}
        self._rng = random.Random(seed)
        self._change = change

    # The service before any release of it

    def install(self, arm: Arm | None = None) -> None:
        """Version v1 as stable arm, with five minutes of its metrics."""
        api, plan, source = self.world.api, self.plan, self.world.source
        self.world.watcher.listen(plan.namespace, self.record.see)
        api.put(manifests.namespace(plan.namespace))
        templates = list(analysis_templates(plan))
        self._change(templates)
        for one in (*manifests.around(plan), *templates):
            api.put(one)
        self.arms["v1"] = arm or Arm()
        api.put(manifests.rollout(plan, "v1"))
        self.record.until("the first version", lambda: self.record.status.get("phase") == "Healthy", 60)
        self._scrape_arm(self.record.stable)
        source.add(f"{self.name}--objects", {"job": "kube-state-metrics"}, self._objects)
        recorded.load(self.world.plane, plan)
        source.tick(self.name, self._tick)
        time.sleep(self.seconds(5))
        self.record.watching = True

    def deploy(self, version: str, arm: Arm | None = None) -> None:
        """Begin a release. A version that was released before is a rollback to it."""
        self.arms.setdefault(version, arm or Arm())
        before = self.record.current
        self.began = time.monotonic()
        self.world.api.put(manifests.rollout(self.plan, version))
        self.record.until("the new revision", lambda: self.record.current != before, 30)
        self._scrape_arm(self.record.current)

    def remove(self) -> None:
        self.record.watching = False
        self.world.source.remove(self.name)
        recorded.forget(self.world.plane, self.plan)
        self.world.api.remove("v1", "Namespace", "", self.name)
        if self.relay:
            self.relay.close()

    # What a scenario waits for

    def seconds(self, minutes: float) -> float:
        return minutes * 60 * TIME_SCALE

    def wait(self, minutes: float) -> None:
        time.sleep(self.seconds(minutes))

    def until_weight(self, weight: int, minutes: float = 30) -> None:
        self._until(f"weight {weight}", lambda: self.record.weight() == weight, minutes)

    def _until(self, what: str, met: Callable[[], Any], minutes: float) -> None:
        self.record.until(what, met, (self.seconds(minutes) + 30) * self.world.patience())

    def until_promoted(self, version: str, minutes: float = 90) -> None:
        seen = self.record
        self._until(
            f"promotion of {version}",
            lambda: seen.version(seen.stable) == version or seen.status.get("abort"),
            minutes,
        )
        assert not seen.status.get("abort"), f"{self.name} was aborted: {seen.status.get('message')}"
        self.verdict = "promoted"

    def until_aborted(self, minutes: float = 90) -> None:
        seen = self.record
        self._until("abort", lambda: seen.status.get("abort") or seen.version(seen.stable) != "v1", minutes)
        assert seen.status.get("abort"), f"{self.name} was promoted"
        self._until("weight 0", lambda: seen.weight() == 0, 0)
        self.verdict = "aborted"

    def fault(self) -> None:
        """From now on the canary is bad."""
        self.fault_at = time.monotonic()

    # What is known of it

    @property
    def first_weight(self) -> int:
        """Of a worker, pods."""
        percent = steps(self.plan)[0].rung.weight_percent
        return math.ceil(percent * manifests.REPLICAS / 100) if self.record.worker else percent

    @property
    def canary(self) -> Arm:
        return self.arms[self.record.version(self.record.current)]

    def runs(self) -> list[dict[str, Any]]:
        """Its analysis runs, in the order in which they were made."""
        found = self.world.api.all(*RUN, self.name)
        return sorted(found, key=lambda one: str(one["metadata"]["creationTimestamp"]))

    def phases(self) -> dict[str, str]:
        """The phase of each run by the template's part of its name."""
        return {one["metadata"]["name"]: one.get("status", {}).get("phase", "") for one in self.runs()}

    def decided(self) -> tuple[str, str]:
        """Gate and phase of what ended the release."""
        for run in self.runs():
            for one in run.get("status", {}).get("metricResults", []):
                if one["phase"] in ("Failed", "Error"):
                    return one["name"], one["phase"]
        return "", ""

    def measured(self, gate: str) -> list[str]:
        """Phases of all measurements of a gate that are kept."""
        results = [one for run in self.runs() for one in run.get("status", {}).get("metricResults", [])]
        return [m["phase"] for one in results if one["name"] == gate for m in one["measurements"]]

    def to_detect(self) -> float | None:
        """Seconds from the fault to the abort."""
        at = self.record.aborted_at
        return at - self.fault_at if at and self.fault_at else None

    def to_safe(self) -> float | None:
        """Seconds from the abort to weight 0."""
        at = self.record.aborted_at
        if at is None or self.record.weight():
            return None
        return max(0.0, self.record.weights[-1][0] - at)

    # Its traffic

    def _tick(self, passed_s: float) -> None:
        seen = self.record
        with seen.changed:
            stable, current, weight = seen.stable, seen.current, seen.weight()
            share = self._share(current, stable, weight)
        minutes = passed_s / 60 / TIME_SCALE
        for pod_hash, part in ((stable, 1 - share), (current, share)):
            arm = self.arms.get(seen.version(pod_hash))
            if arm and (pod_hash != current or current != stable or part == 1):
                requests = self.traffic * part * minutes * 60
                arm.work(self._rng, requests, requests / 10, minutes)

    def _share(self, current: str, stable: str, weight: int) -> float:
        """Of the canary: by the load balancer's weight, or by the pods where they pull their work."""
        if current == stable:
            return 0.0
        if not WORK[self.plan.risk].pulled:
            return weight / 100
        pods = [self.record.scales[one].available for one in (current, stable) if one in self.record.scales]
        total = sum(pods, start=0)
        return pods[0] / total if len(pods) == 2 and total else 0.0

    def _scrape_arm(self, pod_hash: str) -> None:
        labels = {"job": self.name, "service": self.name, "hash": pod_hash}
        self.world.source.add(f"{self.name}--{pod_hash}", labels, lambda: self._page(pod_hash))

    def _page(self, pod_hash: str) -> str | None:
        """Nothing answers while the arm has no pod."""
        seen = self.record
        arm, scale = self.arms.get(seen.version(pod_hash)), seen.scales.get(pod_hash)
        if arm is None or arm.silent or scale is None or not scale.available:
            return None
        return arm.metrics(self.name, pod_hash, self.plan.risk)

    def _objects(self) -> str:
        """As the kubelet and kube-state-metrics say it."""
        lines = []
        for pod_hash, scale in dict(self.record.scales).items():
            arm = self.arms.get(self.record.version(pod_hash))
            if arm is None:
                continue
            pod = f'namespace="{self.name}",pod="{self.name}-{pod_hash}-x1",container="api"'
            one = f'namespace="{self.name}",replicaset="{self.name}-{pod_hash}"'
            lines += [
                f"kube_replicaset_spec_replicas{{{one}}} {scale.wanted}",
                f"kube_replicaset_status_ready_replicas{{{one}}} {scale.available}",
            ]
            if scale.available:
                used = MEMORY * (arm.memory + arm.memory_per_min * arm.minutes)
                lines += [
                    f"container_memory_working_set_bytes{{{pod}}} {used}",
                    f"container_spec_memory_limit_bytes{{{pod}}} {MEMORY}",
                    f"kube_pod_container_status_restarts_total{{{pod}}} {arm.restarts}",
                ]
        return "\n".join(lines) + "\n"
