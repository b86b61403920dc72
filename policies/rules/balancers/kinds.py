"""What kind of load balancer a resource is."""

from policies.resource import Resource


def is_application(balancer: Resource) -> bool:
    """Whether it speaks HTTP; unset, it does."""
    return bool(balancer.props.get("loadBalancerType", "application") == "application")
