"""How the examples of the rules on load balancers write one."""

from policies import tokens
from policies.examples import Node, Ref
from policies.rules.balancers.ingresses import PREFIX


def load_balancer(*, kind: str = tokens.LOAD_BALANCER, **properties: object) -> Node:
    """A load balancer that asks for nothing besides."""
    return Node(kind, "web", properties)


def listener(*, kind: str = tokens.LISTENER, **properties: object) -> Node:
    """A listener of that load balancer."""
    return Node(kind, "listener", {"loadBalancerArn": Ref("web")} | properties)


def ingress(name: str = "api", *, prefix: str = PREFIX, class_: str = "alb", **annotations: object) -> Node:
    """An Ingress of the controller with these annotations of it."""
    given = {f"{prefix}{key}": value for key, value in annotations.items()}
    return Node(
        tokens.INGRESS,
        name,
        {"metadata": {"name": name, "annotations": given}, "spec": {"ingressClassName": class_}},
    )
