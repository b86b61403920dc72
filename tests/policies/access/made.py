"""Policies made at random, of parts that requests meet often: for laws, and for comparison with other evaluators."""

from typing import Any

from hypothesis import strategies as st

from tests.policies.access.known.case import (
    ACCOUNT,
    FOREIGN,
    OTHER,
    ROLE,
    SESSION,
    USER,
    Ask,
    Case,
    Example,
    Statement,
)

_KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_SECRET = f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret:ledger-AbCdEf"
_QUEUE = f"arn:aws:sqs:us-west-2:{ACCOUNT}:payments"
_ABOUT = (
    ("s3:GetObject", "arn:aws:s3:::invoices/2026/a.csv"),
    ("s3:PutObject", "arn:aws:s3:::invoices/richard/b.csv"),
    ("s3:ListBucket", "arn:aws:s3:::invoices"),
    ("kms:Decrypt", _KEY),
    ("kms:CreateGrant", _KEY),
    ("sqs:SendMessage", _QUEUE),
    ("secretsmanager:GetSecretValue", _SECRET),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    ("ec2:DescribeInstances", "*"),
)
_ACTIONS = (
    "*",
    "s3:*",
    "S3:Get*",
    "s3:?etObject",
    "kms:*",
    "kms:decrypt",
    "sqs:Send*",
    "sts:*",
    "secretsmanager:Get*",
    "ec2:*",
)
_RESOURCES = (
    "*",
    "arn:aws:s3:::invoices/*",
    "arn:aws:s3:::invoices",
    "arn:aws:s3:::inv*",
    "arn:aws:s3:::invoices/????/*",
    "arn:aws:s3:::invoices/${aws:username}/*",
    "arn:aws:s3:::invoices/${aws:PrincipalTag/team, '2026'}/*",
    "arn:aws:kms:*:*:key/*",
    f"arn:aws:sqs:*:{ACCOUNT}:pay*",
    "arn:aws:secretsmanager:us-*:*:secret:*",
    f"arn:aws:iam::{ACCOUNT}:role/*",
)
_TESTS: tuple[tuple[str, str, Any], ...] = (
    ("Bool", "aws:MultiFactorAuthPresent", "true"),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
    ("StringEquals", "aws:PrincipalTag/team", ["billing", "ledger"]),
    ("StringNotEquals", "aws:PrincipalTag/team", "billing"),
    ("StringLike", "aws:PrincipalTag/team", "b*g"),
    ("StringNotLikeIfExists", "aws:PrincipalTag/team", "b*"),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", "BILLING"),
    ("StringEquals", "aws:PrincipalTag/team", "${aws:username}"),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]),
    ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
    ("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
    ("ArnNotEquals", "aws:PrincipalArn", ROLE),
    ("Null", "aws:SourceIp", "true"),
    ("Null", "aws:PrincipalTag/team", "false"),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["owner", "team"]),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["owner"]),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["owner"]),
    ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
    ("StringEquals", "aws:ResourceAccount", OTHER),
)
_VALUES: dict[str, tuple[Any, ...]] = {
    "aws:MultiFactorAuthPresent": ("true", "false", None),
    "aws:PrincipalTag/team": ("billing", "Billing", "richard", "b*g", None),
    "aws:SourceIp": ("203.0.113.9", "198.51.100.1", "2001:db8::1", None),
    "aws:MultiFactorAuthAge": ("60", "3600", None),
    "aws:CurrentTime": ("2025-12-31T23:59:59Z", "2026-06-01T00:00:00Z"),
    "aws:TagKeys": (("owner",), ("owner", "team"), ("cost",), None),
}
_PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": ROLE},
    {"AWS": [USER, FOREIGN]},
    {"AWS": ACCOUNT},
    {"AWS": [f"arn:aws:iam::{OTHER}:root"]},
    {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/{SESSION}"},
    {"Service": "logs.amazonaws.com"},
)


@st.composite
def statements(
    draw: st.DrawFn,
    *,
    named: tuple[Any, ...] = (),
    effects: tuple[str, ...] = ("Allow", "Allow", "Deny"),
    inverted: bool = True,
) -> Statement:
    made: dict[str, Any] = {"Effect": draw(st.sampled_from(effects))}
    possible = _ACTIONS if inverted else _ACTIONS[1:]
    actions = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=3, unique=True))
    made["Action" if draw(st.integers(0, 5)) or not inverted else "NotAction"] = actions
    resources = draw(st.lists(st.sampled_from(_RESOURCES), min_size=1, max_size=3, unique=True))
    made["Resource" if draw(st.integers(0, 5)) else "NotResource"] = resources
    condition: dict[str, dict[str, Any]] = {}
    for operator, key, values in draw(st.lists(st.sampled_from(_TESTS), max_size=2)):
        condition.setdefault(operator, {})[key] = values
    if condition:
        made["Condition"] = condition
    if named:
        made["Principal"] = draw(st.sampled_from(named))
    return made


def _some(*, named: tuple[Any, ...] = ()) -> st.SearchStrategy[tuple[Statement, ...]]:
    """Statements of one document; half of them with one before that allows everything, so that others matter."""
    made = st.lists(statements(named=named), min_size=1, max_size=3).map(tuple)
    everything = st.builds(_everything, st.sampled_from(named or (None,)))
    return st.tuples(st.booleans(), everything, made).map(lambda parts: (parts[1], *parts[2]) if parts[0] else parts[2])


def _everything(principal: Any) -> Statement:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | ({"Principal": principal} if principal else {})


# Resource control policies name their actions ("Resource control policy syntax"), endpoints' policies everyone.
_DENIALS = st.lists(statements(effects=("Deny",), named=("*",), inverted=False), max_size=1).map(tuple)
_EXAMPLES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "identity": st.just(()) | _some() | _some() | _some(),
        "boundary": st.none() | st.none() | _some(),
        "session": st.none() | st.none() | st.none() | _some(),
        "control": st.just(()) | st.lists(_some(), min_size=1, max_size=2).map(tuple),
        "resource_control": st.just(()) | _DENIALS,
        "resource": st.none() | _some(named=_PRINCIPALS),
        "endpoint": st.none() | st.none() | st.none() | _some(named=("*",)),
    }
)
_ASKERS = (ROLE, ROLE, ROLE, USER, FOREIGN, "logs.amazonaws.com")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A request of which everything is told, and documents that may bear on it."""
    made = draw(_EXAMPLES)
    principal = draw(st.sampled_from(_ASKERS))
    if ":role/" not in principal:
        made["session"] = None
    if principal.endswith(".com"):
        made |= {"identity": (), "boundary": None, "control": ()}
    action, resource = draw(st.sampled_from(_ABOUT))
    if made["resource"] is None and (action.startswith("kms:") or action == "sts:AssumeRole"):
        made["resource"] = draw(_some(named=_PRINCIPALS))  # every key and every role has a policy
    if resource == "*":
        made["resource"] = None
    context = {key: draw(st.sampled_from(values)) for key, values in _VALUES.items()}
    asked = Ask("", action, resource, context, principal=principal)
    return Example(page="made", asks=(asked,), **made), asked
