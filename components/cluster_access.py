"""Who may do what in the cluster: one table, read in review and tested against the API server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pulumi import ComponentResource, ResourceOptions
from pulumi_kubernetes.rbac import v1 as rbac

from components.cluster_grants import ACTING, AUDITING, LOOKING, SEEING_NODES, Grant
from components.deploy_grants import DEPLOYING
from components.labels import Labels

_API = "rbac.authorization.k8s.io"

ClusterRoleName = Literal[
    "platform:engineer", "platform:on-call", "platform:auditor", "platform:preview", "platform:deploy"
]
ROLES: Final[Mapping[ClusterRoleName, tuple[Grant, ...]]] = {
    "platform:engineer": LOOKING,
    "platform:on-call": (*LOOKING, *ACTING),
    "platform:auditor": AUDITING,
    # What the scheduled comparison reads. It changes nothing, not even on trial: a dry run is authorised like the
    # request itself (Kubernetes docs, "Kubernetes API Concepts", dry-run authorization).
    "platform:preview": AUDITING,
    "platform:deploy": DEPLOYING,
}
# Bound in each namespace that lets the role in; the others are bound everywhere.
NAMESPACED: Final[tuple[ClusterRoleName, ...]] = ("platform:engineer", "platform:on-call")
_NODES = "platform:nodes"  # for those who see namespaces one by one: which there are, and on which nodes they run


@dataclass(frozen=True, kw_only=True)
class ClusterAccessArgs:
    labels: Labels


class ClusterAccess(ComponentResource):
    """The ClusterRole of every role, and the bindings of those that hold everywhere."""

    bindings: tuple[rbac.ClusterRoleBinding, ...]

    def __init__(self, name: str, args: ClusterAccessArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:ClusterAccess", name, {}, opts)
        labels = args.labels.of("access")
        granted: dict[str, tuple[Grant, ...]] = dict(ROLES.items())
        granted[_NODES] = SEEING_NODES
        bound: dict[str, list[ClusterRoleName]] = {role: [role] for role in ROLES if role not in NAMESPACED}
        bound[_NODES] = [*NAMESPACED]
        bindings = []
        for role, grants in granted.items():
            called = f"{name}-{role.removeprefix('platform:')}"
            meta: Any = {"name": role, "labels": labels}
            rules = [grant.rule() for grant in grants]
            made = rbac.ClusterRole(called, metadata=meta, rules=rules, opts=ResourceOptions(parent=self))
            if subjects := [subject(one) for one in bound.get(role, ())]:
                after = ResourceOptions(parent=self, depends_on=[made])
                ref = role_ref(role)
                bindings.append(
                    rbac.ClusterRoleBinding(called, metadata=meta, role_ref=ref, subjects=subjects, opts=after)
                )
        self.bindings = tuple(bindings)
        self.register_outputs({})


def subject(role: ClusterRoleName) -> Any:
    """The group of the same name, which the cluster's access entries put people and pipelines in."""
    return {"kind": "Group", "name": role, "apiGroup": _API}


def role_ref(role: str, kind: Literal["ClusterRole", "Role"] = "ClusterRole") -> Any:
    """`roleRef` of a binding to the role."""
    return {"kind": kind, "name": role, "apiGroup": _API}
