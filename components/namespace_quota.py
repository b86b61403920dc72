"""How much a namespace may take of the cluster, and what a container gets that asks for nothing."""

from dataclasses import dataclass
from typing import Any

_DEFAULT_REQUEST = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "64Mi"}
_DEFAULT_LIMIT = {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "512Mi"}
# Exposed through the load balancer controller's Ingress alone: a Service of these types would go around it.
_NONE = {"services.loadbalancers": "0", "services.nodeports": "0"}


@dataclass(frozen=True, kw_only=True)
class NamespaceQuota:
    """The most that all pods together may ask for; a canary runs beside the whole of what it may replace.

    `container_cpu_cores`, `container_memory_gib`: the most of one container. `volumes`: persistent volume claims.
    """

    cpu_cores: int = 16
    memory_gib: int = 32
    pods: int = 60
    volumes: int = 0
    container_cpu_cores: int = 4
    container_memory_gib: int = 8

    def __post_init__(self) -> None:
        for key in ("cpu_cores", "memory_gib", "pods", "container_cpu_cores", "container_memory_gib"):
            if (value := getattr(self, key)) < 1:
                raise ValueError(f"{key} must be 1 or more, got {value}: a namespace without it can run nothing")
        if self.volumes < 0:
            raise ValueError(f"volumes must be 0 or more, got {self.volumes}")
        for one, all_of in (("container_cpu_cores", "cpu_cores"), ("container_memory_gib", "memory_gib")):
            if getattr(self, one) > (most := getattr(self, all_of)):
                raise ValueError(f"{one} must be at most {all_of} ({most}), got {getattr(self, one)}: lower it")

    def hard(self) -> dict[str, str]:
        """`spec.hard` of the ResourceQuota. CPU limits are left out: a container may use what others leave."""
        return {
            "requests.cpu": str(self.cpu_cores),
            "requests.memory": f"{self.memory_gib}Gi",
            "limits.memory": f"{self.memory_gib}Gi",
            "pods": str(self.pods),
            "persistentvolumeclaims": str(self.volumes),
            **_NONE,
        }

    def limits(self) -> Any:
        """`spec.limits` of the LimitRange."""
        most = {"cpu": str(self.container_cpu_cores), "memory": f"{self.container_memory_gib}Gi"}
        return [{"type": "Container", "defaultRequest": _DEFAULT_REQUEST, "default": _DEFAULT_LIMIT, "max": most}]
