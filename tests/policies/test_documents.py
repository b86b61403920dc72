import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.documents import DocumentError, Principal, matches, statements, version_of
from policies.engine import evaluate
from policies.examples import graph_of
from policies.report import Verdict
from policies.rules import BY_ID
from policies.rules.buckets import transport
from policies.waivers import Waivers

_SPOILED: dict[str | None, dict[str, Any]] = {
    "Effect": {"Effect": "Allow"},
    "Resource": {"Resource": ["arn:aws:s3:::invoices/*"]},
    None: {},
}
_STATEMENT: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["a", "b"]}


def _written_otherwise(draw: st.DrawFn, document: dict[str, Any]) -> Any:
    """The same document: one value or a list, any case of actions and condition keys, text or object."""

    def listed(value: Any) -> Any:
        single = isinstance(value, list) and len(value) == 1
        if single and draw(st.booleans()):
            return value[0]
        return [value] if not isinstance(value, list) and draw(st.booleans()) else value

    def cased(text: str) -> str:
        return draw(st.sampled_from((text, text.upper(), text.lower(), text.title())))

    statement = dict(document)
    statement["Resource"] = draw(st.permutations(statement["Resource"]))
    statement["Action"] = listed(cased(statement["Action"]))
    statement["Principal"] = draw(st.sampled_from(("*", {"AWS": "*"}, {"AWS": ["*"]}, ["*"])))
    condition = {cased("aws:SecureTransport"): listed(draw(st.sampled_from(("false", False))))}
    statement["Condition"] = {draw(st.sampled_from(("Bool", "BoolIfExists"))): condition}
    whole = {"Version": "2012-10-17", "Statement": listed(statement)}
    return json.dumps(whole) if draw(st.booleans()) else whole


@given(st.data(), st.sampled_from(("Effect", "Resource", None)))
def test_equivalent_policies_get_the_same_verdict(data: st.DataObject, spoiled: str | None) -> None:
    good = _STATEMENT | {"Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"]}
    bad = _SPOILED[spoiled]
    document = data.draw(st.composite(_written_otherwise)(good | bad))
    bucket, policy = transport.RULES[0].passes[0]
    changed = type(policy)(policy.type, policy.name, {"bucket": "invoices", "policy": document})
    report = evaluate(graph_of((bucket, changed)), [BY_ID["S3-03"]], Waivers())
    assert [f.verdict for f in report.findings] == ([Verdict.FAIL] if spoiled else [])


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "null",
        '{"Statement": 1}',
        '{"Statement": [{"Effect": "allow", "Action": "*"}]}',
        '{"Statement": [{"Effect": "Allow"}]}',
        '{"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "*"}]}',
    ],
)
def test_what_is_no_policy_is_an_error(text: str) -> None:
    with pytest.raises(DocumentError):
        statements(text)


def test_a_bucket_whose_policy_is_no_policy_fails() -> None:
    bucket, policy = transport.RULES[0].passes[0]
    changed = type(policy)(policy.type, policy.name, {"bucket": "invoices", "policy": "not a policy"})
    report = evaluate(graph_of((bucket, changed)), [BY_ID["S3-03"]], Waivers())
    assert [f.message for f in report.findings] == ["a policy document that this holds cannot be read: not JSON"]


def test_an_empty_text_is_no_document() -> None:
    assert statements("") == []
    assert version_of("") is None


def test_patterns_match_whole_texts_only() -> None:
    assert matches("s3:Get*", "s3:GetObject")
    assert matches("arn:aws:s3:::logs-?", "arn:aws:s3:::logs-1")
    assert not matches("s3:Get", "s3:GetObject")
    assert not matches("s3.Get*", "s3:GetObject")
    assert not matches("a/?", "a/*")
    assert matches("a/*", "a/*")


def test_not_action_covers_what_it_does_not_name() -> None:
    (statement,) = statements({"Statement": {"Effect": "Deny", "NotAction": ["s3:Put*"]}})
    assert statement.acts_on("s3:GetObject")
    assert not statement.acts_on("S3:putobject")
    assert not statement.covers_service("s3")
    assert statement.covers_service("kms")


@pytest.mark.parametrize(
    ("value", "account"),
    [
        ("111122223333", "111122223333"),
        ("arn:aws:iam::111122223333:role/x", "111122223333"),
        ("AIDACKCEVSQ6C2EXAMPLE", None),
        ("accounts.example.com", None),
        ("arn:aws:iam::*:role/x", None),
    ],
)
def test_a_principal_tells_its_account(value: str, account: str | None) -> None:
    assert Principal("AWS", value).account == account
