"""The service account of a controller, and what it may do: never what its chart would take."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, ResourceOptions
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.rbac import v1 as rbac

from components.cluster_access import role_ref
from components.cluster_grants import Grant
from components.controller_grants import CONTROLLERS, ControllerName, account_of, acting_role, own_role, watching_role
from components.labels import Labels


@dataclass(frozen=True, kw_only=True)
class ControllerAccessArgs:
    controller: ControllerName
    labels: Labels


class ControllerAccess(ComponentResource):
    """An account, a Role in its own namespace, a ClusterRole to watch, and one to act, which namespaces bind."""

    def __init__(self, name: str, args: ControllerAccessArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:ControllerAccess", name, {}, opts)
        child, one = ResourceOptions(parent=self), CONTROLLERS[args.controller]
        subjects, labels = [account_of(args.controller)], args.labels.of(one.account)

        def meta(called: str) -> Any:
            return {"name": called, "labels": labels}

        why = {
            "platform/kubernetes-api": f"watches and changes what {args.controller} is for"
        }  # its pods need the token
        account: Any = {**meta(one.account), "namespace": one.namespace, "annotations": why}
        core.ServiceAccount(name, metadata=account, opts=child)
        if one.watching:
            role = watching_role(args.controller)
            cluster_role = _cluster_role(f"{name}-watching", meta(role), one.watching, child)
            after = ResourceOptions(parent=self, depends_on=[cluster_role])
            rbac.ClusterRoleBinding(
                f"{name}-watching", metadata=meta(role), role_ref=role_ref(role), subjects=subjects, opts=after
            )
        if one.acting:
            _cluster_role(f"{name}-acting", meta(acting_role(args.controller)), one.acting, child)
        if one.own:
            role = own_role(args.controller)
            located: Any = {**meta(role), "namespace": one.namespace}
            rules = [grant.rule() for grant in one.own]
            own = rbac.Role(f"{name}-own", metadata=located, rules=rules, opts=child)
            after = ResourceOptions(parent=self, depends_on=[own])
            rbac.RoleBinding(
                f"{name}-own",
                metadata=located,
                role_ref=role_ref(role, "Role"),
                subjects=subjects,
                opts=after,
            )
        self.register_outputs({})


def _cluster_role(name: str, metadata: Any, grants: tuple[Grant, ...], opts: ResourceOptions) -> rbac.ClusterRole:
    return rbac.ClusterRole(name, metadata=metadata, rules=[grant.rule() for grant in grants], opts=opts)
