"""Keys are for our own accounts."""

import json
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

_ORGANISATION_KEYS = ("aws:principalorgid", "aws:principalorgpaths")
_ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount", "aws:sourceaccount")
_EXACT = ("StringEquals", "ForAnyValue:StringEquals")
_LIKE = (*_EXACT, "StringLike", "ForAnyValue:StringLike")


def _principal_problems(key: Resource, graph: Graph) -> Iterator[Problem]:
    own = graph.account(key)
    for statement in _statements(key):
        if not statement.allows:
            continue
        if statement.principals is None:
            yield Problem("policy", f"{statement.label} allows everyone but those it names")
        if _stays_inside(statement, own):
            continue
        for principal in statement.principals or ():
            if "*" in principal.value or "?" in principal.value:
                yield Problem("policy", f"{statement.label} allows {principal.value} without naming our organisation")
            elif principal.kind == "Service":
                continue
            elif principal.account is None:
                yield Problem("policy", f"{statement.label} allows {principal.value}, which belongs to no account")
            elif own is None:
                raise key.undecided("policy")
            elif principal.account != own:
                yield Problem("policy", f"{statement.label} allows {principal.value} of another account")


def _stays_inside(statement: Statement, own: str | None) -> bool:
    """Whether a condition keeps the statement within our organisation or account."""
    for condition in statement.conditions:
        if condition.key in _ORGANISATION_KEYS and condition.operator in _LIKE:
            return not any(value in ("*", "") for value in condition.values)
        if condition.key in _ACCOUNT_KEYS and condition.operator in _EXACT:
            return own is not None and condition.values == (own,)
    return False


def _statements(key: Resource) -> list[Statement]:
    return statements(key.props["policy"]) if "policy" in key.props else []


def _policy(*changes: dict[str, object], key: str = tokens.KEY) -> Example:
    base = {"Effect": "Allow", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [base | change for change in changes]})
    return (_PROVIDER, Node(key, "key", {"policy": text}, provider="aws"))


def _for(principal: object, *actions: str, **more: object) -> dict[str, object]:
    return {"Principal": principal, "Action": list(actions or ("kms:Decrypt",)), **more}


_PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"allowedAccountIds": json.dumps([ACCOUNT])})
_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
_ADMIN = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
_APP = {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/app"]}
_FOREIGN = {"AWS": "arn:aws:iam::999999999999:role/app"}
_LOGS = {"Service": "delivery.logs.amazonaws.com"}
_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}

RULES = (
    Rule(
        id="KMS-02",
        name="key-is-for-our-accounts",
        summary="No key policy allows everyone, or another account outside our organisation.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.KEY, tokens.KEY_POLICY),
        reads=("policy", "allowedAccountIds", "arn"),
        controls=(*pci("L", "3.6.1.3", "7.2.2"), *unverified("soc2", "CC6.1")),
        remedy="Name roles of this account in components.EncryptionKey (administrators=, users=), or limit"
        ' the statement by {"StringEquals": {"aws:PrincipalOrgID": ...}}.',
        problems=_principal_problems,
        passes=(
            (_PROVIDER, Node(tokens.KEY, "key", provider="aws")),
            _policy(_for(_ROOT), _for(_ADMIN), _for(_APP), _for(_LOGS)),
            _policy(_for({"AWS": ACCOUNT})),
            _policy(_for({"AWS": "*"}, Condition=_ORGANISATION)),
            _policy(_for(_FOREIGN, Condition=_ORGANISATION)),
            _policy(_for("*", Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}})),
            _policy(_for("*", Effect="Deny")),
            (Node(tokens.KEY, "key", {"policy": _policy(_for(_LOGS))[1].props["policy"]}),),
        ),
        fails=(
            _policy(_for("*")),
            _policy(_for({"AWS": "*"})),
            _policy(_for({"AWS": [_ROOT["AWS"], "*"]})),
            _policy(_for(_FOREIGN)),
            _policy(_for(_FOREIGN), key=tokens.KEY_POLICY),
            _policy(_for({"AWS": "999999999999"})),
            _policy(_for({"Service": "*"})),
            _policy(_for("*", Condition={"StringEquals": {"aws:PrincipalTag/account": ACCOUNT}})),
            _policy(_for("*", Condition={"StringNotEquals": {"kms:CallerAccount": ACCOUNT}})),
            _policy(_for({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})),
            _policy(_for({"AWS": f"arn:aws:iam::{ACCOUNT[:-1]}?:root"})),
            _policy(_for({"Federated": "accounts.example.com"})),
            _policy({"NotPrincipal": _FOREIGN, "Action": "kms:*"}),
            _policy(_for("*", Condition={"StringEquals": {"kms:CallerAccount": "999999999999"}})),
            _policy(_for("*", Condition={"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}})),
            _policy(_for("*", Condition={"StringLike": {"aws:PrincipalOrgID": "*"}})),
            _policy(_for("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}})),
        ),
        undecided=(
            (_PROVIDER, Node(tokens.KEY, "key", {"policy": Ref("role")}, provider="aws")),
            (Node(tokens.KEY, "key", {"policy": _policy(_for(_ADMIN))[1].props["policy"]}),),
        ),
    ),
)
