"""What the platform's controllers may do: see what they wait for everywhere, act only where a namespace lets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from components.cluster_grants import LOOK, Grant

ControllerName = Literal[
    "rollouts", "external-secrets", "ingress", "prometheus", "prometheus-operator", "kube-state-metrics", "exporter"
]
_WRITE = ("create", "delete", "patch", "update")
_EVENTS = Grant("", "events", ("create", "patch", "update"))


@dataclass(frozen=True, kw_only=True)
class Controller:
    """`own`: granted in its own namespace; `watching`: everywhere; `acting`: in namespaces that let it in."""

    namespace: str
    account: str  # its service account
    own: tuple[Grant, ...] = ()
    watching: tuple[Grant, ...] = ()
    acting: tuple[Grant, ...] = ()


def _leases(*names: str) -> tuple[Grant, ...]:
    """To be the one of several replicas that acts. What is created has no name yet for RBAC to tell it by."""
    held = Grant("coordination.k8s.io", "leases", ("get", "patch", "update"), names)
    return (Grant("coordination.k8s.io", "leases", ("create",)), held)


# Argo Rollouts v1.10.0, manifests/role/argo-rollouts-clusterrole.yaml, without: secrets of all namespaces (for analyses
# with credentials), Deployments (workloadRef), Services and experiments that it would create, other load balancers.
_ROLLOUTS = Controller(
    namespace="platform-rollouts",
    account="argo-rollouts",
    own=(
        *_leases("argo-rollouts-controller-lock"),
        Grant("", "configmaps", LOOK, ("argo-rollouts-config", "argo-rollouts-notification-configmap")),
        Grant("", "secrets", LOOK, ("argo-rollouts-notification-secret",)),
        _EVENTS,
    ),
    watching=(
        Grant("argoproj.io", "analysisruns analysistemplates clusteranalysistemplates experiments rollouts", LOOK),
        Grant("", "endpoints pods podtemplates services", LOOK),
        Grant("apps", "deployments replicasets", LOOK),
        Grant("batch", "jobs", LOOK),
        Grant("elbv2.k8s.aws", "targetgroupbindings", ("get", "list")),
        Grant("networking.k8s.io", "ingresses", LOOK),
    ),
    acting=(
        Grant("argoproj.io", "rollouts rollouts/finalizers rollouts/status", ("patch", "update")),
        Grant("argoproj.io", "analysisruns analysisruns/finalizers", _WRITE),
        Grant("apps", "replicasets", _WRITE),
        Grant("batch", "jobs", _WRITE),
        Grant("", "pods services", ("patch", "update")),
        Grant("", "pods/eviction", ("create",)),
        Grant("networking.k8s.io", "ingresses", ("patch", "update")),
        _EVENTS,
    ),
)
# Chart external-secrets, templates/rbac.yaml, without stores for all namespaces, generators, pushed secrets and tokens
# of service accounts. Its cache watches secrets, whole, in every namespace, which RBAC cannot narrow.
_EXTERNAL_SECRETS = Controller(
    namespace="platform-secrets",
    account="external-secrets",
    own=(*_leases("external-secrets-controller"), _EVENTS),
    watching=(
        Grant("external-secrets.io", "externalsecrets secretstores", LOOK),
        Grant("", "namespaces secrets", LOOK),
    ),
    acting=(
        Grant("external-secrets.io", "externalsecrets secretstores", ("patch", "update")),
        Grant("external-secrets.io", "externalsecrets/finalizers externalsecrets/status", ("patch", "update")),
        Grant("external-secrets.io", "secretstores/finalizers secretstores/status", ("patch", "update")),
        Grant("", "secrets", _WRITE),
        _EVENTS,
    ),
)
# Chart aws-load-balancer-controller, templates/rbac.yaml, without gateways, accelerators, secrets (for OIDC) and
# config maps (for target groups of several clusters).
_INGRESS = Controller(
    namespace="platform-ingress",
    account="aws-load-balancer-controller",
    own=(
        *_leases("aws-load-balancer-controller-leader"),
        _EVENTS,
    ),
    watching=(
        Grant("", "endpoints namespaces nodes pods services", LOOK),
        Grant("discovery.k8s.io", "endpointslices", LOOK),
        Grant("elbv2.k8s.aws", "ingressclassparams targetgroupbindings", LOOK),
        Grant("networking.k8s.io", "ingressclasses ingresses", LOOK),
    ),
    acting=(
        Grant("elbv2.k8s.aws", "targetgroupbindings", _WRITE),
        Grant("elbv2.k8s.aws", "targetgroupbindings/status", ("patch", "update")),
        Grant("networking.k8s.io", "ingresses ingresses/status", ("patch", "update")),
        Grant("", "services services/status pods/status", ("patch", "update")),
        _EVENTS,
    ),
)
# prometheus-operator v0.85.0, Documentation/platform/operator.md, "RBAC", without what is not made here: Thanos, and
# instances of other namespaces. The Endpoints of the kubelets stand in its own namespace.
_PROMETHEUS_OPERATOR = Controller(
    namespace="platform-telemetry",
    account="prometheus-operator",
    own=(
        Grant("monitoring.coreos.com", "alertmanagers prometheuses", (*LOOK, "patch", "update")),
        Grant(
            "monitoring.coreos.com",
            "alertmanagers/finalizers alertmanagers/status prometheuses/finalizers prometheuses/status",
            ("patch", "update"),
        ),
        Grant("apps", "statefulsets", (*LOOK, *_WRITE)),
        Grant("", "configmaps secrets", (*LOOK, *_WRITE)),  # the configuration that it writes for Prometheus
        Grant("", "endpoints services services/finalizers", ("create", "delete", "get", "list", "update")),
        Grant("discovery.k8s.io", "endpointslices", ("create", "delete", "get", "list", "update")),
        Grant("", "pods", ("delete", "list")),
        _EVENTS,
    ),
    watching=(
        Grant(
            "monitoring.coreos.com",
            "alertmanagerconfigs podmonitors probes prometheusrules scrapeconfigs servicemonitors",
            LOOK,
        ),
        Grant("", "namespaces nodes", LOOK),
    ),
)
_PROMETHEUS = Controller(
    namespace="platform-telemetry",
    account="prometheus",
    watching=(
        Grant("", "endpoints nodes pods services", LOOK),
        Grant("", "nodes/metrics", ("get",)),  # what containers use, of each kubelet
        Grant("discovery.k8s.io", "endpointslices", LOOK),
    ),
)
# kube-state-metrics v2.16.0, examples/standard/cluster-role.yaml, of what components.charts.prometheus has it measure.
_STATE_METRICS = Controller(
    namespace="platform-telemetry",
    account="kube-state-metrics",
    watching=(
        Grant("", "nodes pods resourcequotas", ("list", "watch")),
        Grant("apps", "deployments replicasets statefulsets", ("list", "watch")),
        Grant("autoscaling", "horizontalpodautoscalers", ("list", "watch")),
        Grant("batch", "jobs", ("list", "watch")),
    ),
)
# What the platform's exporter looks at every few seconds: whether an aborted release still has traffic.
_EXPORTER = Controller(
    namespace="platform-telemetry",
    account="platform-exporter",
    watching=(Grant("argoproj.io", "rollouts", ("list",)),),
)
CONTROLLERS: Final[Mapping[ControllerName, Controller]] = {
    "rollouts": _ROLLOUTS,
    "external-secrets": _EXTERNAL_SECRETS,
    "ingress": _INGRESS,
    "prometheus-operator": _PROMETHEUS_OPERATOR,
    "prometheus": _PROMETHEUS,
    "kube-state-metrics": _STATE_METRICS,
    "exporter": _EXPORTER,
}
# Those that a namespace of a service lets act in it.
ACTING_IN_SERVICES: Final[tuple[ControllerName, ...]] = ("rollouts", "external-secrets", "ingress")


def watching_role(name: ControllerName) -> str:
    """The ClusterRole that is bound everywhere."""
    return f"platform:{name}-watching"


def acting_role(name: ControllerName) -> str:
    """The ClusterRole that a namespace binds to let the controller act in it."""
    return f"platform:{name}-acting"


def own_role(name: ControllerName) -> str:
    """The Role in the controller's own namespace."""
    return f"platform:{name}-own"


def account_of(name: ControllerName) -> Any:
    """The controller's service account, as the subject of a binding."""
    controller = CONTROLLERS[name]
    return {"kind": "ServiceAccount", "name": controller.account, "namespace": controller.namespace}
