"""Nobody both manages a key and uses it."""

import re
from collections.abc import Iterable, Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Principal, Statement
from policies.examples import ACCOUNT, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.keys.documents import ADMIN, APP, LOGS, ROOT, grant, key_statements, policy

# What shows that a principal can manage the key, or use it; wildcards in a policy are matched against these. Grants
# are in neither: services that use a key make and retire them.
_MANAGING = frozenset(
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion",
        "DeleteImportedKeyMaterial",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "ImportKeyMaterial",
        "PutKeyPolicy",
        "ReplicateKey",
        "RevokeGrant",
        "ScheduleKeyDeletion",
        "UpdatePrimaryRegion",
    )
)
_USING = frozenset(
    f"kms:{action}"
    for action in (
        "Decrypt",
        "DeriveSharedSecret",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "ReEncryptFrom",
        "ReEncryptTo",
        "Sign",
        "VerifyMac",
    )
)


def _separation_problems(key: Resource, graph: Graph) -> Iterator[Problem]:
    if key.type != tokens.KEY_POLICY and not key.props.get("policy"):
        if not graph.referrers(key, tokens.KEY_POLICY, "keyId", *tokens.KEYS):  # which are judged by themselves
            yield Problem("policy", "the key has AWS's default policy: whoever the account lets may manage and use it")
        return
    all_statements = key_statements(key)
    allowing = [statement for statement in all_statements if statement.allows]
    for principal in sorted({_called(p) for s in allowing for p in s.principals or ()}):
        manages = sorted(_granted(principal, _MANAGING, all_statements))
        uses = sorted(_granted(principal, _USING, all_statements))
        if manages and uses:
            shown = next(p.value for s in allowing for p in s.principals or () if _called(p) == principal)
            yield Problem("policy", f"{shown} both manages ({manages[0]}) and uses the key ({uses[0]})")


def _granted(principal: str, actions: Iterable[str], all_statements: list[Statement]) -> set[str]:
    """The actions that a principal is allowed; only a denial without conditions takes one away."""
    allowed = {a for a in actions for s in all_statements if s.allows and _names(s, principal) and s.acts_on(a)}
    return {
        action
        for action in allowed
        if not any(
            s.denies and not s.conditions and _denies(s, principal) and s.acts_on(action) for s in all_statements
        )
    }


def _called(principal: Principal) -> str:
    """Its name; of an account, which may be written in two ways, that of its root."""
    value = str.__str__(principal.value)
    return f"arn:aws:iam::{value}:root" if re.fullmatch(r"\d{12}", value) else value


def _names(statement: Statement, principal: str) -> bool:
    if any(_called(p) == principal for p in statement.principals or ()):
        return True
    if not statement.for_everyone():
        return False
    only, but = _told(statement, ("ArnEquals", "StringEquals")), _told(statement, ("ArnNotEquals", "StringNotEquals"))
    return principal not in but and (not only or principal in only)


def _told(statement: Statement, operators: tuple[str, ...]) -> set[str]:
    """Whom a statement for everyone names by a condition; a pattern names nobody for certain."""
    values = [
        value
        for condition in statement.conditions
        if condition.key == "aws:principalarn" and condition.operator in operators
        for value in condition.values
    ]
    return set() if any("*" in value or "?" in value for value in values) else set(values)


def _denies(statement: Statement, principal: str) -> bool:
    if statement.not_principals is not None:
        return principal not in map(_called, statement.not_principals)
    return _names(statement, principal)


_APART = policy(grant(ADMIN, "kms:Put*"), grant(APP))[1].props

RULES = (
    Rule(
        id="KMS-03",
        name="key-managers-do-not-use-it",
        summary="Nobody whom a key's policy names can both manage the key and use it.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(*tokens.KEYS, tokens.KEY_POLICY),
        reads=("policy", "keyId"),
        controls=(*pci("L", "3.6.1.3", "7.2.2"), *unverified("soc2", "CC6.3")),
        remedy="Name different roles in components.EncryptionKey as administrators and users; give the"
        " account's root managing actions alone, for kms:* lets every IAM policy grant both.",
        problems=_separation_problems,
        needs_graph=True,
        passes=(
            (Node(tokens.KEY, "key"), Node(tokens.KEY_POLICY, "policy", {"keyId": Ref("key"), **_APART})),
            policy(grant(ROOT, "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"), grant(APP)),
            policy(grant(ADMIN, "kms:Put*", "kms:Describe*"), grant(APP, "kms:Decrypt", "kms:DescribeKey")),
            policy(grant(ADMIN, "kms:*"), grant("*", *_USING, Effect="Deny")),
            policy(
                grant(ADMIN, "kms:*"),
                {"NotPrincipal": {"AWS": APP["AWS"]}, "Action": list(_USING), "Effect": "Deny"},
            ),
            policy(grant(LOGS, "kms:GenerateDataKey*", "kms:CreateGrant")),
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnNotEquals": {"aws:PrincipalArn": [ADMIN["AWS"]]}}),
            ),
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnEquals": {"aws:PrincipalArn": APP["AWS"]}}),
            ),
        ),
        fails=(
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnEquals": {"aws:PrincipalArn": [APP["AWS"][0], ADMIN["AWS"]]}}),
            ),
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnEquals": {"aws:PrincipalArn": f"{ADMIN['AWS']}*"}}),
            ),
            (Node(tokens.KEY, "key"),),
            policy(grant(ROOT, "kms:*")),
            policy(grant({"AWS": ACCOUNT}, "kms:PutKeyPolicy"), grant(ROOT, "kms:Decrypt")),
            *((Node(type_, "key", {"policy": ""}),) for type_ in tokens.KEYS),
            policy(grant(ADMIN, "KMS:*")),
            policy(grant(ADMIN, "*")),
            policy(grant(ADMIN, "kms:*"), key=tokens.KEY_POLICY),
            policy(grant(ADMIN, "kms:PutKeyPolicy"), grant(ADMIN, "kms:decrypt")),
            policy(grant(ADMIN, "kms:PutKeyPolicy"), grant("*", "kms:Decrypt")),
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnNotEquals": {"aws:PrincipalArn": [ROOT["AWS"]]}}),
            ),
            policy(
                grant(ADMIN, "kms:PutKeyPolicy"),
                grant("*", Condition={"ArnNotEqualsIfExists": {"aws:PrincipalArn": [ADMIN["AWS"]]}}),
            ),
            policy({"Principal": ADMIN, "NotAction": "kms:Decrypt"}),
            policy(grant(ADMIN, "kms:*"), {"NotPrincipal": ADMIN, "Action": list(_USING), "Effect": "Deny"}),
            policy(
                grant(ADMIN, "kms:*"),
                grant("*", "kms:*", Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            ),
        ),
        undecided=((Node(tokens.KEY, "key", {"policy": Ref("role")}),),),
    ),
)
