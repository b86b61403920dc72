"""What roles in the cluster may do, as grants: verbs on resources, each named; nothing here has a wildcard."""

from dataclasses import dataclass
from typing import Any, Final

_LOOK = ("get", "list", "watch")
_KEEP = (*_LOOK, "create", "patch", "update", "delete")
# Never granted to people: each gives more than it names.
_NEVER = ("bind", "escalate", "impersonate", "*")


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
        if {*self.verbs} & {*_NEVER} and not (self.names and self.why):
            raise ValueError(f"{', '.join(self.verbs)} on {self.resources} needs names and a reason (why)")

    def rule(self) -> dict[str, Any]:
        """The rule of a Role or ClusterRole."""
        rule = {"apiGroups": [self.group], "resources": self.resources.split(), "verbs": list(self.verbs)}
        return {**rule, "resourceNames": list(self.names)} if self.names else rule


# Neither secrets nor what pods print; proxies and port-forward would go around network policies.
LOOKING: Final = (
    Grant("", "configmaps endpoints events limitranges persistentvolumeclaims pods resourcequotas", _LOOK),
    Grant("", "serviceaccounts services", _LOOK),
    Grant("apps", "daemonsets deployments replicasets statefulsets", _LOOK),
    Grant("autoscaling", "horizontalpodautoscalers", _LOOK),
    Grant("batch", "cronjobs jobs", _LOOK),
    Grant("discovery.k8s.io", "endpointslices", _LOOK),
    Grant("events.k8s.io", "events", _LOOK),
    Grant("networking.k8s.io", "ingresses networkpolicies", _LOOK),
    Grant("policy", "poddisruptionbudgets", _LOOK),
    Grant("argoproj.io", "analysisruns analysistemplates experiments rollouts", _LOOK),
    Grant("external-secrets.io", "externalsecrets secretstores", _LOOK),
    Grant("monitoring.coreos.com", "podmonitors prometheusrules servicemonitors", _LOOK),
    Grant("elbv2.k8s.aws", "targetgroupbindings", _LOOK),
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
_CLUSTER: Final = (
    Grant("", "namespaces nodes persistentvolumes", _LOOK),
    Grant("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations", _LOOK),
    Grant("admissionregistration.k8s.io", "validatingadmissionpolicies validatingadmissionpolicybindings", _LOOK),
    Grant("apiextensions.k8s.io", "customresourcedefinitions", _LOOK),
    Grant("apiregistration.k8s.io", "apiservices", _LOOK),
    Grant("argoproj.io", "clusteranalysistemplates", _LOOK),
    Grant("elbv2.k8s.aws", "ingressclassparams", _LOOK),
    Grant("external-secrets.io", "clusterexternalsecrets clustersecretstores", _LOOK),
    Grant("monitoring.coreos.com", "alertmanagers prometheuses", _LOOK),
    Grant("networking.k8s.io", "ingressclasses", _LOOK),
    Grant("rbac.authorization.k8s.io", "clusterrolebindings clusterroles rolebindings roles", _LOOK),
    Grant("scheduling.k8s.io", "priorityclasses", _LOOK),
    Grant("storage.k8s.io", "csidrivers storageclasses", _LOOK),
)
AUDITING: Final = (*LOOKING, *_CLUSTER)
DEPLOYING: Final = (*AUDITING,)
