"""Requests about every resource that a pattern matches, and requests that nobody signed."""

import pytest

from policies.access import Documents, Outcome
from tests.policies.access.cases import ACCOUNT, answer, document, statement

_YES, _NO, _MAYBE = Outcome.ALLOW, Outcome.DENY, Outcome.MAY
_ALL, _YEAR = "arn:aws:s3:::invoices/*", "arn:aws:s3:::invoices/2026/*"


@pytest.mark.parametrize(
    ("asked", "allowed", "outcome"),
    [
        (_ALL, _ALL, _YES),
        (_ALL, "*", _YES),
        (_ALL, "arn:aws:s3:::inv*", _YES),
        (_ALL, _YEAR, _MAYBE),
        (_ALL, "arn:aws:s3:::invoices/a.csv", _MAYBE),
        (_ALL, "arn:aws:s3:::invoices/?", _MAYBE),
        (_ALL, "arn:aws:s3:::invoices", _NO),
        (_ALL, "arn:aws:s3:::ledger/*", _NO),
        (_YEAR, _ALL, _YES),
        ("arn:aws:s3:::invoices/202?/a", _ALL, _YES),
        ("arn:aws:s3:::invoices/202?/a", _YEAR, _MAYBE),
        ("arn:aws:s3:::invoices/202?/a", "arn:aws:s3:::invoices/1999/*", _NO),
        (_ALL, "arn:aws:s3:::invoices/${aws:PrincipalTag/team}/*", _MAYBE),
        (_ALL, "arn:aws:s3:::ledger/${aws:PrincipalTag/team}/*", _NO),
    ],
)
def test_a_pattern_is_allowed_wholly_in_part_or_not(asked: str, allowed: str, outcome: Outcome) -> None:
    assert answer(statement(Resource=allowed), resource=asked).outcome is outcome


def test_a_denial_of_a_part_leaves_the_rest() -> None:
    allow = statement("s3:*")
    assert answer(allow, statement("s3:*", "Deny", Resource=_YEAR), resource=_ALL).outcome is _MAYBE
    assert answer(allow, statement("s3:*", "Deny", Resource=_ALL), resource=_YEAR).outcome is _NO
    other = statement("s3:*", Resource=None, NotResource=_YEAR)
    assert answer(other, resource=_ALL).outcome is _MAYBE
    assert answer(other, resource=_YEAR).outcome is _NO
    assert answer(other, resource="arn:aws:s3:::invoices/1999/*").outcome is _YES


def test_nobody_who_signs_not_is_somebody() -> None:
    def open_to(**condition: object) -> Documents:
        return Documents(resource=document(statement(Principal="*", Condition=condition)))

    assert answer(principal="*", documents=open_to()).outcome is _YES
    assert answer(principal="*", documents=open_to(Null={"aws:PrincipalArn": "true"})).outcome is _YES
    assert answer(principal="*", documents=open_to(StringEquals={"aws:PrincipalAccount": ACCOUNT})).outcome is _NO
    assert answer(principal="*", documents=open_to(IpAddress={"aws:SourceIp": "10.0.0.0/8"})).outcome is _MAYBE
    named = document(statement(Principal={"AWS": ACCOUNT}))
    assert answer(principal="*", documents=Documents(resource=named)).outcome is _NO
