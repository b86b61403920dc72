"""AWS services are reached privately, and through endpoints that do not serve everyone."""

import json
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Statement, statements
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.network.tiers import declared_kind, is_public
from policies.values import Block

_NEEDED = ("s3", "ecr.api", "ecr.dkr", "sts", "kms", "secretsmanager", "logs")
_THROWAWAY_STACKS = ("sandbox",)  # may reach AWS through NAT: interface endpoints cost by the hour
_WITHOUT_POLICY = ("GatewayLoadBalancer",)
_LIMITING_KEYS = frozenset(
    f"aws:{scope}{what}" for scope in ("principal", "resource") for what in ("account", "orgid", "orgpaths")
) | {"aws:sourceaccount", "aws:principalarn"}
_LIMITING_OPERATORS = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
_ANY_VALUE = ("StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:StringLike")


def _policy_problems(endpoint: Resource, graph: Graph) -> Iterator[Problem]:
    separate = graph.referrers(endpoint, tokens.VPC_ENDPOINT_POLICY, "vpcEndpointId")
    holders = [holder.props for holder in separate or (endpoint,) if holder.props.get("policy")]
    if not holders:
        yield Problem("policy", "the endpoint has no policy, so it serves anyone for any account's resources")

    def check(holder: Block) -> Iterator[Problem]:
        for statement in statements(holder["policy"]):
            if statement.allows and _serves_everyone(statement):
                yield Problem("policy", f"{statement.label} allows everyone to act on everything")

    yield from decide(holders, check)


def _serves_everyone(statement: Statement) -> bool:
    everyone = statement.principals is None or statement.for_everyone()
    everything = statement.resources is None or "*" in statement.resources
    actions = statement.actions
    any_action = actions is None or any(action == "*" or action.endswith(":*") for action in actions)
    return everyone and everything and any_action and not _is_limited(statement)


def _is_limited(statement: Statement) -> bool:
    return any(
        condition.key in _LIMITING_KEYS
        and condition.operator in (*_LIMITING_OPERATORS, *_ANY_VALUE)
        and "*" not in condition.values
        for condition in statement.conditions
    )


def _has_policy(endpoint: Resource, _: Graph) -> bool:
    return endpoint.props.get("vpcEndpointType", "Gateway") not in _WITHOUT_POLICY


def _missing_problems(vpc: Resource, graph: Graph) -> Iterator[Problem]:
    endpoints = graph.referrers(vpc, tokens.VPC_ENDPOINT, "vpcId")
    for service in _NEEDED:

        def serves(endpoint: Resource, service: str = service) -> bool:
            parts = str(endpoint.props.get("serviceName", "")).split(".", 3)
            return parts[:2] == ["com", "amazonaws"] and parts[3:] == [service]

        if not some(endpoints, serves):
            yield Problem(None, f"there is no endpoint: private subnets reach {service} over the internet")


def _has_private_subnets(vpc: Resource, graph: Graph) -> bool:
    if vpc.stack in _THROWAWAY_STACKS:
        return False
    subnets = graph.referrers(vpc, tokens.SUBNET, "vpcId")
    return some(subnets, lambda s: declared_kind(s, graph) != "isolated" and not is_public(s, graph))


def _endpoint(service: str = "s3", **properties: object) -> Node:
    base = {"vpcId": Ref("main"), "serviceName": f"com.amazonaws.eu-central-1.{service}"}
    return Node(tokens.VPC_ENDPOINT, f"endpoint-{service}", base | properties)


def _policy(**changes: object) -> Example:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | changes
    statement = {key: value for key, value in statement.items() if value is not None}
    return (_endpoint(policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})),)


def _beside(inline: Example) -> Node:
    """The policy of an endpoint in a resource of its own."""
    properties = {"vpcEndpointId": Ref("endpoint-s3"), "policy": inline[0].props["policy"]}
    return Node(tokens.VPC_ENDPOINT_POLICY, "policy", properties)


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_SUBNET = Node(tokens.SUBNET, "app-a", {"vpcId": Ref("main")})
_OURS = {"StringEquals": {"aws:PrincipalAccount": ["111122223333"]}}
_ALL = tuple(_endpoint(service) for service in _NEEDED)

