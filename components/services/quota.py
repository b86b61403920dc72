"""What a service's namespace may take of the cluster: two versions at full scale, and the jobs beside them."""

from math import ceil

from components.namespace_quota import NamespaceQuota
from components.services.definition import Release, ServiceDefinition
from components.services.pods import BURST

_VERSIONS = 2
_JOBS = 4  # a migration and a preflight, each with the pod of its second attempt


def quota(service: ServiceDefinition, release: Release) -> NamespaceQuota:
    """Enough for a release at its largest, and no more."""
    own, pods = service.resources, _VERSIONS * release.replicas_max + _JOBS
    cpu_cores, memory_gib = ceil(BURST * own.cpu_m / 1000), ceil(own.memory_mib / 1024)
    return NamespaceQuota(
        cpu_cores=max(cpu_cores, ceil(pods * own.cpu_m / 1000)),
        memory_gib=ceil(pods * own.memory_mib / 1024),
        pods=pods,
        container_cpu_cores=cpu_cores,
        container_memory_gib=memory_gib,
    )
