"""What the pipeline may do in the cluster: make, change and remove the kinds of objects of the program, each named."""

from typing import Final

from components.cluster_grants import AUDITING, FORWARDING_ROLE, Grant
from components.controller_grants import CONTROLLERS, acting_role, own_role, watching_role

DEPLOY_ROLE: Final = "platform:deploy"
WEBHOOK_CERTIFICATE: Final = "aws-load-balancer-tls"  # what the chart calls the Secret of its webhook
WEBHOOK_ROLE: Final = "platform:deploy-webhook-certificate"
_KEEP = ("create", "delete", "patch", "update")  # with what AUDITING sees: all that a resource's life needs
_PEOPLE = ("platform:engineer", "platform:on-call", "platform:auditor", "platform:preview")
_CLUSTER_ROLES = (
    *_PEOPLE,
    *(watching_role(name) for name in CONTROLLERS),
    *(acting_role(name) for name, one in CONTROLLERS.items() if one.acting),
)
_ROLES = (WEBHOOK_ROLE, FORWARDING_ROLE, *(own_role(name) for name, one in CONTROLLERS.items() if one.own))
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
    Grant("monitoring.coreos.com", "podmonitors prometheuses prometheusrules servicemonitors", _KEEP),
    Grant("networking.k8s.io", "ingressclasses ingresses networkpolicies", _KEEP),
    Grant("policy", "poddisruptionbudgets", _KEEP),
    Grant(_RBAC, "clusterrolebindings clusterroles rolebindings roles", _KEEP),
    Grant(_RBAC, "clusterroles", ("bind", "escalate"), _CLUSTER_ROLES, _WHY),
    Grant(_RBAC, "roles", ("bind", "escalate"), _ROLES, _WHY),
    Grant("storage.k8s.io", "storageclasses", _KEEP),
    Grant("vpcresources.k8s.aws", "securitygrouppolicies", _KEEP),
)
# In the load balancer controller's namespace alone, where its chart keeps the certificate of its webhook.
WEBHOOK_SECRET: Final = (
    Grant("", "secrets", ("create",)),  # what is created has no name yet for RBAC to tell it by
    Grant("", "secrets", ("delete", "get", "patch", "update"), (WEBHOOK_CERTIFICATE,)),
)
