"""Nobody may give themselves more than they were given."""

from collections.abc import Iterator
from dataclasses import replace

from policies import tokens
from policies.access.estate.arns import arn_of
from policies.access.estate.principals import Principal, principal_of
from policies.access.gathering import trust_of
from policies.access.reach.combinations import combinations
from policies.controls import soc2, unverified
from policies.documents import DocumentError
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.documents import allow, inline, text

_NOBODY = "000000000000"
# Services that run nothing of ours with a role: whoever trusts them alone is used by AWS's code (their user guides).
_RUN_NOTHING = frozenset(
    f"{service}.amazonaws.com"
    for service in (
        "backup",
        "cloudtrail",
        "config",
        "delivery.logs",
        "monitoring.rds",
        "s3",
        "support",
        "vpc-flow-logs",
    )
)
_PROPERTIES = {tokens.ROLE: "inlinePolicies", tokens.USER: None}


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    kind = "user" if holder.type == tokens.USER else "role"
    arn = arn_of(holder, graph) or f"arn:aws:iam::{_NOBODY}:{kind}/{holder.name}"
    try:
        principal = principal_of(graph, holder, arn)
    except DocumentError as error:
        yield Problem(None, str(error))
        return
    ways: dict[str, list[str]] = {}
    for found in combinations(_as_known(principal)):
        ways.setdefault(found.resource, []).append(" with ".join(found.actions))
    for resource, actions in ways.items():
        yield Problem(_PROPERTIES[holder.type], f"may give itself more by {', '.join(actions)} on {resource}")
    if any(document.statements is None for document in principal.documents.identity):
        raise holder.undecided("policies")


def _as_known(principal: Principal) -> Principal:
    """The principal by what is known: a boundary of another project limits nothing that could be relied on here."""
    documents = principal.documents
    boundary = documents.boundary if documents.boundary and documents.boundary.statements is not None else None
    identity = tuple(document for document in documents.identity if document.statements is not None)
    return replace(principal, documents=replace(documents, identity=identity, boundary=boundary))


def _is_acted_as(holder: Resource, graph: Graph) -> bool:
    """Whether people, or code of ours, act as it; the role for emergencies administers by design."""
    if graph.tag(holder, "access") == "break-glass":
        return False
    if holder.type == tokens.USER:
        return True
    try:
        trust = trust_of(holder)
    except DocumentError:
        return True
    trusted = [
        principal.value
        for statement in trust.statements or ()
        if statement.allows
        for principal in (*(statement.principals or ()), *(statement.not_principals or ()))
    ]
    return not trusted or not set(trusted) <= _RUN_NOTHING


