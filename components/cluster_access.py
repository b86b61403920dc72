"""Who may do what in the cluster: one table, read in review and tested against the API server."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from components.cluster_grants import ACTING, AUDITING, DEPLOYING, LOOKING, Grant

ClusterRoleName = Literal[
    "platform:engineer", "platform:on-call", "platform:auditor", "platform:preview", "platform:deploy"
]
# Bound in every namespace that lets the role in: they act on services, not on the cluster.
NAMESPACED: Final[tuple[ClusterRoleName, ...]] = ("platform:engineer", "platform:on-call")
# Bound once, for all namespaces.
CLUSTER_WIDE: Final[tuple[ClusterRoleName, ...]] = ("platform:auditor", "platform:preview", "platform:deploy")

ROLES: Final[Mapping[ClusterRoleName, tuple[Grant, ...]]] = {
    "platform:engineer": LOOKING,
    "platform:on-call": (*LOOKING, *ACTING),
    "platform:auditor": AUDITING,
    # What the scheduled comparison reads. It changes nothing, not even on trial: the API server authorises a dry run
    # like the request itself (Kubernetes docs, "API concepts", dry-run authorization).
    "platform:preview": AUDITING,
    "platform:deploy": DEPLOYING,
}


def rules(role: ClusterRoleName) -> list[dict[str, Any]]:
    """`rules` of the ClusterRole."""
    return [grant.rule() for grant in ROLES[role]]


def subject(role: ClusterRoleName) -> dict[str, str]:
    """The group of the same name, which the cluster's access entries put people and pipelines in."""
    return {"kind": "Group", "name": role, "apiGroup": "rbac.authorization.k8s.io"}


def role_ref(role: ClusterRoleName) -> dict[str, str]:
    """`roleRef` of a binding to the role."""
    return {"kind": "ClusterRole", "name": role, "apiGroup": "rbac.authorization.k8s.io"}
