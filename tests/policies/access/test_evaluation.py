"""Policy evaluation logic: cases after the examples of the IAM user guide."""

from dataclasses import replace
from typing import Any

import pytest

from policies.access import Document, Documents, Outcome, Request, decide
from tests.policies.access.cases import ACCOUNT, ALLOW_ALL, KEY, OBJECT, OTHER, ROLE, USER, answer, document, statement

_YES, _NO, _MAYBE = Outcome.ALLOW, Outcome.DENY, Outcome.MAY
_DENY = statement("*", "Deny")
_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/deploy"
_GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
_FOREIGN = f"arn:aws:iam::{OTHER}:role/partner"
_READ_ONLY = document(statement("s3:Get*"), name="read only")
_QUEUES = document(statement("sqs:*"), name="queues")
_NOTHING = document(statement("iam:GetUser"), name="nothing much")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"action": []}, _NO),
        ({}, _YES),
        ({"action": "S3:getobject"}, _YES),
        ({"action": "s3:Get*"}, _YES),
        ({"action": "s3:Get?bject"}, _YES),
        ({"action": "s3:Put*"}, _NO),
        ({"action": "*"}, _YES),
        ({"action": ["sqs:*", "s3:GetObject"]}, _YES),
        ({"action": None, "NotAction": "iam:*"}, _YES),
        ({"action": None, "NotAction": ["s3:*", "iam:*"]}, _NO),
        ({"Resource": "arn:aws:s3:::invoices/*"}, _YES),
        ({"Resource": "arn:aws:s3:::invoices"}, _NO),
        ({"Resource": "arn:aws:s3:::INVOICES/*"}, _NO),
        ({"Resource": "arn:aws:s3:::invoices/????.csv"}, _YES),
        ({"Resource": "arn:aws:s3:::invoices/???.csv"}, _NO),
        ({"Resource": ["arn:aws:s3:::a", OBJECT]}, _YES),
        ({"Resource": "arn:aws:s3:*:*:invoices/*"}, _YES),
        ({"Resource": "arn:aws:s3*"}, _YES),
        ({"Resource": "arn:aws:s*3:::invoices/*"}, _YES),
        ({"Resource": "arn:a*s3:::invoices/*"}, _NO),
        ({"Resource": None, "NotResource": "arn:aws:s3:::ledger/*"}, _YES),
        ({"Resource": None, "NotResource": "arn:aws:s3:::invoices/*"}, _NO),
    ],
)
def test_a_statement_names_actions_and_resources(changes: dict[str, Any], outcome: Outcome) -> None:
    assert answer(statement(**changes)).outcome is outcome


def test_an_action_without_resources_needs_a_wildcard() -> None:
    listing: dict[str, Any] = {"action": "s3:ListAllMyBuckets", "resource": "*"}
    assert answer(statement("s3:*"), **listing).outcome is _YES
    assert answer(statement("s3:*", Resource="arn:aws:s3:::*"), **listing).outcome is _NO


def test_a_denial_wins_and_is_the_reason() -> None:
    allow, deny = statement("s3:*", Sid="Read"), statement("s3:GetObject", "Deny", Sid="Never")
    decision = answer(allow, deny)
    assert (decision.outcome, [r.statement for r in decision.reasons]) == (_NO, ["statement Never"])
    perhaps = answer(allow, deny | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}})
    assert perhaps.outcome is _MAYBE
    assert {(r.statement, r.certain) for r in perhaps.reasons} == {("statement Read", True), ("statement Never", False)}


def test_where_nothing_allows_the_decision_says_what_is_lacking() -> None:
    decision = answer(documents=Documents(identity=(ALLOW_ALL,), boundary=_QUEUES))
    assert (decision.outcome, decision.reasons) == (_NO, ())
    assert decision.lacking == ("permissions boundary", "resource policy")


def _to(principal: Any, effect: str = "Allow", action: Any = "*", **more: Any) -> Document:
    return document(statement(action, effect, Principal=principal, **more), name="resource policy")


