"""What lets one act as others inside a cluster.

Source: Kubernetes documentation, "RBAC good practices, privilege escalation risks".
"""

from dataclasses import dataclass

_WRITES = ("create", "update", "patch")
_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Way:
    """Verbs that let one act as the service accounts of a namespace."""

    by: str
    group: str
    resource: str
    verbs: tuple[str, ...]


_WORKLOADS = (
    ("", "pods"),
    ("", "replicationcontrollers"),
    *(("apps", kind) for kind in ("deployments", "daemonsets", "statefulsets", "replicasets")),
    *(("batch", kind) for kind in ("jobs", "cronjobs")),
    ("argoproj.io", "rollouts"),
)
RUNS = tuple(Way(f"make {resource}", group, resource, _WRITES) for group, resource in _WORKLOADS)
ENTERS = (
    Way("exec into pods", "", "pods/exec", ("create", "get")),
    Way("attach to pods", "", "pods/attach", ("create", "get")),
    Way("debug pods", "", "pods/ephemeralcontainers", ("update", "patch")),
    Way("reach kubelets", "", "nodes/proxy", ("create", "get")),
)
TOKENS = (Way("make tokens", "", "serviceaccounts/token", ("create",)),)
# Each leads to everything in the cluster, or in the namespace.
RULES_OVER = (
    Way("impersonate", "", "users", ("impersonate",)),
    Way("impersonate", "", "groups", ("impersonate",)),
    *(Way("escalate roles", _RBAC, kind, ("escalate",)) for kind in ("roles", "clusterroles")),
    *(Way("bind roles", _RBAC, kind, ("bind",)) for kind in ("roles", "clusterroles")),
)
IMPERSONATES = Way("impersonate", "", "serviceaccounts", ("impersonate",))
