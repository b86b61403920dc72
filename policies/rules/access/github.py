"""Which workflows of GitHub Actions may become a role."""

import re
from collections.abc import Iterator
from dataclasses import replace

from policies import tokens
from policies.controls import unverified
from policies.documents import Condition, Statement
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.documents import allow, text
from policies.rules.access.looking import DATA, only_looks
from policies.rules.access.trust import by, trust, trusting

HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
# GitHub documentation, OpenID Connect: `repo:OWNER/REPOSITORY:environment:NAME` or `...:ref:refs/heads/BRANCH`.
_REPOSITORY = r"repo:[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+"
_PLACE = r"environment:[A-Za-z0-9._%-]+|ref:refs/(heads|tags)/[A-Za-z0-9._/-]+"
_SUBJECT = re.compile(f"{_REPOSITORY}:({_PLACE})")
# Whoever may push a branch has it, before anybody reviewed; not so a fork, whose runs are given no token.
_UNREVIEWED = re.compile(f"{_REPOSITORY}:pull_request")


def _problems(role: Resource, graph: Graph) -> Iterator[Problem]:
    for statement in filter(_is_for_github, trusting(role)):
        if not any(condition.values == (AUDIENCE,) for condition in _exact(statement, "aud")):
            yield Problem("assumeRolePolicy", f"{statement.label} does not test that aud equals {AUDIENCE}")
        subjects = _exact(statement, "sub")
        if not subjects:
            yield Problem("assumeRolePolicy", f"{statement.label} does not test what sub equals")
        for subject in (value for condition in subjects for value in condition.values):
            yield from _subject_problems(f"{statement.label} trusts {subject}", subject, role, graph)


def _subject_problems(trusted: str, subject: str, role: Resource, graph: Graph) -> Iterator[Problem]:
    if _SUBJECT.fullmatch(subject):
        return
    if not _UNREVIEWED.fullmatch(subject):
        yield Problem("assumeRolePolicy", f"{trusted}: no repository with environment or ref")
    elif not only_looks(graph, role):
        yield Problem("assumeRolePolicy", f"{trusted}, though the role can do more than look")


def _exact(statement: Statement, claim: str) -> list[Condition]:
    return [
        condition
        for condition in statement.conditions
        if condition.key == f"{HOST}:{claim}" and condition.operator == "StringEquals" and condition.values
    ]


def _is_for_github(statement: Statement) -> bool:
    """Also for an enterprise's own issuer, whose path follows the host."""
    names = (principal.value.lower().split(":oidc-provider/")[-1] for principal in statement.principals or ())
    return any(name.split("/")[0] == HOST for name in names)


def _trusts_github(role: Resource, _: Graph) -> bool:
    return any(map(_is_for_github, trusting(role)))


_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"
_MAIN = "repo:acme/billing:ref:refs/heads/main"
_PROD = "repo:acme/billing:environment:prod"


def _workflow(subject: object = _PROD, audience: object = AUDIENCE, operator: str = "StringEquals") -> Example:
    claims = {f"{HOST}:aud": audience, f"{HOST}:sub": subject}
    return _token({operator: {key: value for key, value in claims.items() if value is not None}})


def _token(condition: object, provider: str = _PROVIDER) -> Example:
    return trust(by("Federated", provider, Action="sts:AssumeRoleWithWebIdentity", Condition=condition))


def _preview(*statements: object) -> Example:
    """A role for pull requests, with these statements."""
    return (*_PULL, Node(tokens.ROLE_POLICY, "inline", {"role": Ref("app"), "policy": text(*statements)}))


_PULL = _workflow("repo:acme/billing:pull_request")
_NO_DATA = (allow(list(DATA), "*", Effect="Deny"),)


def _ways(statement: object) -> tuple[Example, ...]:
    """A role for pull requests that gets the statement inline, and by a policy that it names."""
    *others, role = _PULL
    policy = Node(tokens.POLICY, "own", {"policy": text(statement)})
    own = ({"inlinePolicies": [{"policy": text(statement)}]}, {"managedPolicyArns": [Ref("own")]})
    return tuple((*others, policy, replace(role, props={**role.props, **holding})) for holding in own)


