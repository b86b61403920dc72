"""Which workflows of GitHub Actions may become a role."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.documents import Condition, Statement
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.trust import by, trust, trusting

_HOST = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
# GitHub documentation, OpenID Connect: `repo:OWNER/REPOSITORY:environment:NAME` or `...:ref:refs/heads/BRANCH`. The
# subject of pull requests, `...:pull_request`, is left out: whoever may open one has it.
_SUBJECT = re.compile(
    r"repo:[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+:(environment:[A-Za-z0-9._%-]+|ref:refs/(heads|tags)/[A-Za-z0-9._/-]+)"
)


def _problems(role: Resource, _: Graph) -> Iterator[Problem]:
    for statement in filter(_is_for_github, trusting(role)):
        if not any(condition.values == (_AUDIENCE,) for condition in _exact(statement, "aud")):
            yield Problem("assumeRolePolicy", f"{statement.label} does not test that aud equals {_AUDIENCE}")
        subjects = _exact(statement, "sub")
        if not subjects:
            yield Problem("assumeRolePolicy", f"{statement.label} does not test what sub equals")
        elif not any(all(map(_SUBJECT.fullmatch, condition.values)) for condition in subjects):
            wrong = next(v for condition in subjects for v in condition.values if not _SUBJECT.fullmatch(v))
            yield Problem(
                "assumeRolePolicy", f"{statement.label} trusts {wrong}: no repository with environment or ref"
            )


def _exact(statement: Statement, claim: str) -> list[Condition]:
    return [
        condition
        for condition in statement.conditions
        if condition.key == f"{_HOST}:{claim}" and condition.operator == "StringEquals" and condition.values
    ]


def _is_for_github(statement: Statement) -> bool:
    """Also for an enterprise's own issuer, whose path follows the host."""
    names = (principal.value.lower().split(":oidc-provider/")[-1] for principal in statement.principals or ())
    return any(name.split("/")[0] == _HOST for name in names)


def _trusts_github(role: Resource, _: Graph) -> bool:
    return any(map(_is_for_github, trusting(role)))


_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_HOST}"
_MAIN = "repo:acme/billing:ref:refs/heads/main"
_PROD = "repo:acme/billing:environment:prod"


def _workflow(subject: object = _PROD, audience: object = _AUDIENCE, operator: str = "StringEquals") -> Example:
    claims = {f"{_HOST}:aud": audience, f"{_HOST}:sub": subject}
    return _token({operator: {key: value for key, value in claims.items() if value is not None}})


def _token(condition: object, provider: str = _PROVIDER) -> Example:
    return trust(by("Federated", provider, Action="sts:AssumeRoleWithWebIdentity", Condition=condition))


RULES = (
    Rule(
        id="IAM-06",
        name="workflows-are-trusted-by-name",
        summary="A role trusts GitHub Actions for named repositories with an environment or a ref, and our audience.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=("assumeRolePolicy",),
        controls=unverified("pci-dss-4.0.1", "8.6.1"),
        remedy=f'Add {{"StringEquals": {{"{_HOST}:aud": "{_AUDIENCE}",'
        f' "{_HOST}:sub": "repo:OWNER/REPOSITORY:environment:NAME"}}}}; run jobs of pull requests in an environment.',
        problems=_problems,
        applies=_trusts_github,
        passes=(
            _workflow(),
            _workflow(_MAIN),
            _workflow([_MAIN, _PROD], [_AUDIENCE]),
            _workflow("repo:acme/billing:ref:refs/tags/v1.2"),
            _token({"StringEquals": {f"{_HOST.upper()}:AUD": _AUDIENCE, f"{_HOST}:Sub": _PROD}}),
            _token(
                {
                    "StringEquals": {f"{_HOST}:aud": _AUDIENCE, f"{_HOST}:sub": _PROD},
                    "StringLike": {f"{_HOST}:job_workflow_ref": "acme/billing/*"},
                }
            ),
        ),
        fails=(
            _workflow(None),
            _workflow(audience=None),
            _workflow(audience="https://github.com/acme"),
            _workflow(audience=[_AUDIENCE, "another"]),
            _workflow(operator="StringLike"),
            _workflow(operator="StringEqualsIfExists"),
            _workflow(operator="StringEqualsIgnoreCase"),
            _workflow(operator="ForAllValues:StringEquals"),
            _workflow("repo:acme/billing:*"),
            _workflow("repo:acme/*:environment:prod"),
            _workflow("repo:acme/billing:environment:*"),
            _workflow("repo:billing:environment:prod"),
            _workflow("repo:acme/billing"),
            _workflow("repo:acme/billing:pull_request"),
            _workflow("repo:acme/billing:ref:refs/pull/7/merge"),
            _workflow("repo:acme/billing:ref:refs/heads/"),
            _workflow([_PROD, "repo:acme/billing:*"]),
            _workflow(f"{_PROD}\n"),
            _token({"StringEquals": {f"{_HOST}:aud": _AUDIENCE, f"{_HOST}:repository": "acme/billing"}}),
            _token({}, f"{_PROVIDER}/acme"),
            _token({}, _HOST),
        ),
        undecided=((Node(tokens.ROLE, "app", {"assumeRolePolicy": Ref("provider")}),),),
        ignores=(
            trust(by("Service", "ec2.amazonaws.com")),
            _token({}, f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_HOST}.example.com"),
        ),
    ),
)
