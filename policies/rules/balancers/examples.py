"""How the examples of the rules on load balancers write one."""

from typing import Any

from policies import tokens
from policies.examples import Node, Ref
from policies.rules.balancers.ingresses import PREFIX

INGRESS_CLASS = Node(
    tokens.INGRESS_CLASS,
    "class",
    {
        "metadata": {"name": "alb"},
        "spec": {
            "controller": "ingress.k8s.aws/alb",
            "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "shared"},
        },
    },
)


def class_params(**spec: object) -> Node:
    """What the class of the Ingresses says for all of them."""
    return Node(tokens.INGRESS_CLASS_PARAMS, "params", {"metadata": {"name": "shared"}, "spec": spec})


def load_balancer(*, kind: Any = tokens.LOAD_BALANCER, **properties: object) -> Node:
    """A load balancer that asks for nothing besides."""
    return Node(kind, "web", properties)


def listener(*, kind: Any = tokens.LISTENER, **properties: object) -> Node:
    """A listener of that load balancer."""
    return Node(kind, "listener", {"loadBalancerArn": Ref("web")} | properties)


def ingress(name: str = "api", /, *, prefix: Any = PREFIX, class_: Any = "alb", **annotations: object) -> Node:
    """An Ingress of the controller with these annotations of it."""
    given = {f"{prefix}{key}": value for key, value in annotations.items()}
    return Node(
        tokens.INGRESS,
        name,
        {"metadata": {"name": name, "annotations": given}, "spec": {"ingressClassName": class_}},
    )
