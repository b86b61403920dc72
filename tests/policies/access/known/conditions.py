"""Condition operators and keys, each with a value, with several, and without."""

from typing import Any

from tests.policies.access.known.case import ACCOUNT, ROLE, USER, Ask, Example, allow, deny

_OPERATORS = "reference_policies_elements_condition_operators"
_MULTI = "reference_policies_condition-logic-multiple-context-keys-or-values"
_SETS = "reference_policies_condition-single-vs-multi-valued-context-keys"
_TAGS = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
_OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/a.txt"
_TOPIC = f"arn:aws:sns:us-east-2:{ACCOUNT}:MyTopic"


def _tested(
    operator: str,
    key: str,
    values: Any,
    *answers: tuple[str, Any],
    action: str = "s3:GetObject",
    resource: str = _OBJECT,
) -> Example:
    """What a statement with one condition answers for each value of its key; None stands for no value."""
    return Example(
        page=_SETS if operator.startswith("For") else _OPERATORS,
        identity=(allow(action, Condition={operator: {key: values}}),),
        asks=tuple(Ask(answer, action, resource, {key: value}) for answer, value in answers),
    )


_JOB = "aws:PrincipalTag/job-category"
_KEYS: dict[str, str] = {"action": "ec2:CreateTags", "resource": _TAGS}

