"""Condition operators, keys without value and policy variables, as the IAM user guide describes them."""

from typing import Any

import pytest

from policies.access import Outcome
from tests.policies.access.cases import ACCOUNT, OBJECT, USER, answer, statement

_YES, _NO, _MAYBE = Outcome.ALLOW, Outcome.DENY, Outcome.MAY


def _condition(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return statement(Condition={operator: {key: list(values)}})


@pytest.mark.parametrize(
    ("operator", "values", "told", "outcome"),
    [
        ("StringEquals", ["prod"], "prod", _YES),
        ("StringEquals", ["prod"], "Prod", _NO),
        ("StringEquals", ["dev", "prod"], "prod", _YES),
        ("StringEquals", ["pr*"], "prod", _NO),
        ("StringNotEquals", ["dev", "prod"], "prod", _NO),
        ("StringNotEquals", ["dev"], "prod", _YES),
        ("StringEqualsIgnoreCase", ["prod"], "PROD", _YES),
        ("StringNotEqualsIgnoreCase", ["prod"], "PROD", _NO),
        ("StringLike", ["pr?d"], "prod", _YES),
        ("StringLike", ["p*"], "prod", _YES),
        ("StringLike", ["p"], "prod", _NO),
        ("StringNotLike", ["p*"], "prod", _NO),
        ("NumericEquals", ["10"], "10.0", _YES),
        ("NumericLessThanEquals", [3600], "3600", _YES),
        ("NumericLessThan", [3600], "3600", _NO),
        ("NumericGreaterThan", ["9"], "10", _YES),
        ("NumericNotEquals", ["9"], "10", _YES),
        ("NumericLessThan", ["ten"], "3", _MAYBE),
        ("DateLessThan", ["2026-01-01T00:00:00Z"], "2025-12-31T23:59:59Z", _YES),
        ("DateGreaterThan", ["1767225600"], "2025-12-31T23:59:59Z", _NO),
        ("DateEquals", ["2026-01-01"], "1767225600", _YES),
        ("Bool", ["true"], "true", _YES),
        ("Bool", [True], "True", _YES),
        ("Bool", ["true"], "false", _NO),
        ("IpAddress", ["203.0.113.0/24"], "203.0.113.7", _YES),
        ("IpAddress", ["203.0.113.7"], "203.0.113.7", _YES),
        ("IpAddress", ["2001:db8::/32"], "203.0.113.7", _NO),
        ("NotIpAddress", ["203.0.113.0/24"], "203.0.113.7", _NO),
        ("ArnLike", ["arn:aws:sns:*:111122223333:a*"], "arn:aws:sns:eu-west-1:111122223333:alarm", _YES),
        ("ArnLike", ["arn:aws:sns:*:alarm"], "arn:aws:sns:eu-west-1:111122223333:alarm", _NO),
        ("ArnEquals", ["arn:aws:sns:eu-west-?:*:alarm"], "arn:aws:sns:eu-west-1:111122223333:alarm", _YES),
        ("ArnNotEquals", ["arn:aws:sns:*:*:alarm"], "arn:aws:sns:eu-west-1:111122223333:alarm", _NO),
        ("BinaryEquals", ["QmluYXJ5"], "QmluYXJ5", _YES),
        ("Null", ["true"], "x", _NO),
        ("Null", ["false"], "x", _YES),
        ("Perhaps", ["x"], "x", _MAYBE),
        ("StringEquals", ["prod"], ("prod", "dev"), _MAYBE),
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), _YES),
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), _NO),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "a"), _YES),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "d"), _NO),
        ("ForAllValues:StringNotLike", ["a*"], ("b", "c"), _YES),
        ("ForAnyValue:StringNotEquals", ["a"], ("a", "b"), _YES),
        ("ForAnyValue:StringNotEquals", ["a"], ("a",), _NO),
    ],
)
def test_an_operator_compares_with_a_value(operator: str, values: list[Any], told: Any, outcome: Outcome) -> None:
    assert answer(_condition(operator, "svc:Key", *values), SVC__KEY=told).outcome is outcome


