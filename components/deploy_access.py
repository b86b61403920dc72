"""The secrets that the pipeline touches: those that a chart makes and keeps, each by its name."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.rbac import v1 as rbac

from components.cluster_access import role_ref, subject
from components.deploy_grants import SECRET_GRANTS, SecretRoleName
from components.labels import Labels


@dataclass(frozen=True, kw_only=True)
class DeploySecretArgs:
    """`namespace`: of the chart. `role`: one of the table's."""

    namespace: Input[str]
    labels: Labels
    role: SecretRoleName


class DeploySecret(ComponentResource):
    """A Role in that namespace alone, for `platform:deploy`."""

    def __init__(self, name: str, args: DeploySecretArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:DeploySecret", name, {}, opts)
        meta: Any = {"name": args.role, "namespace": args.namespace, "labels": args.labels.of("access")}
        rules = [grant.rule() for grant in SECRET_GRANTS[args.role]]
        role = rbac.Role(name, metadata=meta, rules=rules, opts=ResourceOptions(parent=self))
        rbac.RoleBinding(
            name,
            metadata=meta,
            role_ref=role_ref(args.role, "Role"),
            subjects=[subject("platform:deploy")],
            opts=ResourceOptions(parent=self, depends_on=[role]),
        )
        self.register_outputs({})
