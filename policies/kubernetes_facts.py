"""What the Kubernetes rules and the cluster's admission policies both demand: one value each, so that CI and the
cluster cannot disagree.

Regular expressions are in the common part of Python's `re` and of RE2, which CEL's `matches` uses; they are anchored.
"""

import re

# The version of the Pod Security Standards that namespaces pin and that rules judge by (k8s.io/pod-security-admission).
POD_SECURITY_VERSION = "v1.34"
POD_SECURITY_LEVEL = "restricted"
ENFORCE_LABEL = "pod-security.kubernetes.io/enforce"
ENFORCE_VERSION_LABEL = "pod-security.kubernetes.io/enforce-version"

# Any private registry of ECR: the form is that of AWS's documentation, "Amazon ECR private registries".
ECR_REGISTRY = r"[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z]{2}(-[a-z]+)+-[0-9]\.amazonaws\.com(\.cn)?"
_REPOSITORY = r"[a-z0-9]+([._/-]+[a-z0-9]+)*"
_DIGEST = r"@sha256:[0-9a-f]{64}"

# Labels that say on every pod what it is and who answers for it.
REQUIRED_POD_LABELS = ("app.kubernetes.io/name", "app.kubernetes.io/part-of", "platform/owner")
# Probes of every container that is meant to keep running.
REQUIRED_PROBES = ("livenessProbe", "readinessProbe")
# On a pod or service account, what it needs the Kubernetes API for: only then may it have a token.
API_ANNOTATION = "platform/kubernetes-api"
# On an Ingress that the internet is meant to reach; its value, too.
EXPOSURE_ANNOTATION = "platform/exposure"
PUBLIC = "public"
# Whom Kubernetes counts as everybody, or lets do anything (docs, "Using RBAC Authorization" and "Authenticating").
EVERYBODY = (
    "system:anonymous",
    "system:authenticated",
    "system:masters",
    "system:serviceaccounts",
    "system:unauthenticated",
)
# Namespaces of what the platform itself runs.
PLATFORM_NAMESPACES = (
    "platform-dashboards",
    "platform-ingress",
    "platform-rollouts",
    "platform-secrets",
    "platform-telemetry",
)
# Cluster roles that read the secrets of every namespace, which is what their controllers are for: External Secrets
# caches those that it keeps up to date, and RBAC cannot narrow a watch.
SECRET_READERS = ("platform:external-secrets-watching",)
# Kubernetes' own namespaces, where none of our workloads runs and admission must not stop the cluster.
EXEMPT_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")


def image_pattern(*registries: str) -> str:
    """The expression that an image must match: of one of `registries` (host names, such as
    `111122223333.dkr.ecr.eu-central-1.amazonaws.com`; any private ECR registry without them), and by digest.
    """
    hosts = "|".join(re.escape(registry) for registry in registries) or ECR_REGISTRY
    return f"^({hosts})/{_REPOSITORY}(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?{_DIGEST}$"
