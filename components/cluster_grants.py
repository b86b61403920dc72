"""What roles in the cluster may do, as grants: verbs on resources, each named; nothing here has a wildcard."""

from dataclasses import dataclass
from typing import Any, Final

LOOK: Final = ("get", "list", "watch")
# Each gives more than it names.
_WIDE = ("bind", "escalate", "impersonate")


@dataclass(frozen=True)
class Grant:
    """`verbs` on `resources` of the API group `group`, on the objects called `names` or on all.

    `why`: the reason for a verb that gives more than it names (bind, escalate).
    """

    group: str  # "" is the core group
    resources: str  # separated by blanks
    verbs: tuple[str, ...]
    names: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        if "*" in (self.group, *self.resources.split(), *self.verbs):
            raise ValueError(f"a grant names what it allows, got a wildcard in {self.group}/{self.resources}")
        if {*self.verbs} & {*_WIDE} and not (self.names and self.why):
            raise ValueError(f"{', '.join(self.verbs)} on {self.resources} needs names and a reason (why)")

    def rule(self) -> Any:
        """The rule of a Role or ClusterRole."""
        rule: dict[str, Any] = {
            "apiGroups": [self.group],
            "resources": self.resources.split(),
            "verbs": list(self.verbs),
        }
        return {**rule, "resourceNames": list(self.names)} if self.names else rule


# Neither secrets nor what pods print; proxies and port-forward would go around network policies (but see FORWARDING).
LOOKING: Final = (
    Grant("", "configmaps endpoints events limitranges persistentvolumeclaims pods resourcequotas", LOOK),
    Grant("", "serviceaccounts services", LOOK),
    Grant("apps", "daemonsets deployments replicasets statefulsets", LOOK),
    Grant("autoscaling", "horizontalpodautoscalers", LOOK),
    Grant("batch", "cronjobs jobs", LOOK),
    Grant("discovery.k8s.io", "endpointslices", LOOK),
    Grant("events.k8s.io", "events", LOOK),
    Grant("networking.k8s.io", "ingresses networkpolicies", LOOK),
    Grant("policy", "poddisruptionbudgets", LOOK),
    Grant("argoproj.io", "analysisruns analysistemplates experiments rollouts", LOOK),
    Grant("external-secrets.io", "externalsecrets secretstores", LOOK),
    Grant("monitoring.coreos.com", "podmonitors prometheusrules servicemonitors", LOOK),
    Grant("elbv2.k8s.aws", "targetgroupbindings", LOOK),
    Grant("vpcresources.k8s.aws", "securitygrouppolicies", LOOK),
    Grant("metrics.k8s.io", "pods", ("get", "list")),
)
# On call: stop a release, go on, try again (status), restart, replace a pod, add pods; and read what pods print.
# What a patch of a rollout may change, the admission policy `on-call-restarts-only` says: RBAC knows no fields.
ACTING: Final = (
    Grant("", "pods/log", ("get",)),
    Grant("", "pods", ("delete",)),
    Grant("", "pods/eviction", ("create",)),
    Grant("apps", "deployments/scale", ("get", "patch", "update")),
    Grant("argoproj.io", "rollouts rollouts/status", ("patch",)),
    Grant("argoproj.io", "rollouts/scale", ("get", "patch", "update")),
)
# To Grafana, in its namespace alone, where nothing else runs. kubectl comes by WebSocket, which is a get, and by SPDY
# where that is refused, a create (Kubernetes docs, "Using RBAC Authorization"; KEP 4006).
FORWARDING_ROLE: Final = "platform:dashboards"
FORWARDING: Final = (Grant("", "pods/portforward", ("create", "get")),)
SEEING_NODES: Final = (Grant("", "namespaces nodes", LOOK),)
_CLUSTER: Final = (
    *SEEING_NODES,
    Grant("", "persistentvolumes", LOOK),
    Grant("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations", LOOK),
    Grant("admissionregistration.k8s.io", "validatingadmissionpolicies validatingadmissionpolicybindings", LOOK),
    Grant("apiextensions.k8s.io", "customresourcedefinitions", LOOK),
    Grant("apiregistration.k8s.io", "apiservices", LOOK),
    Grant("argoproj.io", "clusteranalysistemplates", LOOK),
    Grant("elbv2.k8s.aws", "ingressclassparams", LOOK),
    Grant("external-secrets.io", "clusterexternalsecrets clustersecretstores", LOOK),
    Grant("monitoring.coreos.com", "alertmanagers prometheuses", LOOK),
    Grant("networking.k8s.io", "ingressclasses", LOOK),
    Grant("rbac.authorization.k8s.io", "clusterrolebindings clusterroles rolebindings roles", LOOK),
    Grant("scheduling.k8s.io", "priorityclasses", LOOK),
    Grant("storage.k8s.io", "csidrivers storageclasses", LOOK),
)
AUDITING: Final = (*LOOKING, *_CLUSTER)
