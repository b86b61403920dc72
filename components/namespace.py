"""A namespace that gives nothing away: what runs in it is restricted, limited, cut off, and open to few."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.rbac import v1 as rbac

from components.cluster_access import NAMESPACED, ClusterRoleName, role_ref, subject
from components.controller_grants import ACTING_IN_SERVICES, ControllerName, account_of, acting_role
from components.labels import Labels
from components.namespace_quota import NamespaceQuota
from components.network_policies import ALLOW_DNS, DENY_ALL
from components.tags import DataClass, PciScope

PodSecurity = Literal["restricted", "baseline"]
POD_SECURITY_VERSION = "v1.34"  # the cluster's: what a level asks for changes with the version


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    """`owner`: the team that answers for it. `roles`: who is let in; auditors see every namespace anyway.
    `controllers`: which of the platform's may act in it. `more_labels`: which tell controllers what to do there.

    `pod_security`: "baseline" only for what cannot run as "restricted", with the reason as `pod_security_reason`.
    """

    name: str
    owner: str
    environment: str
    data_class: DataClass
    pci_scope: PciScope
    pod_security: PodSecurity = "restricted"
    pod_security_reason: str = ""
    quota: NamespaceQuota = field(default_factory=NamespaceQuota)
    roles: tuple[ClusterRoleName, ...] = NAMESPACED
    controllers: tuple[ControllerName, ...] = ACTING_IN_SERVICES
    more_labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", self.name):
            raise ValueError(f"name must be 1 to 63 of a-z 0-9 -, a letter first and no - last, got {self.name!r}")
        if self.name == "default" or self.name.startswith("kube-"):
            raise ValueError(f"name must be none of the cluster's own namespaces, got {self.name!r}: take another")
        if self.pod_security != "restricted" and not self.pod_security_reason:
            raise ValueError(f"pod_security of {self.name} is {self.pod_security!r}: say why as pod_security_reason")
        for role in self.roles:
            if role not in NAMESPACED:
                allowed = " or ".join(NAMESPACED)
                raise ValueError(f"roles of {self.name} must be {allowed}, got {role!r}: others hold everywhere")
        for controller in self.controllers:
            if controller not in ACTING_IN_SERVICES:
                allowed = ", ".join(ACTING_IN_SERVICES)
                raise ValueError(f"controllers of {self.name} must be of {allowed}, got {controller!r}: remove it")

    @property
    def labels(self) -> Labels:
        return Labels(
            owner=self.owner, environment=self.environment, data_class=self.data_class, pci_scope=self.pci_scope
        )


class Namespace(ComponentResource):
    """The namespace with its guards: Pod Security, default-deny policies, quota, limits, a default service account
    without token, a binding for each role. `name` waits for all of them, so that nothing starts in an open place.
    """

    name: Output[str]

    def __init__(self, name: str, args: NamespaceArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:kubernetes:Namespace", name, {}, opts)
        reason = {"platform/pod-security-reason": args.pod_security_reason} if args.pod_security_reason else {}
        space = core.Namespace(
            name,
            metadata={
                "name": args.name,
                "labels": args.labels.of(args.name, args.more_labels, pod_security_labels(args.pod_security)),
                "annotations": reason or None,
            },
            opts=ResourceOptions(parent=self),
        )
        guards = _guards(name, args, ResourceOptions(parent=self, depends_on=[space]))
        self.name = Output.all(space.metadata, *(guard.metadata for guard in guards)).apply(lambda _: args.name)
        self.register_outputs({"name": self.name})


_Guard = networking.NetworkPolicy | core.ResourceQuota | core.LimitRange | core.ServiceAccount | rbac.RoleBinding


def pod_security_labels(level: PodSecurity) -> dict[str, str]:
    """Enforced, and in every mode at one pinned version (Kubernetes docs, "Pod Security Admission labels")."""
    prefix = "pod-security.kubernetes.io/"
    modes = ("enforce", "audit", "warn")
    return {f"{prefix}{mode}": level for mode in modes} | {
        f"{prefix}{mode}-version": POD_SECURITY_VERSION for mode in modes
    }


def _guards(name: str, args: NamespaceArgs, opts: ResourceOptions) -> list[_Guard]:
    def meta(called: str) -> Any:
        return {"name": called, "namespace": args.name, "labels": args.labels.of(args.name)}

    policies = {"deny-all": DENY_ALL, "allow-dns": ALLOW_DNS}
    return [
        *(
            networking.NetworkPolicy(f"{name}-{called}", metadata=meta(called), spec=spec, opts=opts)
            for called, spec in policies.items()
        ),
        core.ResourceQuota(f"{name}-quota", metadata=meta("quota"), spec={"hard": args.quota.hard()}, opts=opts),
        core.LimitRange(f"{name}-limits", metadata=meta("limits"), spec={"limits": args.quota.limits()}, opts=opts),
        core.ServiceAccount(
            f"{name}-default", metadata=meta("default"), automount_service_account_token=False, opts=opts
        ),
        *(
            rbac.RoleBinding(
                f"{name}-{role.removeprefix('platform:')}",
                metadata=meta(role),
                role_ref=role_ref(role),
                subjects=[one],
                opts=opts,
            )
            for role, one in _let_in(args).items()
        ),
    ]


def _let_in(args: NamespaceArgs) -> dict[str, Any]:
    """The subject of each ClusterRole that is bound here."""
    people: dict[str, Any] = {role: subject(role) for role in args.roles}
    return people | {acting_role(name): account_of(name) for name in args.controllers}