@pytest.mark.parametrize(
    ("operator", "value", "absent"),
    [
        ("StringEquals", "a", _NO),
        ("StringNotEquals", "a", _YES),
        ("StringLike", "*", _NO),
        ("StringNotLike", "*", _YES),
        ("StringEqualsIfExists", "a", _YES),
        ("StringNotEqualsIfExists", "a", _YES),
        ("NumericLessThan", "1", _NO),
        ("NumericLessThanIfExists", "1", _YES),
        ("Bool", "false", _NO),
        ("BoolIfExists", "true", _YES),
        ("IpAddress", "0.0.0.0/0", _NO),
        ("NotIpAddress", "0.0.0.0/0", _YES),
        ("ArnLike", "*", _NO),
        ("ArnNotLike", "*", _YES),
        ("Null", "true", _YES),
        ("Null", "false", _NO),
        ("ForAllValues:StringEquals", "a", _YES),
        ("ForAnyValue:StringEquals", "a", _NO),
        ("ForAnyValue:StringNotEquals", "a", _NO),
        ("ForAnyValue:StringEqualsIfExists", "a", _YES),
    ],
)
def test_a_key_that_is_absent_is_not_one_that_is_untold(operator: str, value: str, absent: Outcome) -> None:
    condition = _condition(operator, "svc:Key", value)
    assert answer(condition, svc__key=None).outcome is absent
    assert answer(condition, complete=True).outcome is absent
    assert answer(condition).outcome is _MAYBE


def test_all_conditions_must_hold() -> None:
    both = statement(Condition={"StringEquals": {"a:a": "1", "a:b": "2"}, "Bool": {"a:c": "true"}})
    assert answer(both, a__a="1", a__b="2", a__c="true").outcome is _YES
    assert answer(both, a__a="1", a__b="2", a__c="false").outcome is _NO
    assert answer(both, a__a="1", a__b="3").outcome is _NO
    assert answer(both, a__a="1").outcome is _MAYBE


_HOME = "arn:aws:s3:::invoices/${aws:username}/*"


@pytest.mark.parametrize(
    ("pattern", "context", "outcome"),
    [
        (_HOME, {}, _YES),
        ("arn:aws:s3:::invoices/${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": "richard"}, _YES),
        ("arn:aws:s3:::invoices/${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": "*"}, _NO),
        ("arn:aws:s3:::invoices/${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": None}, _NO),
        ("arn:aws:s3:::invoices/${aws:PrincipalTag/team}/*", {}, _MAYBE),
        ("arn:aws:s3:::ledger/${aws:PrincipalTag/team}/*", {}, _NO),
        ("arn:aws:s3:::invoices/${aws:PrincipalTag/team, 'richard'}/*", {"aws:PrincipalTag/team": None}, _YES),
        ("arn:aws:s3:::invoices/${*}/*", {}, _NO),
        ("arn:aws:s3:::invoices/richard${$}/*", {}, _NO),
    ],
)
def test_a_variable_stands_for_a_value_of_the_request(pattern: str, context: dict[str, Any], outcome: Outcome) -> None:
    keys = {key.replace(":", "__").replace("/", "__"): value for key, value in context.items()}
    resource = "arn:aws:s3:::invoices/richard/x"
    assert answer(statement(Resource=pattern), principal=USER, resource=resource, **keys).outcome is outcome


def test_a_variable_without_value_leaves_a_negated_test_undecided() -> None:
    condition = _condition("StringNotEquals", "s3:prefix", "${aws:PrincipalTag/team}")
    assert answer(condition, s3__prefix="a", aws__PrincipalTag__team=None).outcome is _MAYBE
    assert answer(condition, s3__prefix="a", aws__PrincipalTag__team="b").outcome is _YES
    other = statement(Resource=None, NotResource="arn:aws:s3:::${aws:PrincipalTag/team}/*")
    assert answer(other, aws__PrincipalTag__team=None).outcome is _MAYBE


def test_an_old_document_has_no_variables() -> None:
    from policies.access import Documents
    from tests.policies.access.cases import document

    old = document(statement(Resource=_HOME), version="2008-10-17")
    outcome = answer(principal=USER, resource="arn:aws:s3:::invoices/richard/x", documents=Documents(identity=(old,)))
    assert outcome.outcome is _NO


def test_iam_tells_some_keys_itself() -> None:
    mine = statement(Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}})
    assert answer(mine, complete=True).outcome is _YES
    assert answer(_condition("StringEquals", "aws:username", "richard"), principal=USER).outcome is _YES
    assert answer(_condition("Null", "aws:username", "true")).outcome is _YES
    assert answer(_condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app"), resource=OBJECT).outcome is _YES
