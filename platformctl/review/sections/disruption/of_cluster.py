"""What changes of objects in the cluster do."""

from collections.abc import Mapping

from platformctl.review.sections.disruption.effect import GONE, UPDATE, Effect
from policies import tokens

_KUBERNETES = "Kubernetes documentation, Workloads"
_TEMPLATE = ("spec",)

OF_CLUSTER = (
    Effect(
        (tokens.STATEFUL_SET, tokens.DAEMON_SET),
        UPDATE,
        "rolling",
        "its pods restart one after another",
        _KUBERNETES,
        _TEMPLATE,
    ),
    Effect(
        (tokens.STATEFUL_SET, tokens.DAEMON_SET, tokens.DEPLOYMENT, tokens.ROLLOUT),
        GONE,
        "outage",
        "all its pods end; new ones start from nothing",
        _KUBERNETES,
    ),
    Effect(
        (tokens.SERVICE,),
        GONE,
        "cut",
        "its address changes: clients that keep it fail",
        "Kubernetes documentation, Service",
    ),
    Effect(
        (tokens.INGRESS,),
        GONE,
        "outage",
        "its load balancer goes, with its name and addresses",
        "AWS Load Balancer Controller documentation, Ingress",
    ),
    Effect(
        (tokens.NAMESPACE,),
        GONE,
        "outage",
        "everything in it is deleted with it",
        "Kubernetes documentation, Namespaces",
    ),
    Effect(
        (tokens.CHART_RELEASE,),
        UPDATE,
        "rolling",
        "what the chart runs restarts, as its templates say",
        "Helm documentation, helm upgrade",
        ("version", "values", "chart"),
    ),
    Effect((tokens.CHART_RELEASE,), GONE, "outage", "what the chart runs ends", "Helm documentation, helm uninstall"),
)
# Annotations of an Ingress by which the controller makes another load balancer.
OTHER_BALANCER: Mapping[str, str] = {
    "alb.ingress.kubernetes.io/load-balancer-name": "another name",
    "alb.ingress.kubernetes.io/scheme": "another scheme",
    "alb.ingress.kubernetes.io/group.name": "another group",
}
BALANCER_SOURCE = "AWS Load Balancer Controller documentation, Ingress annotations"
