"""Trust policies: who may become a role, and how examples write one."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.documents import Condition, Principal, Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.confinement import stays_inside
from policies.rules.access.documents import text
from policies.rules.access.wildcards import has_wildcard
from policies.rules.keys.documents import PROVIDER

_EXACT = ("StringEquals", "ForAnyValue:StringEquals")


def trusting(role: Resource) -> list[Statement]:
    """The statements that let somebody become the role."""
    if "assumeRolePolicy" not in role.props:
        return []
    return [statement for statement in statements(role.props["assumeRolePolicy"]) if statement.allows]


def _problems(role: Resource, graph: Graph) -> Iterator[Problem]:
    for statement in trusting(role):
        if statement.principals is None:
            yield Problem("assumeRolePolicy", f"{statement.label} trusts everyone but those it names")
        for principal in statement.principals or ():
            if message := _wrong(principal, statement, role, graph):
                yield Problem("assumeRolePolicy", f"{statement.label} trusts {principal.value} {message}")


def _wrong(principal: Principal, statement: Statement, role: Resource, graph: Graph) -> str | None:
    if has_wildcard(principal.value):
        return "and so whoever is called so: name the principal"
    if principal.kind == "Service":
        return None
    if principal.kind == "Federated" and principal.account is None:
        tested = any(_is_exact(condition, f"{principal.value.lower()}:aud") for condition in statement.conditions)
        return None if tested else "whoever its application is: test its aud"
    if principal.account is None:
        return ", which belongs to no account"
    own = graph.account(role)
    if principal.account == own or any(_is_exact(condition, "sts:externalid") for condition in statement.conditions):
        return None
    if stays_inside(statement, None) is True:  # an organisation: the account is known to be another
        return None
    if own is None:
        raise role.undecided("assumeRolePolicy")
    return "of another account without sts:ExternalId or aws:PrincipalOrgID"


def _is_exact(condition: Condition, key: str) -> bool:
    return condition.key == key and condition.operator in _EXACT and bool(condition.values) and all(condition.values)


def trust(*statements_: dict[str, object], **properties: object) -> Example:
    """A role that trusts whom each of the statements names, by default for sts:AssumeRole."""
    base = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    policy = text(*(base | statement for statement in statements_))
    return (PROVIDER, Node(tokens.ROLE, "app", {"assumeRolePolicy": policy, **properties}, provider="aws"))


def by(kind: str, *values: str, **more: object) -> dict[str, object]:
    """Part of a statement: whom it trusts."""
    return {"Principal": {kind: list(values)}, **more}


def _known(arn: str) -> Node:
    """A role whose account is told by its ARN alone, as in a state."""
    (_, role) = trust(by("AWS", ACCOUNT), arn=arn)
    return Node(role.type, role.name, role.props)


_PARTNER = by("AWS", "arn:aws:iam::999999999999:role/partner")
_EXTERNAL = {"StringEquals": {"sts:ExternalId": "b7a1"}}
_COGNITO = by("Federated", "cognito-identity.amazonaws.com", Action="sts:AssumeRoleWithWebIdentity")

RULES = (
    Rule(
        id="IAM-05",
        name="role-trusts-whom-it-names",
        summary="A role trusts named principals; another account only with an external id or within the organisation.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=("assumeRolePolicy", "allowedAccountIds", "arn"),
        controls=(*unverified("pci-dss-4.0.1", "7.2.1"), *unverified("soc2", "CC6.1")),
        remedy='Name roles of this account; for another account add {"StringEquals": {"sts:ExternalId": ...}} or'
        ' {"StringEquals": {"aws:PrincipalOrgID": ...}}.',
        problems=_problems,
        passes=(
            trust(by("Service", "ec2.amazonaws.com")),
            trust(by("AWS", f"arn:aws:iam::{ACCOUNT}:role/deploy")),
            (_known(f"arn:aws:iam::{ACCOUNT}:role/app"),),
            trust(by("AWS", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")),
            trust(_PARTNER | {"Condition": _EXTERNAL}),
            trust(_PARTNER | {"Condition": {"StringEquals": {"AWS:principalorgid": ["o-abc"]}}}),
            trust(by("Federated", f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com")),
            trust(_COGNITO | {"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu:1"}}}),
            trust({"Principal": "*", "Effect": "Deny"}, by("Service", "ec2.amazonaws.com")),
        ),
        fails=(
            trust({"Principal": "*"}),
            trust(by("AWS", "*")),
            trust(by("AWS", "*", Condition=_EXTERNAL)),
            trust(by("AWS", "*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abc"}})),
            trust(by("AWS", ACCOUNT, "arn:aws:iam::*:root")),
            trust(by("Service", "*.amazonaws.com")),
            trust(by("Service", "ec2.amazonaws.com"), by("AWS", "*")),
            trust({"NotPrincipal": {"AWS": ACCOUNT}}),
            trust(_PARTNER),
            trust(by("AWS", "999999999999")),
            (_known("arn:aws:iam::999999999999:role/app"),),
            trust(by("AWS", "AIDACKCEVSQ6C2EXAMPLE")),
            trust(_PARTNER | {"Condition": {"StringEquals": {"sts:ExternalId": ""}}}),
            trust(_PARTNER | {"Condition": {"StringEqualsIfExists": {"sts:ExternalId": "b7a1"}}}),
            trust(_PARTNER | {"Condition": {"StringLike": {"sts:ExternalId": "*"}}}),
            trust(_PARTNER | {"Condition": {"StringLike": {"aws:PrincipalOrgID": "*"}}}),
            trust(_PARTNER | {"Condition": {"StringEquals": {"aws:PrincipalTag/id": "b7a1"}}}),
            trust(_COGNITO),
            trust(by("Federated", "arn:aws:iam::999999999999:saml-provider/corporate")),
            (
                PROVIDER,
                Node(
                    tokens.ROLE,
                    "app",
                    {"assumeRolePolicy": {"Statement": [by("AWS", "*", Effect="Allow", Action="sts:AssumeRole")]}},
                    provider="aws",
                ),
            ),
        ),
        undecided=(
            (PROVIDER, Node(tokens.ROLE, "app", {"assumeRolePolicy": Ref("provider")}, provider="aws")),
            (trust(by("AWS", ACCOUNT))[1],),
        ),
    ),
)
