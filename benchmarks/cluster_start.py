"""The sandbox's control plane: how long until it is ready and gone, what its processes take, and how fast pods come.

Wall time of `sandbox.cluster.start` and `stop` with the tools built, and resident memory (VmRSS) of each process once
it is ready and again with a hundred pods. The last column is the figure the project promises.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from sandbox import cluster
from sandbox.cluster.client import Client

ROUNDS = 3
PODS = 100
NAMESPACE = "/api/v1/namespaces/default"


def main() -> None:
    """Start it three times and print two tables; takes a minute."""
    seconds: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="platform-benchmark-") as folder:
            begin = time.monotonic()
            plane = cluster.start(Path(folder), lambda _: None, die_with=os.getpid())
            ready = time.monotonic() - begin
            empty = cluster.memory_mib(plane)
            pods = _seconds_until_pods_are_ready(plane)
            full = cluster.memory_mib(plane)
            begin = time.monotonic()
            cluster.stop(Path(folder))
            seconds.append((ready, pods, time.monotonic() - begin))
    print(f"{'step':<28}{'best s':>8}{'worst s':>9}   promised")
    steps = {"ready": "under 20 s", f"{PODS} pods ready": "", "stopped": "under 2 s"}
    for (what, promised), times in zip(steps.items(), zip(*seconds, strict=True), strict=True):
        print(f"{what:<28}{min(times):>8.1f}{max(times):>9.1f}   {promised}")
    print(f"\n{'process':<28}{'MiB':>8}{f'{PODS} pods':>9}")
    for name in empty:
        print(f"{name:<28}{empty[name]:>8}{full[name]:>9}")
    print(f"{'all':<28}{sum(empty.values()):>8}{sum(full.values()):>9}   under 1500 MiB")


def _seconds_until_pods_are_ready(plane: cluster.ControlPlane) -> float:
    client = Client(plane.url, plane.ca, plane.certificate, plane.key)
    begin = time.monotonic()
    for number in range(PODS):
        client.create(f"{NAMESPACE}/pods", _pod(f"pod-{number}"))
    while sum(map(_ready, client.get(f"{NAMESPACE}/pods")["items"])) < PODS:
        time.sleep(0.05)
    return time.monotonic() - begin


def _pod(name: str) -> dict[str, Any]:
    containers = [{"name": "main", "image": "registry.test/app:1"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}


def _ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


if __name__ == "__main__":
    main()
