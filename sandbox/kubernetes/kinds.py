"""Kinds of objects: what a type token means, which kinds have no namespace, and which tokens are refused."""

from __future__ import annotations

from dataclasses import dataclass

RELEASE = "kubernetes:helm.sh/v3:Release"


class UnsupportedTypeError(ValueError):
    """A type of the package that is no object of an API server."""


@dataclass(frozen=True)
class Kind:
    """One kind of object in one version of its API group; the core group is empty."""

    group: str
    version: str
    name: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def built_in(self) -> bool:
        """Whether the API server has this group by itself; every other one comes with a definition."""
        return self.group in BUILT_IN_GROUPS

    @property
    def namespaced(self) -> bool | None:
        """Whether its objects live in namespaces; None where only a definition could tell."""
        return (self.group, self.name) not in CLUSTER_SCOPED if self.built_in else None

    def __str__(self) -> str:
        return f"{self.api_version} {self.name}"


def kind_of(token: str) -> Kind:
    """The kind that a type such as `kubernetes:apps/v1:Deployment` stands for; UnsupportedTypeError for the others."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    group, _, version = module.rpartition("/")
    found = Kind("" if group == "core" else group, version, name)
    family = _FAMILIES.get(group)
    if package != "kubernetes" or not name or not group:
        raise UnsupportedTypeError(f"the sandbox's kubernetes provider does not serve resource type {token}")
    if family:
        raise UnsupportedTypeError(f"the sandbox does not serve {token}: {family}")
    if found.built_in and name.endswith("List"):
        raise UnsupportedTypeError(
            f"the sandbox does not serve {token}: a list is no object of its own; declare each of its items"
        )
    if found.built_in and name.endswith("Patch"):
        whole = name.removesuffix("Patch")
        raise UnsupportedTypeError(
            f"the sandbox does not serve {token}: it changes an object that somebody else owns; declare the {whole}, "
            f"or import it"
        )
    return found


_CLIENT_SIDE = "it makes its objects outside of the engine's sight; declare them one by one"
_FAMILIES = {
    "yaml": _CLIENT_SIDE,
    "kustomize": _CLIENT_SIDE,
    "helm.sh": "only kubernetes:helm.sh/v3:Release is; a Chart has to be rendered by Helm, which is not here",
}

# Groups and kinds without a namespace of Kubernetes 1.34: api/openapi-spec/swagger.json of k8s.io/kubernetes v1.34.2.
BUILT_IN_GROUPS = frozenset(
    {
        *("", "apps", "autoscaling", "batch", "policy"),
        *(f"{name}.k8s.io" for name in ("admissionregistration", "apiextensions", "apiregistration")),
        *(f"{name}.k8s.io" for name in ("authentication", "authorization", "rbac.authorization", "certificates")),
        *(f"{name}.k8s.io" for name in ("coordination", "discovery", "events", "networking", "node", "resource")),
        *(f"{name}.k8s.io" for name in ("scheduling", "storage", "storagemigration", "internal.apiserver")),
        "flowcontrol.apiserver.k8s.io",
    }
)
_WITHOUT_NAMESPACE = {
    "": ("Namespace", "Node", "PersistentVolume"),
    "admissionregistration.k8s.io": (
        *("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"),
        *("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"),
    ),
    "apiextensions.k8s.io": ("CustomResourceDefinition",),
    "apiregistration.k8s.io": ("APIService",),
    "authentication.k8s.io": ("SelfSubjectReview", "TokenReview"),
    "authorization.k8s.io": ("SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"),
    "certificates.k8s.io": ("CertificateSigningRequest", "ClusterTrustBundle"),
    "flowcontrol.apiserver.k8s.io": ("FlowSchema", "PriorityLevelConfiguration"),
    "internal.apiserver.k8s.io": ("StorageVersion",),
    "networking.k8s.io": ("IPAddress", "IngressClass", "ServiceCIDR"),
    "node.k8s.io": ("RuntimeClass",),
    "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding"),
    "resource.k8s.io": ("DeviceClass", "DeviceTaintRule", "ResourceSlice"),
    "scheduling.k8s.io": ("PriorityClass",),
    "storage.k8s.io": ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"),
    "storagemigration.k8s.io": ("StorageVersionMigration",),
}
CLUSTER_SCOPED = frozenset((group, name) for group, names in _WITHOUT_NAMESPACE.items() for name in names)
