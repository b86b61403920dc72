"""What a new control plane holds before anyone uses it: definitions, the rights of its own controllers, nodes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from sandbox.cluster.client import ApiError, Client
from sandbox.cluster.layout import Layout
from sandbox.cluster.pki import USERS
from sandbox.tools import files
from sandbox.tools.table import kubernetes_version

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES = {"kwok": "kwok", "argo-rollouts": "rollouts-controller"}  # package with roles/NAME.yaml: whose rights they are
# Of xlarge instances with 16 GiB: 4 processors less 80 m, memory less what the system and evictions reserve, and 58
# pods (https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html#determine-max-pods).
ARCHITECTURES = {"arm64": "m7g.xlarge", "amd64": "m7i.xlarge"}
CAPACITY = {"cpu": "4", "memory": "16Gi", "pods": "58", "ephemeral-storage": "80Gi"}
ALLOCATABLE = {"cpu": "3920m", "memory": "14900Mi", "pods": "58", "ephemeral-storage": "70Gi"}
_NAME = re.compile(r"^metadata:\n(?:  .*\n)*?  name: (\S+)$", re.MULTILINE)  # parsing a megabyte of YAML takes seconds


def definitions(client: Client) -> None:
    """Apply every custom resource definition that came with the tools, and wait until all are served."""
    names = []
    for package in ("argo-rollouts", "kubernetes"):
        for file in sorted((files(package) / "crds").glob("*.yaml")):
            text = file.read_text()
            names.append(_NAME.findall(text)[0])
            client.apply(f"{DEFINITIONS}/{names[-1]}", text)
    for name in names:
        wait(f"the definition {name}", lambda name=name: _established(client, name))  # type: ignore[misc]


def rights(client: Client) -> None:
    """Give kwok and the rollouts controller the roles that their projects publish, and nothing more."""
    for package, user in ROLES.items():
        role = yaml.safe_load((files(package) / "roles" / f"{package}.yaml").read_text())
        name = f"sandbox:{package}"
        role["metadata"] = {"name": name}
        subject = {"kind": "User", "name": USERS[user][0], "apiGroup": "rbac.authorization.k8s.io"}
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
            "subjects": [subject],
        }
        client.apply(f"{RBAC}/clusterroles/{name}", role)
        client.apply(f"{RBAC}/clusterrolebindings/{name}", binding)


def nodes(layout: Layout) -> Iterator[dict[str, Any]]:
    """One node of each architecture in each zone."""
    for zone in layout.options.zones:
        for architecture, instance in ARCHITECTURES.items():
            yield node(f"{zone}-{architecture}", zone, architecture, instance)


def node(name: str, zone: str, architecture: str, instance: str) -> dict[str, Any]:
    """A node as the kubelet of an instance of this type would register it."""
    labels = {
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": instance,
        "topology.kubernetes.io/region": zone[:-1],
        "topology.kubernetes.io/zone": zone,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {
            "capacity": CAPACITY,
            "allocatable": ALLOCATABLE,
            "nodeInfo": {
                "architecture": architecture,
                "operatingSystem": "linux",
                "kubeletVersion": f"v{kubernetes_version}",
            },
        },
    }


def wait(what: str, done: Callable[[], bool], timeout_s: float = 120, look: Callable[[], None] = lambda: None) -> None:
    """Wait until `done`; `look` may raise meanwhile. Raises TimeoutError that names what was waited for."""
    until = time.monotonic() + timeout_s
    last: Exception | None = None
    while time.monotonic() < until:
        look()
        try:
            if done():
                return
        except (ApiError, OSError) as error:
            last = error
        time.sleep(0.05)
    raise TimeoutError(f"{what} was not ready within {timeout_s:.0f} s{f' ({last})' if last else ''}")


def _established(client: Client, name: str) -> bool:
    conditions = client.get(f"{DEFINITIONS}/{name}").get("status", {}).get("conditions", [])
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)
