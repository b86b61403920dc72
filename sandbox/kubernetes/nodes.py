"""The nodes that node groups in moto would start: with their labels, taints and zones, in the control plane."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from sandbox.cluster import ControlPlane
from sandbox.cluster.bootstrap import ARCHITECTURES, node
from sandbox.cluster.client import Client
from sandbox.kubernetes.asked import Cluster

GROUP = "eks.amazonaws.com/nodegroup"  # the label that EKS gives the nodes of a managed group
NODES = "/api/v1/nodes"
# From EKS's names to Kubernetes' (EKS API reference, Taint: effect).
EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}


def follow(plane: ControlPlane, cluster: Cluster) -> None:
    """Make the control plane's nodes those of the cluster's groups now; nodes of no group stay as they are."""
    client = Client(plane.url, plane.ca, plane.certificate, plane.key)
    wanted = {one["metadata"]["name"]: one for one in _nodes(cluster)}
    there = {one["metadata"]["name"] for one in client.get(f"{NODES}?labelSelector={GROUP}")["items"]}
    for name in sorted(there - {*wanted}):
        client.delete(f"{NODES}/{name}")
    for name, one in wanted.items():
        if name in there:
            client.apply(f"{NODES}/{name}", {key: value for key, value in one.items() if key != "status"})
        else:
            client.create(NODES, one)


def _nodes(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """As many of each group as it desires, its zones in turn."""
    if "moto.eks.models" not in sys.modules or not cluster.account:
        return
    from moto.backends import get_backend

    held = get_backend("eks")[cluster.account][cluster.region].clusters.get(cluster.name)
    network = get_backend("ec2")[cluster.account][cluster.region]
    for group in list(held.nodegroups.values()) if held else ():
        zones = sorted({network.get_subnet(subnet).availability_zone for subnet in group.subnets})
        for place in range(int((group.scaling_config or {}).get("desiredSize", len(zones)))):
            yield _node(group, zones[place % len(zones)], place)


def _node(group: Any, zone: str, place: int) -> dict[str, Any]:
    architecture = "arm64" if "ARM_64" in str(group.ami_type) else "amd64"
    instance = next(iter(group.instance_types or ()), ARCHITECTURES[architecture])
    made = node(f"{group.nodegroup_name}-{place}", zone, architecture, instance)
    labels = {**(group.labels or {}), GROUP: group.nodegroup_name, **made["metadata"]["labels"]}
    taints = [
        {"key": one["key"], "value": one.get("value", ""), "effect": EFFECTS[one["effect"]]}
        for one in group.taints or ()
    ]
    return {**made, "metadata": {**made["metadata"], "labels": labels}, "spec": {"taints": taints}}
