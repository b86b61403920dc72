"""Nobody both manages a key and uses it."""

import json
from collections.abc import Iterable, Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Principal, Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity

# What shows that a principal can manage the key, or use it; wildcards in a policy are matched against these.
# Grants are
# in neither: services that use a key make and retire them.
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


def _separation_problems(key: Resource, _: Graph) -> Iterator[Problem]:
    if key.type == tokens.KEY and "policy" not in key.props:
        yield Problem("policy", "the key has AWS's default policy: whoever the account lets may manage and use it")
        return
    all_statements = _statements(key)
    allowing = [statement for statement in all_statements if statement.allows]
    for principal in sorted({str.__str__(p.value) for s in allowing for p in s.principals or ()}):
        manages = sorted(_granted(principal, _MANAGING, all_statements))
        uses = sorted(_granted(principal, _USING, all_statements))
        if manages and uses:
            shown = next(p.value for s in allowing for p in s.principals or () if p.value == principal)
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


def _names(statement: Statement, principal: str) -> bool:
    return any(p.value == principal or p.everyone for p in statement.principals or ())


def _denies(statement: Statement, principal: str) -> bool:
    if statement.not_principals is not None:
        return Principal("AWS", principal) not in statement.not_principals
    return _names(statement, principal)


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
_LOGS = {"Service": "delivery.logs.amazonaws.com"}

RULES = (
    Rule(
        id="KMS-03",
        name="key-managers-do-not-use-it",
        summary="Nobody whom a key's policy names can both manage the key and use it.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.KEY, tokens.KEY_POLICY),
        reads=("policy",),
        controls=(*pci("L", "3.6.1.3", "7.2.2"), *unverified("soc2", "CC6.3")),
        remedy="Name different roles in components.EncryptionKey as administrators and users; give the"
        " account's root managing actions alone, for kms:* lets every IAM policy grant both.",
        problems=_separation_problems,
        passes=(
            _policy(_for(_ROOT, "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"), _for(_APP)),
            _policy(_for(_ADMIN, "kms:Put*", "kms:Describe*"), _for(_APP, "kms:Decrypt", "kms:DescribeKey")),
            _policy(_for(_ADMIN, "kms:*"), _for("*", *_USING, Effect="Deny")),
            _policy(
                _for(_ADMIN, "kms:*"),
                {"NotPrincipal": {"AWS": _APP["AWS"]}, "Action": list(_USING), "Effect": "Deny"},
            ),
            _policy(_for(_LOGS, "kms:GenerateDataKey*", "kms:CreateGrant")),
        ),
        fails=(
            (Node(tokens.KEY, "key"),),
            _policy(_for(_ROOT, "kms:*")),
            _policy(_for(_ADMIN, "KMS:*")),
            _policy(_for(_ADMIN, "*")),
            _policy(_for(_ADMIN, "kms:*"), key=tokens.KEY_POLICY),
            _policy(_for(_ADMIN, "kms:PutKeyPolicy"), _for(_ADMIN, "kms:decrypt")),
            _policy(_for(_ADMIN, "kms:PutKeyPolicy"), _for("*", "kms:Decrypt")),
            _policy({"Principal": _ADMIN, "NotAction": "kms:Decrypt"}),
            _policy(_for(_ADMIN, "kms:*"), {"NotPrincipal": _ADMIN, "Action": list(_USING), "Effect": "Deny"}),
            _policy(
                _for(_ADMIN, "kms:*"),
                _for("*", "kms:*", Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            ),
        ),
        undecided=((Node(tokens.KEY, "key", {"policy": Ref("role")}),),),
    ),
)