@pytest.mark.parametrize(
    ("documents", "outcome"),
    [
        (Documents(identity=(ALLOW_ALL,), boundary=_READ_ONLY), _YES),
        (Documents(identity=(ALLOW_ALL,), boundary=_QUEUES), _NO),
        (Documents(boundary=ALLOW_ALL), _NO),
        (Documents(identity=(ALLOW_ALL,), session=(_READ_ONLY,)), _YES),
        (Documents(identity=(ALLOW_ALL,), session=(_QUEUES,)), _NO),
        (Documents(identity=(ALLOW_ALL,), control=((ALLOW_ALL,), (_READ_ONLY,))), _YES),
        (Documents(identity=(ALLOW_ALL,), control=((ALLOW_ALL,), (_QUEUES,))), _NO),
        (Documents(identity=(ALLOW_ALL,), control=((_QUEUES, ALLOW_ALL),)), _YES),
        (Documents(identity=(ALLOW_ALL,), control=((ALLOW_ALL, document(_DENY)),)), _NO),
        (Documents(identity=(ALLOW_ALL,), control=((),)), _NO),
        (Documents(identity=(ALLOW_ALL,), boundary=document(statement("*"), _DENY)), _NO),
        (Documents(identity=(Document("managed by AWS", None),)), _MAYBE),
        (Documents(identity=(ALLOW_ALL, Document("managed by AWS", None))), _MAYBE),
        (Documents(identity=(ALLOW_ALL,), boundary=Document("unknown", None)), _MAYBE),
        (Documents(identity=(_NOTHING,), resource=Document("unknown", None)), _MAYBE),
        (Documents(identity=(document(_DENY), Document("managed by AWS", None))), _NO),
    ],
)
def test_boundaries_sessions_and_control_policies_intersect(documents: Documents, outcome: Outcome) -> None:
    assert answer(documents=documents).outcome is outcome