EXAMPLES = (
    _tested(
        "StringEquals", _JOB, "iamuser-admin", ("allow", "iamuser-admin"), ("deny", "IAMUser-admin"), ("deny", None)
    ),
    _tested("StringEquals", _JOB, ["a", "b"], ("allow", "a"), ("allow", "b"), ("deny", "c"), ("deny", "ab")),
    _tested("StringEquals", _JOB, "a*", ("deny", "ab"), ("deny", "a")),
    _tested("StringNotEquals", _JOB, "a", ("deny", "a"), ("allow", "b"), ("allow", "A"), ("allow", None)),
    _tested("StringNotEquals", _JOB, ["a", "b"], ("deny", "a"), ("deny", "b"), ("allow", "c")),
    _tested("StringEqualsIgnoreCase", _JOB, "Admin", ("allow", "admin"), ("allow", "ADMIN"), ("deny", "admins")),
    _tested("StringNotEqualsIgnoreCase", _JOB, "Admin", ("deny", "ADMIN"), ("allow", "user"), ("allow", None)),
    _tested(
        "StringLike", _JOB, "a?b*", ("allow", "axb"), ("allow", "axbc"), ("deny", "ab"), ("deny", "AXB"), ("deny", None)
    ),
    _tested("StringLike", _JOB, "*", ("allow", "anything"), ("deny", None)),
    _tested("StringNotLike", _JOB, "a*", ("deny", "ab"), ("deny", "a"), ("allow", "b"), ("allow", None)),
    _tested("StringEqualsIfExists", _JOB, "a", ("allow", "a"), ("deny", "b"), ("allow", None)),
    _tested("StringLikeIfExists", _JOB, "a*", ("allow", "ab"), ("deny", "b"), ("allow", None)),
    _tested("StringNotEqualsIfExists", _JOB, "a", ("deny", "a"), ("allow", "b"), ("allow", None)),
    _tested("NumericEquals", "aws:MultiFactorAuthAge", "10", ("allow", "10"), ("deny", "11"), ("deny", None)),
    _tested("NumericNotEquals", "aws:MultiFactorAuthAge", "10", ("deny", "10"), ("allow", "11"), ("allow", None)),
    _tested("NumericLessThan", "aws:MultiFactorAuthAge", "3600", ("allow", "3599"), ("deny", "3600"), ("deny", None)),
    _tested("NumericLessThanEquals", "aws:MultiFactorAuthAge", "3600", ("allow", "3600"), ("deny", "3601")),
    _tested("NumericGreaterThan", "aws:MultiFactorAuthAge", "9", ("allow", "10"), ("deny", "9")),
    _tested("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "9", ("allow", "9"), ("allow", "10"), ("deny", "8")),
    _tested("NumericLessThanIfExists", "aws:MultiFactorAuthAge", "9", ("allow", "8"), ("deny", "9"), ("allow", None)),
    _tested(
        "DateGreaterThan",
        "aws:TokenIssueTime",
        "2020-01-01T00:00:01Z",
        ("allow", "2020-01-01T00:00:02Z"),
        ("deny", "2020-01-01T00:00:01Z"),
        ("deny", None),
    ),
    _tested(
        "DateLessThanEquals",
        "aws:TokenIssueTime",
        "2020-01-01",
        ("allow", "2020-01-01T00:00:00Z"),
        ("deny", "2020-01-02"),
    ),
    _tested(
        "DateEquals", "aws:TokenIssueTime", "2020-01-01T00:00:00Z", ("allow", "2020-01-01T00:00:00Z"), ("deny", None)
    ),
    _tested(
        "DateNotEquals", "aws:TokenIssueTime", "2020-01-01T00:00:00Z", ("deny", "2020-01-01T00:00:00Z"), ("allow", None)
    ),
    _tested("Bool", "aws:SecureTransport", "false", ("allow", "false"), ("deny", "true"), ("deny", None)),
    _tested("Bool", "aws:SecureTransport", "true", ("allow", "true"), ("deny", "false"), ("deny", None)),
    _tested(
        "BoolIfExists", "aws:MultiFactorAuthPresent", "true", ("allow", "true"), ("deny", "false"), ("allow", None)
    ),
    _tested(
        "IpAddress",
        "aws:SourceIp",
        ["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
        ("allow", "203.0.113.9"),
        ("deny", "203.0.114.9"),
        ("allow", "2001:db8:1234:5678::1"),
        ("deny", "2001:db8:1234:5679::1"),
        ("deny", None),
    ),
    _tested("IpAddress", "aws:SourceIp", "203.0.113.7", ("allow", "203.0.113.7"), ("deny", "203.0.113.8")),
    _tested(
        "NotIpAddress", "aws:SourceIp", "203.0.113.0/24", ("deny", "203.0.113.9"), ("allow", "8.8.8.8"), ("allow", None)
    ),
    _tested(
        "ArnLike",
        "aws:PrincipalArn",
        "arn:aws:iam::*:role/a*",
        ("allow", ROLE),
        ("deny", USER),
        ("deny", "arn:aws:iam::111122223333:role/b"),
    ),
    _tested("ArnEquals", "aws:PrincipalArn", ROLE, ("allow", ROLE), ("deny", f"{ROLE}2")),
    _tested("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*", ("allow", ROLE), ("deny", USER)),
    _tested("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a*", ("deny", ROLE), ("allow", USER)),
    _tested("ArnNotEquals", "aws:PrincipalArn", ROLE, ("deny", ROLE), ("allow", USER)),
    _tested("StringLike", "aws:PrincipalArn", "arn:aws:iam::*", ("allow", ROLE), ("allow", USER)),
    _tested("Null", "aws:TokenIssueTime", "true", ("deny", "2020-01-01T00:00:00Z"), ("allow", None)),
    _tested("Null", "aws:TokenIssueTime", "false", ("allow", "2020-01-01T00:00:00Z"), ("deny", None)),
    _tested(
        "ForAllValues:StringEquals",
        "aws:TagKeys",
        ["environment", "webserver"],
        ("allow", ("environment",)),
        ("allow", ("environment", "webserver")),
        ("deny", ("environment", "costcenter")),
        ("deny", ("costcenter",)),
        ("allow", None),
        **_KEYS,
    ),
    _tested(
        "ForAnyValue:StringEquals",
        "aws:TagKeys",
        ["environment", "webserver"],
        ("allow", ("environment", "costcenter")),
        ("allow", ("webserver",)),
        ("deny", ("costcenter", "owner")),
        ("deny", None),
        **_KEYS,
    ),
    _tested(
        "ForAllValues:StringNotEquals",
        "aws:TagKeys",
        ["secret"],
        ("allow", ("a", "b")),
        ("deny", ("a", "secret")),
        ("allow", None),
        **_KEYS,
    ),
    _tested(
        "ForAnyValue:StringNotEquals",
        "aws:TagKeys",
        ["secret"],
        ("allow", ("a", "secret")),
        ("deny", ("secret",)),
        ("deny", None),
        **_KEYS,
    ),
    _tested(
        "ForAnyValue:StringLike",
        "aws:TagKeys",
        ["env*"],
        ("allow", ("a", "environment")),
        ("deny", ("a", "b")),
        **_KEYS,
    ),
    _tested(
        "ForAllValues:StringLike",
        "aws:TagKeys",
        ["env*", "c*"],
        ("allow", ("cost", "environment")),
        ("deny", ("cost", "b")),
        **_KEYS,
    ),
    _tested(
        "ForAllValues:StringEqualsIgnoreCase",
        "aws:TagKeys",
        ["Environment"],
        ("allow", ("environment", "ENVIRONMENT")),
        ("deny", ("environment", "b")),
        **_KEYS,
    ),
    Example(
        page=_MULTI,
        identity=(
            allow(
                "s3:GetObject",
                Condition={
                    "StringEquals": {
                        "aws:PrincipalTag/department": ["finance", "hr", "legal"],
                        "aws:PrincipalTag/role": "audit",
                    },
                    "ArnLike": {
                        "aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:user/*", f"arn:aws:iam::{ACCOUNT}:role/*"]
                    },
                },
            ),
        ),
        asks=(
            Ask(
                "allow",
                "s3:GetObject",
                _OBJECT,
                {"aws:PrincipalTag/department": "hr", "aws:PrincipalTag/role": "audit"},
            ),
            Ask(
                "deny", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/department": "it", "aws:PrincipalTag/role": "audit"}
            ),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/department": "hr", "aws:PrincipalTag/role": "dev"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/department": "hr"}),
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("may", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/department": "hr"}, told=False),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/department": "it"}, told=False),
        ),
    ),
    Example(
        page=_MULTI,
        identity=(allow("s3:*"), deny("s3:*", Condition={"StringNotEquals": {_JOB: ["a", "b"]}})),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {_JOB: "a"}),
            Ask("allow", "s3:GetObject", _OBJECT, {_JOB: "b"}),
            Ask("deny", "s3:GetObject", _OBJECT, {_JOB: "c"}),
            Ask("deny", "s3:GetObject", _OBJECT),
        ),
    ),
    Example(
        page="reference_policies_elements_condition",
        identity=(allow("s3:GetObject", Condition={"StringEquals": {"AWS:principaltag/TEAM": "a"}}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/team": "a"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalTag/team": "A"}),
        ),
    ),
    Example(
        page="reference_policies_condition-keys",
        identity=(allow("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}),),
        asks=(Ask("allow", "s3:GetObject", _OBJECT), Ask("allow", "s3:GetObject", _OBJECT, told=False)),
    ),
    Example(
        page="reference_policies_condition-keys",
        identity=(allow("sns:Publish", _TOPIC, Condition={"StringEquals": {"aws:ResourceAccount": ACCOUNT}}),),
        asks=(Ask("allow", "sns:Publish", _TOPIC), Ask("allow", "sns:Publish", _TOPIC, told=False)),
    ),
)