RULES = (
    Rule(
        id="NET-12",
        name="vpc-endpoint-policy-is-limited",
        summary="No VPC endpoint lets everyone do everything to everything.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.VPC_ENDPOINT,),
        reads=("policy", "vpcEndpointType", "vpcEndpointId"),
        controls=(*pci("L", "1.3.1", "7.3.1"), *unverified("soc2", "CC6.1")),
        remedy="Give the endpoint a policy whose Allow statements hold"
        ' {"StringEquals": {"aws:PrincipalAccount": account_id}}.',
        problems=_policy_problems,
        applies=_has_policy,
        needs_graph=True,
        passes=(
            (_endpoint(), _beside(_policy(Condition=_OURS))),
            _policy(Condition=_OURS),
            _policy(Condition={"StringEquals": {"AWS:principalorgid": "o-1"}}),
            _policy(Action=["s3:GetObject"]),
            _policy(Resource="arn:aws:s3:::archive/*"),
            _policy(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
            _policy(Effect="Deny"),
        ),
        fails=(
            (_endpoint(),),
            (_endpoint(policy=""),),
            (_endpoint(), _beside(_policy())),
            _policy(),
            _policy(Principal={"AWS": ["*"]}),
            _policy(Action=["S3:*"], Resource=["arn:aws:s3:::x", "*"]),
            _policy(Action=None, NotAction="iam:*"),
            _policy(Resource=None, NotResource="arn:aws:s3:::x"),
            _policy(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::111122223333:root"}),
            _policy(Condition={"StringNotEquals": {"aws:PrincipalAccount": "1"}}),
            _policy(Condition={"StringLike": {"aws:PrincipalAccount": "*"}}),
            _policy(Condition={"Bool": {"aws:SecureTransport": "true"}}),
            (_endpoint(policy={"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}),),
        ),
        undecided=((_endpoint(policy=Ref("main")),),),
        ignores=((_endpoint(vpcEndpointType="GatewayLoadBalancer"),),),
    ),
    Rule(
        id="NET-13",
        name="private-subnets-have-service-endpoints",
        summary="A VPC with private subnets has endpoints for the AWS services that workloads need.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.VPC,),
        reads=("vpcId", "serviceName", "tags", "gatewayId", "routeTableId", "subnetId"),
        controls=(*pci("P", "1.4.1", "1.4.4"), *unverified("soc2", "CC6.6")),
        remedy=f"Add the service to the endpoints of components.Network: {', '.join(_NEEDED)}.",
        problems=_missing_problems,
        applies=_has_private_subnets,
        needs_graph=True,
        passes=((_VPC, _SUBNET, *_ALL),),
        fails=(
            (_VPC, _SUBNET),
            *((_VPC, _SUBNET, *(e for e in _ALL if e is not missing)) for missing in _ALL),
            (_VPC, _SUBNET, *_ALL[1:], _endpoint(serviceName="com.amazonaws.eu-central-1.s3express")),
            (_VPC, _SUBNET, *_ALL[1:], _endpoint(vpcId="vpc-other")),
        ),
        undecided=((_VPC, _SUBNET, *_ALL[1:], _endpoint(serviceName=Ref("main"))),),
        ignores=(
            (_VPC,),
            (_VPC, Node(tokens.SUBNET, "data-a", {"vpcId": Ref("main"), "tags": {"tier-kind": "isolated"}})),
            (
                _VPC,
                _SUBNET,
                Node(tokens.ROUTE_TABLE_ASSOCIATION, "link", {"subnetId": Ref("app-a"), "routeTableId": Ref("t")}),
                Node(tokens.ROUTE_TABLE, "t", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]}),
            ),
        ),
    ),
)
