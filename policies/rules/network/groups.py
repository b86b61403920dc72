"""Security groups say why they permit things, and default ones permit nothing."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.network.permissions import GROUPS, RULE_TYPES, Permission, each, inline


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


def _description_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if not str(permission.block.get("description", "")).strip():
            yield Problem(permission.block.at("description"), "nobody can tell why this is permitted")

    for direction in ("ingress", "egress"):
        yield from each(resource, graph, direction, check)


def _rule(type_: str = tokens.INGRESS_RULE, **properties: object) -> Node:
    return Node(type_, "rule", {"securityGroupId": Ref("db"), "ipProtocol": "-1", **properties})


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_EMPTY = Node(tokens.DEFAULT_SECURITY_GROUP, "default", {"vpcId": Ref("main")})
_DB = Node(tokens.SECURITY_GROUP, "db", {"tags": {"tier": "data"}})
_OUT = tokens.EGRESS_RULE

RULES = (
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
        reads=(
            "description",
            "type",
        ),
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
)
