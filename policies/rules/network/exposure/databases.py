"""Databases and caches are reached from their own network alone."""

from collections.abc import Iterator

from policies import tokens
from policies.cidr import Network, networks, within
from policies.controls import pci, soc2
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.network.exposure.examples import (
    HTTPS,
    POSTGRES,
    VPC,
    VPC_6,
    WEB,
    WORLD,
    group,
    old_rule,
    prefixes,
    rule,
)
from policies.rules.network.exposure.scope import CONTEXT, OPENINGS, TYPES, group_of, service
from policies.rules.network.permissions import Permission, each, inline

_DATABASE_PORTS = (1433, 1521, 3306, 5432, 5439, 6379, 6380, 8182, 9042, 9200, 11211, 27017)


def _database_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if not permission.opens(_DATABASE_PORTS) or not permission.ranges:
            return
        own = _own_network(resource, graph)
        for network in permission.ranges:
            if not within(network, own):
                message = f"{service(permission)} reaches a database port from {network}, outside this VPC"
                yield Problem(permission.source_property, message)

    return each(resource, graph, "ingress", check)


def _own_network(resource: Resource, graph: Graph) -> list[Network]:
    """The address ranges of the VPC that a group or rule is in; none if this stack does not know that VPC."""
    owner = group_of(resource, graph)
    vpc = graph.resolve(owner, "vpcId", tokens.VPC) if owner else None
    if vpc is None:
        return []
    cidrs = [vpc.props.get(key) for key in ("cidrBlock", "ipv6CidrBlock")]
    cidrs += [more.props.get("cidrBlock") for more in graph.referrers(vpc, tokens.VPC_CIDR, "vpcId")]
    return networks(cidr for cidr in cidrs if cidr)


NO_DATABASE_PORTS = Rule(
    id="NET-03",
    name="no-database-ports-from-outside",
    summary="Database and cache ports are reached from inside the VPC alone.",
    severity=Severity.CRITICAL,
    pack=Pack.ACCESS_CONTROL,
    types=TYPES,
    reads=(*OPENINGS, "vpcId", "cidrBlock", "ipv6CidrBlock", "protocol", *CONTEXT),
    controls=(*pci("L", "1.3.1"), *soc2("CC6.6")),
    remedy="Name the group that may connect: referenced_security_group_id=client.id.",
    problems=_database_problems,
    needs_graph=True,
    passes=(
        (VPC, WEB, rule(**POSTGRES, cidrIpv4="10.0.1.0/24")),
        (VPC_6, WEB, rule(**POSTGRES, cidrIpv6="2001:db8:0:1::/64")),
        (VPC_6, WEB, old_rule(**POSTGRES, ipv6CidrBlocks=["2001:db8::/57", "2001:db8:0:80::/57"])),
        (VPC, WEB, rule(**POSTGRES, referencedSecurityGroupId=Ref("web"))),
        (VPC, WEB, rule(**HTTPS, cidrIpv4="0.0.0.0/0")),
        (VPC, group(**inline("ingress", **POSTGRES, cidrBlocks=["10.0.0.0/17", "10.0.128.0/17"]))),
        (
            VPC,
            Node(tokens.VPC_CIDR, "more", {"vpcId": Ref("main"), "cidrBlock": "10.9.0.0/16"}),
            WEB,
            rule(**POSTGRES, cidrIpv4="10.9.3.0/24"),
        ),
    ),
    fails=(
        (VPC, WEB, rule(**POSTGRES, cidrIpv4="10.1.0.0/16")),
        (VPC, WEB, rule(**POSTGRES, prefixListId=Ref("list")), prefixes("10.1.0.0/16")),
        (VPC, group(**inline("ingress", **POSTGRES, prefixListIds=[Ref("list")])), prefixes("10.1.0.0/16")),
        (VPC, WEB, rule(**POSTGRES, cidrIpv4="10.0.0.0/15")),
        (VPC, WEB, rule(**POSTGRES, cidrIpv4="203.0.113.7/32")),
        (VPC, WEB, rule(fromPort=6000, toPort=7000, cidrIpv4="192.168.0.0/24")),
        (VPC, WEB, rule(ipProtocol="-1", cidrIpv4="192.168.0.0/24")),
        (VPC, WEB, old_rule(**POSTGRES, ipv6CidrBlocks=["2001:db8::/64"])),
        (VPC, group(**inline("ingress", **POSTGRES, cidrBlocks=["10.0.0.0/24", "10.1.0.0/24"]))),
        (rule(**POSTGRES, cidrIpv4="10.0.0.0/24", securityGroupId="sg-elsewhere"),),
    ),
    undecided=((VPC, Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("web")}), rule(**POSTGRES, **WORLD)),),
)
