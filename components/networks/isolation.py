"""The network ACL of isolated subnets: private ones reach databases there, nothing else comes or goes."""

from collections.abc import Iterable

from pulumi import ResourceOptions
from pulumi_aws import ec2

from components.networks.layout import SubnetBlock
from components.networks.routes import Subnets
from components.tags import tagged

DATABASE_PORT = 5432
_REPLY_PORTS = (1024, 65535)  # an ACL remembers no connections: answers leave by the ports they go to
_FIRST_RULE = 1000  # leaves room before it for an emergency deny


def guard_isolated(
    name: str, vpc: ec2.Vpc, subnets: Subnets, clients: Iterable[SubnetBlock], child: ResourceOptions
) -> ec2.NetworkAcl:
    """One ACL for all isolated `subnets`. Its rules are resources of their own, a pair for each client
    subnet, numbered by that subnet's place in the network, so that another zone or tier adds rules and
    changes none.

    AWS allows 20 rules in a direction, 40 on request: that many private subnets can be clients.
    """
    own = f"{name}-isolated"
    acl = ec2.NetworkAcl(own, vpc_id=vpc.id, tags=tagged(own), opts=child)
    for (zone, tier), subnet in subnets.items():
        ec2.NetworkAclAssociation(f"{name}-{zone}-{tier}", network_acl_id=acl.id, subnet_id=subnet.id, opts=child)
    for block in clients:
        for direction, egress, (first, last) in (
            ("in", False, (DATABASE_PORT, DATABASE_PORT)),
            ("out", True, _REPLY_PORTS),
        ):
            ec2.NetworkAclRule(
                f"{own}-{direction}-{block.zone}-{block.tier}",
                network_acl_id=acl.id,
                egress=egress,
                rule_number=_FIRST_RULE + block.ipv6_index,
                rule_action="allow",
                protocol="tcp",
                cidr_block=str(block.cidr),
                from_port=first,
                to_port=last,
                opts=child,
            )
    return acl