_TRUST = text({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
_ROLE = Node(tokens.ROLE, "app", {"name": "app", "assumeRolePolicy": _TRUST})
_ACCOUNT = "arn:aws:iam::111122223333"
_RAISING = text(allow("iam:PutRolePolicy", "*"))
_TASKS = f"{_ACCOUNT}:role/tasks/*"
_LAMBDA = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
_WITHIN = {"StringEquals": {"iam:PermissionsBoundary": f"{_ACCOUNT}:policy/limit"}}
_WITHOUT = {"StringNotEquals": {"iam:PermissionsBoundary": f"{_ACCOUNT}:policy/limit"}}
_KEEPING = text(
    allow("*", "*"),
    allow(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"], "*", Effect="Deny", Condition=_WITHOUT),
    allow("iam:DeleteRolePermissionsBoundary", "*", Effect="Deny"),
)
_DELEGATED = (
    Node(tokens.ROLE, "app", {"name": "app", "assumeRolePolicy": _TRUST, "permissionsBoundary": Ref("limit")}),
    Node(tokens.POLICY, "limit", {"name": "limit", "policy": _KEEPING}),
)


def _with(*statements_: object) -> tuple[Node, ...]:
    return (_ROLE, *inline(*statements_))


RULES = (
    Rule(
        id="IAM-03",
        name="nobody-may-raise-their-own-permissions",
        summary="No role or user may reach more access than it was given, by any combination of its policies.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE, tokens.USER),
        reads=(
            "assumeRolePolicy",
            "inlinePolicies",
            "managedPolicyArns",
            "permissionsBoundary",
            "policy",
            "tags",
            "arn",
            "group",
            "groups",
            "policyArn",
            "role",
            "user",
        ),
        controls=(*unverified("pci-dss-4.0.1", "7.2.2"), *soc2("CC3.3")),
        remedy="Take one action of each combination away, or name the roles that may be passed or changed by a path of"
        " their own and put the role inside a boundary that denies changes of roles without one, as"
        " permission_boundary.py writes it.",
        problems=_problems,
        applies=_is_acted_as,
        needs_graph=True,
        passes=(
            (_ROLE,),
            _with(allow()),
            _with(allow("iam:PassRole", _TASKS, Condition=_LAMBDA)),
            _with(allow("lambda:*", "*")),
            _with(allow("iam:PassRole", _TASKS, Condition=_LAMBDA), allow("ec2:RunInstances", "*")),
            _with(allow("iam:PutRolePolicy", "*", Condition=_WITHIN)),
            _with(allow("iam:*", "*"), allow("iam:*", "*", Effect="Deny")),
            (
                Node(tokens.USER, "ada", {"name": "ada"}),
                Node(
                    tokens.USER_POLICY,
                    "p",
                    {"user": "ada", "policy": text(allow("iam:CreateAccessKey", f"{_ACCOUNT}:user/${{aws:username}}"))},
                ),
            ),
            (
                *_DELEGATED,
                *inline(
                    allow(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], _TASKS),
                    allow("iam:PassRole", _TASKS, Condition=_LAMBDA),
                    allow("lambda:*", "*"),
                ),
            ),
        ),
        fails=(
            *(
                _with(allow(action, "*"))
                for action in (
                    "iam:CreatePolicyVersion",
                    "iam:SetDefaultPolicyVersion",
                    "iam:AttachRolePolicy",
                    "iam:PutRolePolicy",
                    "iam:UpdateAssumeRolePolicy",
                    "iam:AttachUserPolicy",
                    "iam:PutUserPolicy",
                    "iam:CreateAccessKey",
                    "iam:CreateLoginProfile",
                    "iam:UpdateLoginProfile",
                    "iam:AttachGroupPolicy",
                    "iam:PutGroupPolicy",
                    "iam:Put*",
                    "*",
                )
            ),
            _with(allow(None, "*", NotAction="s3:*")),
            *(
                (Node(tokens.POLICY, "own", {"policy": _RAISING}), Node(_ROLE.type, "app", {**_ROLE.props, **holding}))
                for holding in ({"inlinePolicies": [{"policy": _RAISING}]}, {"managedPolicyArns": [Ref("own")]})
            ),
            _with(allow("iam:PassRole", "*"), allow("ec2:RunInstances", "*")),
            _with(allow("iam:PassRole", _TASKS, Condition=_LAMBDA), allow(["lambda:Create*", "lambda:Invoke*"], "*")),
            _with(allow("iam:PassRole", "*"), allow(["ecs:RegisterTaskDefinition", "ecs:RunTask"], "*")),
            _with(allow("iam:PassRole", "*"), allow("cloudformation:CreateStack", "*")),
            _with(allow("iam:PassRole", "*"), allow(["glue:CreateJob", "glue:StartJobRun"], "*")),
            _with(allow("iam:PassRole", "*"), allow(["codebuild:*"], "*")),
            _with(allow("iam:PassRole", "*"), allow("eks:CreatePodIdentityAssociation", "*")),
            (
                _ROLE,
                *inline(allow("iam:PassRole", "*")),
                Node(tokens.POLICY, "run", {"name": "run", "policy": text(allow("ec2:RunInstances", "*"))}),
                Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "app", "policyArn": Ref("run")}),
            ),
            (
                *_DELEGATED,
                *inline(allow("iam:PutRolePolicy", f"{_ACCOUNT}:role/tasks/*"), allow("iam:CreateAccessKey", "*")),
            ),
            (*_DELEGATED, *inline(allow("iam:UpdateAssumeRolePolicy", "*"))),
            (
                Node(tokens.USER, "ada", {"name": "ada"}),
                Node(tokens.GROUP, "staff", {"name": "staff"}),
                Node(tokens.GROUP_POLICY, "p", {"group": "staff", "policy": text(allow("iam:PutUserPolicy", "*"))}),
                Node(tokens.USER_GROUP_MEMBERSHIP, "m", {"user": "ada", "groups": ["staff"]}),
            ),
        ),
        undecided=(
            (_ROLE, Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": Ref("bucket")})),
            (_ROLE, Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "app", "policyArn": f"{_ACCOUNT}:policy/lost"})),
        ),
        ignores=(
            (
                Node(tokens.ROLE, "app", {"name": "app", "tags": {"access": "break-glass"}}),
                *inline(allow("iam:*", "*")),
            ),
            (
                Node(tokens.ROLE, "app", {"name": "app", "assumeRolePolicy": _TRUST.replace("lambda", "backup")}),
                *inline(allow("iam:PassRole", "*"), allow("ec2:RunInstances", "*")),
            ),
        ),
    ),
)
