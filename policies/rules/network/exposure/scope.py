"""What the three rules look at, and how they speak of it."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.network.permissions import GROUPS, Permission

EXPOSURE = "exposure"  # the tag by which a group says what it is open for
PUBLIC_LOAD_BALANCER = "public-load-balancer"
TYPES = (*GROUPS, tokens.SECURITY_GROUP_RULE, tokens.INGRESS_RULE)
# What the rules read alike: the openings, and which group, protocol and prefix list they are of.
OPENINGS = (
    *("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6", "prefixListId", "prefixListIds"),
    *("fromPort", "toPort"),
)
CONTEXT = ("ipProtocol", "securityGroupId", "type", "entries.cidr", "cidr")


def group_of(resource: Resource, graph: Graph) -> Resource | None:
    """The group that permits: the resource itself, or that of a separate rule; None if it is elsewhere."""
    return resource if resource.type in GROUPS else graph.resolve(resource, "securityGroupId", *GROUPS)


def service(permission: Permission) -> str:
    """The protocol and the ports, as people say them."""
    ports = permission.ports
    name = "every protocol" if permission.protocol == "-1" else permission.protocol
    if len(ports) in (0, 65_536):
        return name
    return f"{name} {ports[0]}" if len(ports) == 1 else f"{name} {ports[0]}-{ports[-1]}"
