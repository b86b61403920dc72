"""What holds for all documents: denials win, and no document but an allowance widens."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies.access import Document, Documents, Outcome, Request, decide
from tests.policies.access.cases import ACCOUNT, KEY, OBJECT, OTHER, ROLE, USER, document, statement

_RANK = {Outcome.DENY: 0, Outcome.MAY: 1, Outcome.ALLOW: 2}
_ACTIONS = st.sampled_from(("*", "s3:*", "s3:GetObject", "kms:*", "kms:Decrypt", "iam:*"))
_RESOURCES = st.sampled_from(("*", OBJECT, "arn:aws:s3:::invoices/${aws:PrincipalTag/team}*", KEY, "arn:aws:s3:::x/*"))
_CONDITIONS = st.sampled_from(
    (
        None,
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringNotEquals": {"aws:PrincipalTag/team": "billing"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["owner"]}},
        {"Null": {"aws:SourceIp": "false"}},
    )
)
_PRINCIPALS = st.sampled_from(
    ("*", {"AWS": ROLE}, {"AWS": USER}, {"AWS": ACCOUNT}, {"AWS": OTHER}, {"Service": "logs.amazonaws.com"})
)


@st.composite
def _statements(draw: st.DrawFn, effect: str | None = None, *, of_resource: bool = False) -> dict[str, Any]:
    action, resource = draw(_ACTIONS), draw(_RESOURCES)
    made: dict[str, Any] = {"Effect": effect or draw(st.sampled_from(("Allow", "Deny"))), "Action": action}
    made |= {"Resource" if draw(st.booleans()) else "NotResource": resource}
    if (condition := draw(_CONDITIONS)) is not None:
        made["Condition"] = condition
    if of_resource:
        made["Principal" if draw(st.integers(0, 3)) else "NotPrincipal"] = draw(_PRINCIPALS)
    return made


@st.composite
def _some_documents(draw: st.DrawFn, *, of_resource: bool = False) -> Document:
    if not draw(st.integers(0, 9)):
        return Document("unknown", None)
    return document(*draw(st.lists(_statements(of_resource=of_resource), max_size=3)))


_DOCUMENTS = st.builds(
    Documents,
    identity=st.lists(_some_documents(), max_size=2).map(tuple),
    boundary=st.none() | _some_documents(),
    session=st.lists(_some_documents(), max_size=1).map(tuple),
    control=st.lists(st.lists(_some_documents(), max_size=2).map(tuple), max_size=2).map(tuple),
    resource=st.none() | _some_documents(of_resource=True),
)
_REQUESTS = st.builds(
    lambda principal, about, account, context, complete: Request(
        principal=principal, action=about[0], resource=about[1], account=account, context=context, complete=complete
    ),
    st.sampled_from((ROLE, USER, f"arn:aws:iam::{OTHER}:role/partner", "logs.amazonaws.com")),
    st.sampled_from((("s3:GetObject", OBJECT), ("kms:Decrypt", KEY))),
    st.sampled_from((ACCOUNT, OTHER, "")),
    st.dictionaries(
        st.sampled_from(("aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "aws:TagKeys")),
        st.sampled_from(("true", "billing", "owner")) | st.none(),
    ),
    st.booleans(),
)


def _outcome(request: Request, documents: Documents) -> int:
    return _RANK[decide(request, documents).outcome]


@given(_REQUESTS, _DOCUMENTS)
def test_a_denial_of_everything_always_wins(request: Request, documents: Documents) -> None:
    denial = document(statement("*", "Deny"))
    everywhere = document(statement("*", "Deny", Principal="*"))
    if request.kind == "AWS":
        assert _outcome(request, replace(documents, identity=(*documents.identity, denial))) == 0
    assert _outcome(request, replace(documents, resource=everywhere)) == 0


@given(_REQUESTS, _DOCUMENTS, _statements("Allow"))
def test_an_allowance_never_takes_away(request: Request, documents: Documents, allowance: dict[str, Any]) -> None:
    more = replace(documents, identity=(*documents.identity, document(allowance)))
    assert _outcome(request, more) >= _outcome(request, documents)


@given(_REQUESTS, _DOCUMENTS, _statements("Deny"))
def test_a_denial_never_gives(request: Request, documents: Documents, denial: dict[str, Any]) -> None:
    more = replace(documents, identity=(*documents.identity, document(denial)))
    assert _outcome(request, more) <= _outcome(request, documents)


@given(_REQUESTS, _DOCUMENTS, _some_documents())
def test_no_boundary_and_no_level_of_control_widens(request: Request, documents: Documents, limit: Document) -> None:
    unbounded = replace(documents, boundary=None)
    assert _outcome(request, replace(documents, boundary=limit)) <= _outcome(request, unbounded)
    more = replace(documents, control=(*documents.control, (limit,)))
    assert _outcome(request, more) <= _outcome(request, documents)
    if not documents.session:
        assert _outcome(request, replace(documents, session=(limit,))) <= _outcome(request, documents)


@given(_REQUESTS, _DOCUMENTS, st.sampled_from(("true", "billing", "owner")) | st.none())
def test_knowing_more_of_the_request_only_settles_what_was_open(
    request: Request, documents: Documents, value: str | None
) -> None:
    before = decide(request, documents).outcome
    for key in ("aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "aws:TagKeys", "aws:SourceIp"):
        if key not in request.context and not request.complete:
            told = replace(request, context={**request.context, key: value})
            assert before in (Outcome.MAY, decide(told, documents).outcome)
