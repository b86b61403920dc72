"""What pods of every chart have in common: they pass Pod Security `restricted`, and stand in different zones."""

from dataclasses import dataclass
from typing import Any, Final

POD_SECURITY: Final[dict[str, Any]] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
CONTAINER_SECURITY: Final[dict[str, Any]] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
# Drains go on as long as one replica is left; `minAvailable` of all of them would stop them for good.
DISRUPTION: Final[dict[str, Any]] = {"maxUnavailable": 1}
PRIORITY: Final = "system-cluster-critical"  # without its controllers a cluster neither rolls back nor heals


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a container asks for, and its memory limit. CPU has no limit: what others leave may be used."""

    cpu_m: int
    memory_mib: int

    def __post_init__(self) -> None:
        if self.cpu_m < 1 or self.memory_mib < 1:
            raise ValueError(f"cpu_m and memory_mib must be 1 or more, got {self.cpu_m} and {self.memory_mib}")

    def values(self) -> dict[str, dict[str, str]]:
        """`resources` of a container."""
        memory = {"memory": f"{self.memory_mib}Mi"}
        return {"requests": {"cpu": f"{self.cpu_m}m", **memory}, "limits": memory}


def spread(labels: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Over zones always, over nodes where possible. `labels`: of the pods, where the chart does not know them."""
    selector = {"labelSelector": {"matchLabels": labels}} if labels else {}
    return [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "DoNotSchedule",
            **selector,
        },
        {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway", **selector},
    ]


def check_replicas(replicas: int) -> None:
    """ValueError for fewer than two."""
    if replicas < 2:
        raise ValueError(f"replicas must be 2 or more, got {replicas}: one is away whenever its node is")