@pytest.mark.parametrize(
    ("principal", "session", "resource", "outcome"),
    [
        (ROLE, "", {"AWS": ROLE}, _NO),  # naming the role is limited by the boundary
        (ROLE, "deploy", {"AWS": _SESSION}, _YES),  # naming its session is not
        (ROLE, "other", {"AWS": _SESSION}, _NO),
        (ROLE, "", {"AWS": _SESSION}, _MAYBE),
        (ROLE, "", _ROOT, _NO),
        (ROLE, "", "*", _MAYBE),
        (USER, "", {"AWS": USER}, _YES),  # so is naming a user
        (USER, "", "*", _YES),
        (USER, "", {"AWS": f"{USER}x"}, _NO),
        (USER, "", {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, _MAYBE),
    ],
)
def test_a_boundary_limits_what_a_resource_grants_to_a_role_alone(
    principal: str, session: str, resource: Any, outcome: Outcome
) -> None:
    documents = Documents(boundary=_QUEUES, resource=_to(resource))
    assert answer(principal=principal, session=session, documents=documents).outcome is outcome


def test_naming_a_role_by_condition_is_like_naming_it_as_principal() -> None:
    policy = _to("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}})
    assert answer(documents=Documents(boundary=_QUEUES, resource=policy)).outcome is _NO
    assert answer(documents=Documents(boundary=_READ_ONLY, resource=policy)).outcome is _YES


@pytest.mark.parametrize("principal", [{"AWS": ROLE}, {"AWS": [USER, ROLE]}, "*", {"AWS": "*"}])
def test_a_resource_grants_by_itself_within_its_account(principal: Any) -> None:
    assert answer(documents=Documents(resource=_to(principal))).outcome is _YES
    assert answer(documents=Documents(resource=_to(principal)), account=OTHER).outcome is _NO
    assert answer(documents=Documents(resource=_to(principal)), account="").outcome is _MAYBE


@pytest.mark.parametrize(
    ("identity", "principal", "outcome"),
    [
        ((ALLOW_ALL,), {"AWS": ROLE}, _YES),
        ((ALLOW_ALL,), {"AWS": ACCOUNT}, _YES),
        ((ALLOW_ALL,), _ROOT, _YES),
        ((ALLOW_ALL,), {"AWS": OTHER}, _NO),
        ((ALLOW_ALL,), {"Service": ROLE}, _NO),
        ((), _ROOT, _NO),
        ((), {"AWS": ROLE}, _NO),
    ],
)
def test_across_accounts_both_sides_must_allow(
    identity: tuple[Document, ...], principal: Any, outcome: Outcome
) -> None:
    documents = Documents(identity=identity, resource=_to(principal))
    assert answer(account=OTHER, documents=documents).outcome is outcome
    assert answer(account=OTHER, documents=replace(documents, boundary=_QUEUES)).outcome is _NO


@pytest.mark.parametrize(
    ("not_principal", "boundary", "outcome"),
    [
        ({"AWS": [_ROOT["AWS"], ROLE]}, None, _YES),
        ({"AWS": ROLE}, None, _MAYBE),
        ({"AWS": USER}, None, _NO),
        ({"AWS": [_ROOT["AWS"], ROLE]}, ALLOW_ALL, _NO),  # always denied with a boundary
    ],
)
def test_a_denial_to_all_but_some(not_principal: Any, boundary: Document | None, outcome: Outcome) -> None:
    policy = document(statement("*", "Deny", NotPrincipal=not_principal))
    documents = Documents(identity=(ALLOW_ALL,), boundary=boundary, resource=policy)
    assert answer(documents=documents).outcome is outcome


def test_an_allowance_to_all_but_some() -> None:
    policy = document(statement("*", NotPrincipal={"AWS": USER}))
    assert answer(documents=Documents(resource=policy)).outcome is _YES
    assert answer(principal=USER, documents=Documents(resource=policy)).outcome is _NO


@pytest.mark.parametrize(
    ("identity", "policy", "outcome"),
    [
        ((ALLOW_ALL,), _to(_ROOT), _YES),
        ((ALLOW_ALL,), _to({"AWS": USER}), _NO),  # unlike other resources, a key must leave it to the account
        ((), _to({"AWS": ROLE}), _YES),
        ((), _to(_ROOT), _NO),
        ((ALLOW_ALL,), None, _MAYBE),  # every key has a policy
    ],
)
def test_a_key_policy_must_allow(identity: tuple[Document, ...], policy: Document | None, outcome: Outcome) -> None:
    documents = Documents(identity=identity, resource=policy)
    assert answer(action="kms:Decrypt", resource=KEY, documents=documents).outcome is outcome


_SUBJECT = "token.actions.githubusercontent.com:sub"
_TRUST_GITHUB = document(
    statement(
        "sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": _GITHUB},
        Resource=None,
        Condition={"StringEquals": {_SUBJECT: "repo:acme/billing:environment:prod"}},
    ),
    name="trust",
)


@pytest.mark.parametrize(
    ("subject", "provider", "outcome"),
    [
        ("repo:acme/billing:environment:prod", _GITHUB, _YES),
        ("repo:acme/billing:ref:refs/heads/main", _GITHUB, _NO),
        ("repo:mallory/billing:environment:prod", _GITHUB, _NO),
        ("repo:acme/billing:environment:prod", f"{_GITHUB}x", _NO),
    ],
)
def test_a_token_assumes_the_role_that_trusts_its_subject(subject: str, provider: str, outcome: Outcome) -> None:
    request = Request(
        principal=provider,
        action="sts:AssumeRoleWithWebIdentity",
        resource=ROLE,
        context={_SUBJECT: subject},
    )
    assert decide(request, Documents(resource=_TRUST_GITHUB)).outcome is outcome


@pytest.mark.parametrize(
    ("caller", "identity", "trusted", "outcome"),
    [
        (USER, (), {"AWS": USER}, _YES),
        (USER, (), _ROOT, _NO),
        (USER, (ALLOW_ALL,), _ROOT, _YES),
        (USER, (ALLOW_ALL,), {"Service": "ec2.amazonaws.com"}, _NO),
        (_FOREIGN, (ALLOW_ALL,), {"AWS": OTHER}, _YES),
        (_FOREIGN, (), {"AWS": _FOREIGN}, _NO),
        ("ec2.amazonaws.com", (), {"Service": "ec2.amazonaws.com"}, _YES),
        ("ec2.amazonaws.com", (), {"Service": "lambda.amazonaws.com"}, _NO),
    ],
)
def test_a_trust_policy_must_allow(caller: str, identity: tuple[Document, ...], trusted: Any, outcome: Outcome) -> None:
    trust = document(statement("sts:AssumeRole", Principal=trusted, Resource=None))
    documents = Documents(identity=identity, resource=trust)
    assert answer(principal=caller, action="sts:AssumeRole", resource=ROLE, documents=documents).outcome is outcome


def test_control_policies_bind_neither_services_nor_their_roles_but_bind_root() -> None:
    control = ((document(_DENY),),)
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
    root = _ROOT["AWS"]
    assert answer(principal=linked, documents=Documents(identity=(ALLOW_ALL,), control=control)).outcome is _YES
    service = Documents(resource=_to({"Service": "logs.amazonaws.com"}), control=control)
    assert answer(principal="logs.amazonaws.com", documents=service).outcome is _YES
    assert answer(principal=root, documents=Documents(boundary=_QUEUES)).outcome is _YES
    assert answer(principal=root, documents=Documents(control=control)).outcome is _NO


@pytest.mark.parametrize(
    ("field", "value"),
    [("action", "s3:*"), ("action", "GetObject"), ("principal", _SESSION), ("principal", "arn:aws:s3:::invoices")],
)
def test_a_request_is_for_one_action_by_one_principal(field: str, value: str) -> None:
    asked: dict[str, Any] = {"principal": ROLE, "action": "s3:GetObject", "resource": OBJECT} | {field: value}
    with pytest.raises(ValueError, match=f"{field} must be"):
        Request(**asked)
