"""Nobody can stop or bend the record of what they do."""

import json
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import soc2, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.trails.grants import policy_can, role_can

_Part = dict[str, Any]  # of a statement
_USES = (
    (tokens.ROLE_POLICY_ATTACHMENT, "policyArn"),
    (tokens.ROLE_POLICY_ATTACHMENTS, "policyArns"),
    (tokens.POLICY_ATTACHMENT, "policyArn"),
    (tokens.ROLE, "managedPolicyArns"),
    (tokens.ROLE, "permissionsBoundary"),
)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    can = role_can(resource, graph) if resource.type == tokens.ROLE else policy_can(resource)
    if can:
        path = None if resource.type == tokens.ROLE else "policy"
        yield Problem(path, f"it may switch off or narrow the trails: {', '.join(can)}")


def _is_judged_here(resource: Resource, graph: Graph) -> bool:
    """Every role but the one for emergencies; a policy only if no role of this stack is judged by it."""
    if resource.type == tokens.ROLE:
        return graph.tag(resource, "access") != "break-glass"
    return not any(graph.possible_referrers(resource, type_, path) for type_, path in _USES)


def _document(*listed: _Part) -> str:
    base: _Part = {"Effect": "Allow", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [base | statement for statement in listed]})


def _with(document: object, *more: Node, **role: object) -> Example:
    """A role with an inline policy."""
    policy = Node(tokens.ROLE_POLICY, "inline", {"role": Ref("deployer"), "policy": document})
    return (_role(**role), policy, *more)


def _role(**properties: object) -> Node:
    return Node(tokens.ROLE, "deployer", {"name": "deployer"} | properties)


def _policy(*listed: _Part, name: str = "managed") -> Node:
    return Node(tokens.POLICY, name, {"name": name, "policy": _document(*listed)})


def _attached(arn: object, *more: Node) -> Example:
    link = Node(tokens.ROLE_POLICY_ATTACHMENT, "link", {"role": "deployer", "policyArn": arn})
    return (_role(), link, *more)


_ANY: _Part = {"Action": "*"}
_STOP: _Part = {"Action": "cloudtrail:StopLogging"}
_DENY: _Part = {
    "Effect": "Deny",
    "Action": ["cloudtrail:Delete*", "cloudtrail:Put*", "cloudtrail:Stop*", "cloudtrail:Update*"],
}
_READ: _Part = {"Action": ["cloudtrail:Get*", "cloudtrail:Describe*"]}
_AWS = "arn:aws:iam::aws:policy/"
_OURS = "arn:aws:iam::111122223333:policy/"

RULES = (
    Rule(
        id="CT-07",
        name="nobody-can-silence-trails",
        summary="No role can stop, delete or narrow a trail, except the one for emergencies.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE, tokens.POLICY),
        reads=(
            "policy",
            "role",
            "roles",
            "policyArn",
            "policyArns",
            "managedPolicyArns",
            "inlinePolicies",
            "permissionsBoundary",
            "roleName",
            "tags",
        ),
        controls=(*unverified("pci-dss-4.0.1", "10.3.2"), *soc2("CC3.3")),
        remedy="Name the actions that the role needs, or deny cloudtrail:Delete*, Put*, Stop* and Update* on * in"
        ' its policies or boundary. The emergency role says so by tags={"access": "break-glass"}.',
        problems=_problems,
        applies=_is_judged_here,
        needs_graph=True,
        passes=(
            (_role(),),
            _with(_document(_READ)),
            _with(_document(_ANY | {"Resource": "arn:aws:s3:::invoices/*"})),
            _with(_document({"NotAction": "cloudtrail:*"})),
            _with(_document(_ANY, _DENY)),
            _with(_document(_ANY), Node(tokens.ROLE_POLICY, "deny", {"role": "deployer", "policy": _document(_DENY)})),
            _with(
                _document(_ANY),
                _policy(_DENY),
                Node(tokens.POLICY_ATTACHMENT, "link", {"roles": ["deployer"], "policyArn": f"{_OURS}managed"}),
            ),
            _with(_document(_ANY), _policy(_ANY, _DENY), permissionsBoundary=Ref("managed")),
            _with(_document(_ANY), _policy(_READ), permissionsBoundary=Ref("managed")),
            _with(_document(_ANY), permissionsBoundary=f"{_AWS}ReadOnlyAccess"),
            _attached(f"{_AWS}ReadOnlyAccess"),
            (_policy(_READ),),
        ),
        fails=(
            _with(_document(_ANY)),
            _with(_document(_STOP)),
            _with(_document({"Action": "CloudTrail:stop*"})),
            _with(_document({"Action": "cloudtrail:UpdateTrail", "Resource": "arn:aws:cloudtrail:*:*:trail/account"})),
            _with(_document({"NotAction": "iam:*"})),
            _with(_document(_STOP | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})),
            _with(_document(_ANY, _DENY | {"Resource": "arn:aws:cloudtrail:*:*:trail/account"})),
            _with(_document(_ANY, _DENY | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}})),
            _with(_document(_ANY, {"Effect": "Deny", "Action": "cloudtrail:StopLogging"})),
            _with({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"} | _STOP}),
            _with(_document(_ANY), _policy(_ANY), permissionsBoundary=Ref("managed")),
            _with(_document(_ANY), permissionsBoundary=f"{_AWS}AdministratorAccess"),
            _with(_document(_ANY), tags={"access": "break-glass-2"}),
            (_role(inlinePolicies=[{"name": "x", "policy": _document(_STOP)}]),),
            (_role(managedPolicyArns=[f"{_AWS}AdministratorAccess"]),),
            (_role(managedPolicyArns=[Ref("managed")]), _policy(_STOP)),
            _attached(f"{_AWS}PowerUserAccess"),
            _attached(Ref("managed"), _policy(_STOP)),
            _attached(f"{_OURS}managed", _policy(_STOP)),
            (
                _role(),
                Node(
                    tokens.ROLE_POLICY_ATTACHMENTS,
                    "all",
                    {"roleName": "deployer", "policyArns": [f"{_AWS}PowerUserAccess"]},
                ),
            ),
            (
                _role(),
                _policy(_STOP),
                Node(tokens.POLICY_ATTACHMENT, "link", {"roles": [Ref("deployer")], "policyArn": Ref("managed")}),
            ),
            (_policy(_STOP),),
        ),
        undecided=(
            _with(Ref("nowhere")),
            _attached(Ref("nowhere")),
            _attached(f"{_OURS}elsewhere"),
            _with(_document(_ANY), permissionsBoundary=f"{_OURS}elsewhere"),
            _with(_document(_ANY), Node(tokens.ROLE_POLICY, "x", {"role": Ref("nowhere"), "policy": _document(_DENY)})),
        ),
        ignores=(_with(_document(_ANY), tags={"access": "break-glass"}),),
    ),
)