def _bounded(*limits: object) -> Example:
    """A role for pull requests that may read everything, within a boundary of these statements."""
    *others, role, inline = _preview(allow("*:Get*", "*"))
    limit = Node(tokens.POLICY, "limit", {"policy": text(*limits)})
    return (*others, limit, replace(role, props={**role.props, "permissionsBoundary": Ref("limit")}), inline)


RULES = (
    Rule(
        id="IAM-06",
        name="workflows-are-trusted-by-name",
        summary="A role trusts GitHub Actions for named repositories with an environment or a ref, and our audience;"
        " for pull requests only if it cannot do more than look.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=(
            "assumeRolePolicy",
            "inlinePolicies",
            "managedPolicyArns",
            "policy",
            "policyArn",
            "allowedAccountIds",
            "permissionsBoundary",
            "role",
        ),
        controls=unverified("pci-dss-4.0.1", "8.6.1"),
        remedy=f'Add {{"StringEquals": {{"{HOST}:aud": "{AUDIENCE}",'
        f' "{HOST}:sub": "repo:OWNER/REPOSITORY:environment:NAME"}}}}, as components.CiIdentity does.',
        problems=_problems,
        applies=_trusts_github,
        needs_graph=True,
        passes=(
            _workflow(),
            _workflow(_MAIN),
            _workflow([_MAIN, _PROD], [AUDIENCE]),
            _workflow("repo:acme/billing:ref:refs/tags/v1.2"),
            _preview(allow(["s3:GetBucketPolicy", "ec2:Describe*"], "*")),
            _PULL,
            *_ways(allow("ec2:Describe*", "*")),
            _bounded(allow("*:Get*", "*"), *_NO_DATA),
            _preview(allow("*:Get*", "*"), *_NO_DATA),
            _token({"StringEquals": {f"{HOST.upper()}:AUD": AUDIENCE, f"{HOST}:Sub": _PROD}}),
            _token(
                {
                    "StringEquals": {f"{HOST}:aud": AUDIENCE, f"{HOST}:sub": _PROD},
                    "StringLike": {f"{HOST}:job_workflow_ref": "acme/billing/*"},
                }
            ),
        ),
        fails=(
            _workflow(None),
            _workflow(audience=None),
            _workflow(audience="https://github.com/acme"),
            _workflow(audience=[AUDIENCE, "another"]),
            _workflow(operator="StringLike"),
            _workflow(operator="StringEqualsIfExists"),
            _workflow(operator="StringEqualsIgnoreCase"),
            _workflow(operator="ForAllValues:StringEquals"),
            _workflow("repo:acme/billing:*"),
            _workflow("repo:acme/*:environment:prod"),
            _workflow("repo:acme/billing:environment:*"),
            _workflow("repo:billing:environment:prod"),
            _workflow("repo:acme/billing"),
            _preview(allow(["ec2:Describe*", "ec2:RunInstances"], "*")),
            _preview(allow(None, "*", NotAction="iam:*")),
            _preview(allow("secretsmanager:Get*", "*")),
            _preview(allow("ec2:*", "*")),
            *_ways(allow("ec2:RunInstances", "*")),
            _bounded(allow("*", "*")),
            _workflow([_PROD, "repo:acme/billing:pull_request:x"]),
            _workflow("repo:acme/billing:ref:refs/pull/7/merge"),
            _workflow("repo:acme/billing:ref:refs/heads/"),
            _workflow([_PROD, "repo:acme/billing:*"]),
            _workflow(f"{_PROD}\n"),
            _token({"StringEquals": {f"{HOST}:aud": AUDIENCE, f"{HOST}:repository": "acme/billing"}}),
            _token({}, f"{_PROVIDER}/acme"),
            _token({}, HOST),
        ),
        undecided=(
            (Node(tokens.ROLE, "app", {"assumeRolePolicy": Ref("provider")}),),
            (*_PULL, Node(tokens.ROLE_POLICY, "inline", {"role": Ref("app"), "policy": Ref("bucket")})),
            (*_PULL, Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": Ref("app"), "policyArn": Ref("lost")})),
        ),
        ignores=(
            trust(by("Service", "ec2.amazonaws.com")),
            _token({}, f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}.example.com"),
        ),
    ),
)
