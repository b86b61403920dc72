"""What the lint says of documents, and how it tells which patterns can mean the same."""

import json
import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.access.lint import Kind, problems
from policies.access.overlap import overlap
from tests.policies.access.cases import statement


def _wrong(*statements: dict[str, Any], kind: Kind = Kind.IDENTITY, **document: Any) -> list[str]:
    whole = {"Version": "2012-10-17", "Statement": list(statements)} | document
    return list(problems(json.dumps(whole), kind))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Action": "s3:GetObjects"},
            "names the action s3:getobjects, which does not exist: did you mean s3:GetObject?",
        ),
        ({"Action": "s4:Get"}, "names the action s4:get, whose service does not exist"),
        ({"Action": "s3"}, "names the action s3, which is not written SERVICE:NAME"),
        (
            {"Resource": "arn:aws:s3:::invoices"},
            "lets s3:getobject act on resources of other types: it acts on accesspointobject, object",
        ),
        (
            {"Action": "sts:GetCallerIdentity", "Resource": "arn:aws:iam::111122223333:role/app"},
            "lets sts:getcalleridentity act on resources of other types: it acts on no resource, so that Resource must"
            " be *",
        ),
        ({"Resource": "invoices"}, "names the resource invoices, which is no ARN"),
        (
            {"Action": ["s3:GetObject", "s3:PutObject"], "Condition": {"StringEquals": {"s3:prefix": "a"}}},
            "tests s3:prefix, which requests for s3:GetObject, s3:PutObject do not carry",
        ),
        ({"Condition": {"Bool": {"aws:MFA": "true"}}}, "tests aws:mfa, which no request carries"),
        ({"Condition": {"StringIs": {"aws:username": "a"}}}, "tests aws:username by StringIs, which is no operator"),
        ({"Effects": "Allow"}, "has the element Effects, which IAM does not know"),
        ({"Principal": "*"}, "names a Principal, which a policy of an identity cannot"),
        ({"Resource": None}, "names no Resource, which a policy of an identity must"),
    ],
)
def test_it_says_what_is_wrong_and_what_would_be_right(changes: dict[str, Any], message: str) -> None:
    assert message in [found.removeprefix("statement Sid0 ") for found in _wrong(statement(Sid="Sid0", **changes))]


def test_a_document_is_of_the_version_with_variables() -> None:
    assert _wrong(statement(), Version="2008-10-17") == [
        "has Version 2008-10-17: write 2012-10-17, the only one with variables"
    ]
    assert _wrong(statement()) == []


def test_a_secret_document_shows_no_value() -> None:
    from policies.values import SecretText

    written = json.dumps({"Version": "2012-10-17", "Statement": [statement("s3:GetObjects", Resource="hidden")]})
    found = list(problems(SecretText(written), Kind.IDENTITY))
    assert found
    assert not [message for message in found if "hidden" in message or "getobjects" in message.lower()]


def test_every_operator_of_the_user_guide_is_one() -> None:
    for name in ("StringEquals", "ForAllValues:StringLike", "BoolIfExists", "Null", "ForAnyValue:ArnLikeIfExists"):
        assert _wrong(statement(Condition={name: {"aws:PrincipalArn": "a"}})) == []


_PATTERNS = st.text(alphabet="ab/:*?", max_size=5)
_TEMPLATES = st.text(alphabet="ab/:*?\0", max_size=5)
_TEXTS = ["".join(one) for length in range(7) for one in product("ab/:", repeat=length) if length < 5]
_MEANING = {"*": ".*", "?": ".", "\0": "[^/:]*"}


def _expression(pattern: str, wild: str) -> re.Pattern[str]:
    return re.compile("".join(_MEANING[c] if c in wild else re.escape(c) for c in pattern))


@given(_PATTERNS, _TEMPLATES)
def test_patterns_overlap_where_a_text_matches_both(pattern: str, template: str) -> None:
    one, other = _expression(pattern, "*?"), _expression(template, "*?\0")
    shared = any(one.fullmatch(text) and other.fullmatch(text) for text in _TEXTS)
    if shared or len(pattern.replace("*", "")) + len(re.sub(r"[*\0]", "", template)) <= 4:
        assert overlap(pattern, template) is shared
        assert overlap(f"x:::::{pattern}", f"\0:::::{template}") is shared


@pytest.mark.parametrize(
    ("pattern", "template", "expected"),
    [
        ("arn:aws:s3:::invoices/*", "arn:\0:s3:::\0/*", True),
        ("arn:aws:s3:::invoices/*", "arn:\0:s3:::\0", False),
        ("arn:aws:s3:::*", "arn:\0:s3:::\0", True),
        ("arn:aws:s3*", "arn:\0:s3:::\0/*", True),
        ("arn:aws:sqs:*", "arn:\0:s3:::\0/*", False),
        ("arn:aws-cn:s3:::a/b", "arn:\0:s3:::\0/*", True),
        ("arn:aws:iam::111122223333:role/platform/*", "arn:\0:iam::\0:role/*", True),
        ("arn:aws:logs:*:*:log-group:a:*", "arn:\0:logs:\0:\0:log-group:*:log-stream:*", True),
    ],
)
def test_arns_overlap(pattern: str, template: str, expected: bool) -> None:
    assert overlap(pattern, template) is expected
