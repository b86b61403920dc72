"""What the pipeline may do in the cluster: make, change and remove the kinds of objects of the program, each named."""

from collections.abc import Mapping
from typing import Final, Literal

from components.charts import prometheus
from components.cluster_grants import AUDITING, FORWARDING_ROLE, Grant
from components.controller_grants import CONTROLLERS, acting_role, own_role, watching_role

DEPLOY_ROLE: Final = "platform:deploy"
WEBHOOK_CERTIFICATE: Final = "aws-load-balancer-tls"  # what the chart calls the Secret of its webhook
SecretRoleName = Literal["platform:deploy-webhook-certificate", "platform:deploy-alertmanager-configuration"]
WEBHOOK_ROLE: Final = "platform:deploy-webhook-certificate"
# What kube-prometheus-stack calls the Secret that it keeps Alertmanager's configuration in (templates/alertmanager).
ALERTMANAGER_CONFIGURATION: Final = f"alertmanager-{prometheus.NAME}-alertmanager"
ALERTMANAGER_ROLE: Final = "platform:deploy-alertmanager-configuration"
_KEEP = ("create", "delete", "patch", "update")  # with what AUDITING sees: all that a resource's life needs
_PEOPLE = ("platform:engineer", "platform:on-call", "platform:auditor", "platform:preview")
_CLUSTER_ROLES = (
    *_PEOPLE,
    *(watching_role(name) for name in CONTROLLERS),
    *(acting_role(name) for name, one in CONTROLLERS.items() if one.acting),
)
_ROLES = (
    WEBHOOK_ROLE,
    ALERTMANAGER_ROLE,
    FORWARDING_ROLE,
    *(own_role(name) for name, one in CONTROLLERS.items() if one.own),
)
_RBAC = "rbac.authorization.k8s.io"
_WHY = (
    "people and controllers may do what the pipeline itself may not, secrets among it; its own role is not among the "
    "names, so that it cannot give itself more"
)

# A new kind of object in the program needs a line here, and break-glass to apply it: platformctl cluster bootstrap.
DEPLOYING: Final = (
    *AUDITING,
    Grant(
        "", "configmaps limitranges namespaces persistentvolumeclaims resourcequotas serviceaccounts services", _KEEP
    ),
    Grant("admissionregistration.k8s.io", "mutatingwebhookconfigurations validatingwebhookconfigurations", _KEEP),
    Grant("admissionregistration.k8s.io", "validatingadmissionpolicies validatingadmissionpolicybindings", _KEEP),
    Grant("apiextensions.k8s.io", "customresourcedefinitions", _KEEP),
    Grant("apps", "deployments statefulsets", _KEEP),
    Grant("argoproj.io", "analysistemplates rollouts", _KEEP),
    Grant("autoscaling", "horizontalpodautoscalers", _KEEP),
    Grant("batch", "jobs", _KEEP),
    Grant("elbv2.k8s.aws", "ingressclassparams", _KEEP),
    Grant("external-secrets.io", "externalsecrets secretstores", _KEEP),
    Grant("monitoring.coreos.com", "alertmanagers podmonitors prometheuses prometheusrules servicemonitors", _KEEP),
    Grant("networking.k8s.io", "ingressclasses ingresses networkpolicies", _KEEP),
    Grant("policy", "poddisruptionbudgets", _KEEP),
    Grant(_RBAC, "clusterrolebindings clusterroles rolebindings roles", _KEEP),
    Grant(_RBAC, "clusterroles", ("bind", "escalate"), _CLUSTER_ROLES, _WHY),
    Grant(_RBAC, "roles", ("bind", "escalate"), _ROLES, _WHY),
    Grant("storage.k8s.io", "storageclasses", _KEEP),
    Grant("vpcresources.k8s.aws", "securitygrouppolicies", _KEEP),
)


def _secret(name: str) -> tuple[Grant, ...]:
    """What a chart's release needs to keep one secret."""
    return (
        Grant("", "secrets", ("create",)),  # what is created has no name yet for RBAC to tell it by
        Grant("", "secrets", ("delete", "get", "patch", "update"), (name,)),
    )


# Each in the namespace of its chart alone. Neither holds what a person made: a certificate that is made anew, and a
# configuration without secrets (components/alerting).
SECRET_GRANTS: Final[Mapping[SecretRoleName, tuple[Grant, ...]]] = {
    WEBHOOK_ROLE: _secret(WEBHOOK_CERTIFICATE),
    ALERTMANAGER_ROLE: _secret(ALERTMANAGER_CONFIGURATION),
}
