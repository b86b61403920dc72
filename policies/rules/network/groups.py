"""Security groups say why they permit things, and default and data groups permit next to nothing."""

from collections.abc import Iterator

from policies import tokens
from policies.cidr import is_internet
from policies.controls import cis, pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph, Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.network.permissions import GROUPS, RULE_TYPES, Permission, each, inline, of_group

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


def _default_problems(vpc: Resource, graph: Graph) -> Iterator[Problem]:
    defaults = graph.referrers(vpc, tokens.DEFAULT_SECURITY_GROUP, "vpcId")
    if not defaults:
        yield Problem(None, "the default security group is not managed, so it lets its members talk freely")

    def check(default: Resource) -> Iterator[Problem]:
        for direction in ("ingress", "egress"):
            if default.props.get(direction):
                yield Problem(direction, f"the default security group {default.name} has {direction} rules")

    yield from decide(defaults, check)
    for target in (vpc, *defaults):
        for type_ in RULE_TYPES:
            kinds = (*GROUPS, tokens.VPC)
            for rule in graph.referrers(target, type_, "securityGroupId", *kinds):
                yield Problem(None, f"{rule.name} adds a rule to the default security group")


def _description_problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if not str(permission.block.get("description", "")).strip():
            yield Problem(permission.block.at("description"), "nobody can tell why this is permitted")

    for direction in ("ingress", "egress"):
        yield from each(resource, direction, check)


def _database_source_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if permission.ranges:
            path, where = permission.source_property, permission.resource.name
            yield Problem(path, f"{where} lets address ranges reach a database instead of named groups")

    return decide(of_group(group, graph, "ingress"), check)


def _rule(type_: str = tokens.INGRESS_RULE, **properties: object) -> Node:
    return Node(type_, "rule", {"securityGroupId": Ref("db"), "ipProtocol": "-1", **properties})


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_EMPTY = Node(tokens.DEFAULT_SECURITY_GROUP, "default", {"vpcId": Ref("main")})
_DB = Node(tokens.SECURITY_GROUP, "db", {"tags": {"tier": "data"}})
_INSTANCE = Node(tokens.DATABASE_INSTANCE, "ledger", {"vpcSecurityGroupIds": [Ref("db")]})
_CLUSTER = Node(tokens.DATABASE_CLUSTER, "ledger", {"vpcSecurityGroupIds": [Ref("db")]})
_OUT = tokens.EGRESS_RULE
_ANY = {"protocol": "-1", "fromPort": 0, "toPort": 0}

RULES = (
    Rule(
        id="NET-04",
        name="data-tier-egress-is-limited",
        summary="Security groups of the data tier cannot send anything to anywhere.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SECURITY_GROUP,),
        reads=("egress", "cidrIpv4", "cidrIpv6", "tags", "vpcSecurityGroupIds"),
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
        ),
        fails=(
            (_DB, _rule(_OUT, cidrIpv4="0.0.0.0/0")),
            (_DB, _rule(_OUT, cidrIpv6="::/0")),
            (_DB, _rule(_OUT, ipProtocol="tcp", fromPort=0, toPort=65535, cidrIpv4="0.0.0.0/0")),
            (Node(tokens.SECURITY_GROUP, "db"), _INSTANCE, _rule(_OUT, cidrIpv4="0.0.0.0/0")),
            (
                Node(
                    tokens.SECURITY_GROUP,
                    "db",
                    {"tags": {"tier-kind": "isolated"}, **inline("egress", **_ANY, cidrBlocks=["0.0.0.0/0"])},
                ),
            ),
            (
                _DB,
                Node(
                    tokens.SECURITY_GROUP_RULE,
                    "out",
                    {"type": "egress", "securityGroupId": Ref("db"), **_ANY, "cidrBlocks": ["0.0.0.0/0"]},
                ),
            ),
        ),
    ),
    Rule(
        id="NET-05",
        name="default-security-group-is-empty",
        summary="The default security group of every VPC has no rules.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.VPC,),
        reads=("vpcId", "ingress", "egress", "securityGroupId"),
        controls=(
            *pci("L", "1.3.1", "1.3.2"),
            *cis(("5.4",), ("5.5",)),
            *unverified("soc2", "CC6.6"),
        ),
        remedy="Use components.Network, or add ec2.DefaultSecurityGroup(..., vpc_id=vpc.id) without rules.",
        problems=_default_problems,
        needs_graph=True,
        passes=((_VPC, _EMPTY), (_VPC, _EMPTY, _DB, _rule(cidrIpv4="10.0.0.0/16"))),
        fails=(
            (_VPC,),
            *(
                (
                    _VPC,
                    Node(
                        tokens.DEFAULT_SECURITY_GROUP,
                        "default",
                        {"vpcId": Ref("main"), **inline(direction, cidrBlocks=["10.0.0.0/16"])},
                    ),
                )
                for direction in ("ingress", "egress")
            ),
            (_VPC, _EMPTY, _rule(securityGroupId=Ref("default"))),
            (_VPC, _EMPTY, _rule(_OUT, securityGroupId=Ref("main"))),
            (_VPC, _EMPTY, _rule(tokens.SECURITY_GROUP_RULE, securityGroupId=Ref("default"), type="ingress")),
        ),
        undecided=((_VPC, Node(tokens.DEFAULT_SECURITY_GROUP, "lost", {"vpcId": Ref("lost")})),),
    ),
    Rule(
        id="NET-06",
        name="security-group-rules-have-reasons",
        summary="Every security group rule says in its description why it exists.",
        severity=Severity.LOW,
        pack=Pack.COMPLIANCE,
        types=(*GROUPS, *RULE_TYPES),
        reads=("description",),
        controls=(*unverified("pci-dss-4.0.1", "1.2.5"), *unverified("soc2", "CC6.6")),
        remedy='Give the rule description="why this is needed".',
        problems=_description_problems,
        passes=(
            (_rule(description="health checks"),),
            (_rule(_OUT, description="to S3"),),
            (Node(tokens.SECURITY_GROUP, "web", inline("ingress")),),
            (Node(tokens.SECURITY_GROUP_RULE, "old", {"type": "egress", "description": "updates"}),),
        ),
        fails=(
            (_rule(),),
            (_rule(_OUT, description=" "),),
            (Node(tokens.SECURITY_GROUP, "web", {"description": "web", **inline("ingress", description="")}),),
            (Node(tokens.SECURITY_GROUP, "web", inline("egress", description=None)),),
            (Node(tokens.SECURITY_GROUP_RULE, "old", {"type": "egress"}),),
        ),
        undecided=((_rule(description=Ref("rule")),),),
    ),
    Rule(
        id="NET-07",
        name="databases-accept-named-groups-only",
        summary="A database accepts connections by security group, never by address range.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SECURITY_GROUP,),
        reads=("vpcSecurityGroupIds", "cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"),
        controls=(*pci("L", "1.3.1"), *unverified("soc2", "CC6.6")),
        remedy="Name the group of the clients: referenced_security_group_id=client.id.",
        problems=_database_source_problems,
        applies=_guards_database,
        needs_graph=True,
        passes=(
            (_DB, _INSTANCE, _rule(referencedSecurityGroupId=Ref("db"))),
            (_DB, _CLUSTER),
            (_DB, _CLUSTER, _rule(_OUT, cidrIpv4="10.0.0.0/16")),
        ),
        fails=(
            (_DB, _INSTANCE, _rule(cidrIpv4="10.0.0.0/16")),
            (_DB, _CLUSTER, _rule(cidrIpv6="2001:db8::/64")),
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
    ),
)
