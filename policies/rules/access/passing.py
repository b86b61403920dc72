"""Roles are handed to services one by one."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.documents import Condition, Statement
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.documents import HOLDERS, READS, allow, each_statement, granting, held, inline, limiting
from policies.rules.access.wildcards import has_wildcard

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[^/].*")
_EXACT = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ForAnyValue:StringEquals")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    return each_statement(resource, graph, _wrong)


def _wrong(statement: Statement) -> str | None:
    if not statement.acts_on("iam:PassRole"):
        return None
    if not statement.resources or not all(map(_is_named, statement.resources)):
        return "passes roles that it names neither one by one nor by a path of their own"
    if not any(map(_names_service, statement.conditions)):
        return "passes a role to any service: iam:PassedToService is not tested for a name"
    return None


def _is_named(role: str) -> bool:
    """One role, or all under a path: of roles that a pipeline makes, the names are not known before."""
    role = role.removesuffix("/*") + "/" if role.endswith("/*") else role
    return _ROLE.fullmatch(role) is not None and not has_wildcard(role)


def _names_service(condition: Condition) -> bool:
    names = condition.values
    exact = condition.operator in _EXACT and not any(map(has_wildcard, names))
    return condition.key == "iam:passedtoservice" and exact and bool(names) and all(names)


def _pass(resource: object = "arn:aws:iam::111122223333:role/task", **more: object) -> object:
    return allow("iam:PassRole", resource, **({"Condition": _TO_EC2} | more))


_TO_EC2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}

RULES = (
    Rule(
        id="IAM-04",
        name="passed-roles-are-named",
        summary="Whoever may pass a role may pass named roles, or those under a path, to named services only.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=HOLDERS,
        reads=READS,
        controls=unverified("pci-dss-4.0.1", "7.2.2"),
        remedy='Give iam:PassRole a statement of its own: the ARNs of the roles or of their path, and {"StringEquals":'
        ' {"iam:PassedToService": "eks.amazonaws.com"}}.',
        problems=_problems,
        needs_graph=True,
        passes=(
            inline(_pass()),
            inline(_pass(["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/path/b"])),
            inline(_pass("arn:aws:iam::111122223333:role/platform/*")),
            inline(_pass(Condition={"StringLike": {"IAM:passedtoservice": ["ec2.amazonaws.com"]}})),
            inline(_pass("*", Effect="Deny")),
            inline(allow("iam:GetRole", "*")),
            *held(_pass()),
            *limiting(_pass("*")),
        ),
        fails=(
            inline(_pass("*")),
            inline(_pass("arn:aws:iam::111122223333:role/*")),
            inline(_pass("arn:aws:iam::111122223333:role/task-*")),
            inline(_pass("arn:aws:iam::111122223333:role/*/task")),
            inline(_pass("arn:aws:iam::111122223333:role/*/*")),
            inline(_pass("arn:aws:iam::111122223333:role//*")),
            inline(_pass("arn:aws:iam::*:role/task")),
            inline(_pass("arn:aws:iam::111122223333:role/${aws:username}")),
            inline(_pass(["arn:aws:iam::111122223333:role/task", "*"])),
            inline(_pass(None, NotResource="arn:aws:iam::111122223333:role/admin")),
            inline(_pass(Condition=None)),
            inline(_pass(Condition={"StringLike": {"iam:PassedToService": "*"}})),
            inline(_pass(Condition={"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}})),
            inline(_pass(Condition={"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})),
            inline(_pass(Condition={"StringEquals": {"iam:AssociatedResourceArn": "ec2.amazonaws.com"}})),
            inline(allow("iam:*", "*")),
            *held(_pass("*")),
            *granting(_pass("*")),
            inline(allow("iam:pass*", "*")),
            inline(allow(None, "*", NotAction="s3:*")),
        ),
        undecided=((Node(tokens.POLICY, "pass", {"policy": Ref("role")}),),),
    ),
)
