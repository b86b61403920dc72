"""The one secret that the pipeline touches: the certificate of a webhook, which its chart makes and keeps."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.rbac import v1 as rbac

from components.cluster_access import role_ref, subject
from components.deploy_grants import WEBHOOK_ROLE, WEBHOOK_SECRET
from components.labels import Labels


@dataclass(frozen=True, kw_only=True)
class DeployWebhookCertificateArgs:
    """`namespace`: of the load balancer controller."""

    namespace: Input[str]
    labels: Labels


class DeployWebhookCertificate(ComponentResource):
    """A Role in that namespace alone, for `platform:deploy`."""

    def __init__(self, name: str, args: DeployWebhookCertificateArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:DeployWebhookCertificate", name, {}, opts)
        meta: Any = {"name": WEBHOOK_ROLE, "namespace": args.namespace, "labels": args.labels.of("access")}
        rules = [grant.rule() for grant in WEBHOOK_SECRET]
        role = rbac.Role(name, metadata=meta, rules=rules, opts=ResourceOptions(parent=self))
        rbac.RoleBinding(
            name,
            metadata=meta,
            role_ref=role_ref(WEBHOOK_ROLE, "Role"),
            subjects=[subject("platform:deploy")],
            opts=ResourceOptions(parent=self, depends_on=[role]),
        )
        self.register_outputs({})
