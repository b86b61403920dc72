"""Databases accept named groups, and nothing leaves the data tier."""

from collections.abc import Iterator

from policies import tokens
from policies.cidr import is_internet
from policies.controls import pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.network.permissions import Permission, inline, of_group

_DATABASES = (tokens.DATABASE_INSTANCE, tokens.DATABASE_CLUSTER)


def _egress_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if len(permission.ports) == 65_536 and is_internet(permission.ranges):
            yield Problem(permission.source_property, f"{permission.resource.name} lets data leave to anywhere")

    return decide(of_group(group, graph, "egress"), check)


def _is_data_tier(group: Resource, graph: Graph) -> bool:
    if graph.tag(group, "tier") == "data" or graph.tag(group, "tier-kind") == "isolated":
        return True
    return _guards_database(group, graph)


def _guards_database(group: Resource, graph: Graph) -> bool:
    return any(graph.referrers(group, type_, "vpcSecurityGroupIds") for type_ in _DATABASES)


def _database_source_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if permission.names_ranges:
            path, where = permission.source_property, permission.resource.name
            yield Problem(path, f"{where} lets address ranges reach a database instead of named groups")

    return decide(of_group(group, graph, "ingress"), check)


def _rule(type_: str = tokens.INGRESS_RULE, **properties: object) -> Node:
    return Node(type_, "rule", {"securityGroupId": Ref("db"), "ipProtocol": "-1", **properties})


_DB = Node(tokens.SECURITY_GROUP, "db", {"tags": {"tier": "data"}})
_INSTANCE = Node(tokens.DATABASE_INSTANCE, "ledger", {"vpcSecurityGroupIds": [Ref("db")]})
_CLUSTER = Node(tokens.DATABASE_CLUSTER, "ledger", {"vpcSecurityGroupIds": [Ref("db")]})
_OUT = tokens.EGRESS_RULE
_INSIDE = Node(tokens.PREFIX_LIST, "list", {"entries": [{"cidr": "10.0.0.0/16"}]})
_EVERYWHERE = Node(tokens.PREFIX_LIST, "list", {"entries": [{"cidr": "0.0.0.0/0"}]})
_ANY = {"protocol": "-1", "fromPort": 0, "toPort": 0}


def _old_out(**properties: object) -> Node:
    kind = {"type": "egress", "securityGroupId": Ref("db")}
    return Node(tokens.SECURITY_GROUP_RULE, "out", {**kind, **_ANY, **properties})


def _old_in(**properties: object) -> Node:
    return Node(tokens.SECURITY_GROUP_RULE, "in", {**_old_out(**properties).props, "type": "ingress"})


RULES = (
    Rule(
        id="NET-04",
        name="data-tier-egress-is-limited",
        summary="Security groups of the data tier cannot send anything to anywhere.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SECURITY_GROUP,),
        reads=(
            "egress",
            "cidrIpv4",
            "cidrIpv6",
            "prefixListId",
            "tags",
            "vpcSecurityGroupIds",
            "cidrBlocks",
            "ipv6CidrBlocks",
            "fromPort",
            "toPort",
            "protocol",
            "ipProtocol",
            "securityGroupId",
            "type",
            "prefixListIds",
            "entries.cidr",
        ),
        controls=(*pci("L", "1.3.2"), *unverified("soc2", "CC6.6")),
        remedy="Leave out vpc.SecurityGroupEgressRule, or name the group it may reach:"
        " referenced_security_group_id=... with one port.",
        problems=_egress_problems,
        applies=_is_data_tier,
        needs_graph=True,
        passes=(
            (_DB,),
            (_DB, _rule(_OUT, referencedSecurityGroupId=Ref("db"))),
            (_DB, _rule(_OUT, ipProtocol="tcp", fromPort=443, toPort=443, cidrIpv4="0.0.0.0/0")),
            (_DB, _rule(_OUT, cidrIpv4="10.0.0.0/16")),
            (_DB, _rule(_OUT, prefixListId=Ref("list")), _INSIDE),
            (_DB, _old_out(cidrBlocks=["10.0.0.0/16"], ipv6CidrBlocks=["fd00::/8"])),
        ),
        fails=(
            (_DB, _rule(_OUT, cidrIpv4="0.0.0.0/0")),
            (_DB, _rule(_OUT, cidrIpv6="::/0")),
            (_DB, _rule(_OUT, prefixListId=Ref("list")), _EVERYWHERE),
            (_DB, _old_out(prefixListIds=[Ref("list")]), _EVERYWHERE),
            (_DB, _old_out(ipv6CidrBlocks=["::/0"])),
            (_DB, _rule(_OUT, ipProtocol="tcp", fromPort=0, toPort=65535, cidrIpv4="0.0.0.0/0")),
            (Node(tokens.SECURITY_GROUP, "db"), _INSTANCE, _rule(_OUT, cidrIpv4="0.0.0.0/0")),
            (
                Node(
                    tokens.SECURITY_GROUP,
                    "db",
                    {"tags": {"tier-kind": "isolated"}, **inline("egress", **_ANY, cidrBlocks=["0.0.0.0/0"])},
                ),
            ),
            (_DB, _old_out(cidrBlocks=["0.0.0.0/0"])),
        ),
        ignores=((Node(tokens.SECURITY_GROUP, "web", {"tags": {"tier": "apps"}}),),),
    ),
    Rule(
        id="NET-07",
        name="databases-accept-named-groups-only",
        summary="A database accepts connections by security group, never by address range.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SECURITY_GROUP,),
        reads=(
            "vpcSecurityGroupIds",
            "cidrBlocks",
            "ipv6CidrBlocks",
            "cidrIpv4",
            "cidrIpv6",
            "prefixListId",
            "securityGroupId",
            "type",
            "prefixListIds",
        ),
        controls=(*pci("L", "1.3.1"), *unverified("soc2", "CC6.6")),
        remedy="Name the group of the clients: referenced_security_group_id=client.id.",
        problems=_database_source_problems,
        applies=_guards_database,
        needs_graph=True,
        passes=(
            (_DB, _INSTANCE, _rule(referencedSecurityGroupId=Ref("db"))),
            (_DB, _CLUSTER),
            (Node(tokens.SECURITY_GROUP, "db", inline("ingress", prefixListIds=[], cidrBlocks=[])), _CLUSTER),
            (_DB, _CLUSTER, _old_in(self=True)),
            (_DB, _CLUSTER, _rule(_OUT, cidrIpv4="10.0.0.0/16")),
        ),
        fails=(
            (_DB, _INSTANCE, _rule(cidrIpv4="10.0.0.0/16")),
            (_DB, _CLUSTER, _rule(cidrIpv6="2001:db8::/64")),
            (_DB, _CLUSTER, _rule(prefixListId="pl-1")),
            (_DB, _CLUSTER, _old_in(prefixListIds=["pl-1"])),
            (_DB, _CLUSTER, _old_in(ipv6CidrBlocks=["2001:db8::/64"])),
            (
                Node(tokens.SECURITY_GROUP, "db", inline("ingress", cidrBlocks=["10.0.0.0/16"])),
                _INSTANCE,
            ),
            (
                _DB,
                _INSTANCE,
                Node(
                    tokens.SECURITY_GROUP_RULE,
                    "in",
                    {"type": "ingress", "securityGroupId": Ref("db"), "cidrBlocks": ["10.0.0.0/16"]},
                ),
            ),
        ),
        ignores=((_DB,), (_DB, Node(tokens.DATABASE_INSTANCE, "ledger", {"vpcSecurityGroupIds": ["sg-1"]}))),
    ),
)
