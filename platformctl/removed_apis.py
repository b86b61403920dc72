"""The APIs of Kubernetes that a minor version no longer serves, by group version and kind.

Source: Kubernetes documentation, "Deprecated API Migration Guide", and for what was not yet removed when it was written
the lifecycle that k8s.io/api 0.36 declares (APILifecycleRemoved): a plan, which a later release may put off.
"""

from collections.abc import Iterator, Mapping

_KINDS: Mapping[int, Mapping[str, str]] = {
    22: {
        "admissionregistration.k8s.io/v1beta1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
        "apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
        "apiregistration.k8s.io/v1beta1": "APIService",
        "authentication.k8s.io/v1beta1": "TokenReview",
        "authorization.k8s.io/v1beta1": (
            "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"
        ),
        "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
        "coordination.k8s.io/v1beta1": "Lease",
        "extensions/v1beta1": "Ingress",
        "networking.k8s.io/v1beta1": "Ingress IngressClass",
        "rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding Role RoleBinding",
        "scheduling.k8s.io/v1beta1": "PriorityClass",
        "storage.k8s.io/v1beta1": "CSIDriver CSINode StorageClass VolumeAttachment",
    },
    25: {
        "autoscaling/v2beta1": "HorizontalPodAutoscaler",
        "batch/v1beta1": "CronJob",
        "discovery.k8s.io/v1beta1": "EndpointSlice",
        "events.k8s.io/v1beta1": "Event",
        "node.k8s.io/v1beta1": "RuntimeClass",
        "policy/v1beta1": "PodDisruptionBudget PodSecurityPolicy",
    },
    26: {
        "autoscaling/v2beta2": "HorizontalPodAutoscaler",
        "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
    },
    27: {"storage.k8s.io/v1beta1": "CSIStorageCapacity"},
    29: {"flowcontrol.apiserver.k8s.io/v1beta2": "FlowSchema PriorityLevelConfiguration"},
    32: {
        "admissionregistration.k8s.io/v1alpha1": "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
        "flowcontrol.apiserver.k8s.io/v1beta3": "FlowSchema PriorityLevelConfiguration",
    },
    34: {"admissionregistration.k8s.io/v1beta1": "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"},
    35: {"storage.k8s.io/v1alpha1": "VolumeAttributesClass"},
    37: {
        "certificates.k8s.io/v1alpha1": "ClusterTrustBundle",
        "networking.k8s.io/v1beta1": "IPAddress ServiceCIDR",
        "storage.k8s.io/v1beta1": "VolumeAttributesClass",
    },
    38: {
        "admissionregistration.k8s.io/v1alpha1": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
        "coordination.k8s.io/v1alpha2": "LeaseCandidate",
        "resource.k8s.io/v1beta1": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    },
    39: {
        "coordination.k8s.io/v1beta1": "LeaseCandidate",
        "resource.k8s.io/v1beta2": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    },
    40: {"admissionregistration.k8s.io/v1beta1": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"},
}
SOURCE = "Kubernetes documentation, Deprecated API Migration Guide, and k8s.io/api 0.36"


def _each() -> Iterator[tuple[tuple[str, str], int]]:
    for minor, versions in _KINDS.items():
        for version, kinds in versions.items():
            yield from (((version, kind), minor) for kind in kinds.split())


REMOVED_IN: Mapping[tuple[str, str], int] = dict(_each())  # (apps/v1beta1, Deployment) -> the first minor without it
