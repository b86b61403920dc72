"""Whom an estate lets in that it does not hold: rows of the matrix of their own, by what the estate gives them."""

from dataclasses import replace
from typing import Any

import pytest

from policies.access.estate import Estate
from policies.access.matrix import Matrix, direct_of, matrix_of
from policies.access.review import lines_of
from policies.adapters import from_state
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN
from tests.policies.access.states import ACCOUNT, OTHER, bucket, document, item, role, says, state, trusts

PARTNER = f"arn:aws:iam::{OTHER}:role/partner"
PEOPLE = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SESSIONS = (
    f"arn:aws:sts::{OTHER}:assumed-role/partner/alice",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/gone/alice",
    f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
)
INVALID = (
    *({"AWS": value} for value in ("arn:aws:s3:::x", "arn", "", "999", f"arn:aws:iam::{OTHER}:group/x")),
    *(
        {"AWS": f"arn:aws:{value}"}
        for value in (f"iam::{OTHER}:user/", f"sts::{OTHER}:assumed-role/x", "iam::anonymous")
    ),
    *({"Federated": value} for value in ("example.com", "app", "")),
    {"Service": "weird"},
    {"CanonicalUser": "79a59d"},
)
_KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
_CLUSTER = item("aws:eks/cluster:Cluster", "main", name="main", arn=f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/main")
_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:card-AbCdEf"
_CARD = item("aws:secretsmanager/secret:Secret", "card", _SECRET, name="card", arn=_SECRET)


def _matrix(*parts: Any) -> Matrix:
    return matrix_of(Estate(from_state(state(*parts))))


def _outsiders(*parts: Any) -> dict[str, dict[str, list[str]]]:
    """By name and capability, how sure a way is, and the way."""
    return {
        name: {
            capability: [f"{a.outcome} {a.path}: {a.what}" for a in accesses] for capability, accesses in row.items()
        }
        for name, row in _matrix(*parts).outsiders.items()
    }


def _reads(principal: Any, **more: Any) -> list[dict[str, Any]]:
    return bucket("invoices", says("s3:GetObject", "arn:aws:s3:::invoices/*", Principal=principal, **more))


def _key(*statements: dict[str, Any]) -> dict[str, Any]:
    tags = {"data-class": "financial"}
    return item("aws:kms/key:Key", "money", "1", arn=_KEY, keyId="1", tags=tags, policy=document(*statements))


def _entry(principal: str = PEOPLE) -> list[dict[str, Any]]:
    of = {"clusterName": "main", "principalArn": principal}
    return [
        item("aws:eks/accessEntry:AccessEntry", "people", **of),
        item(
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            "people",
            **of,
            policyArn=_ADMIN,
            accessScope={"type": "cluster"},
        ),
    ]


@pytest.mark.parametrize(
    ("principal", "name", "access"),
    [
        ({"AWS": PARTNER}, PARTNER, "may"),  # the other account has to allow it, too
        ({"AWS": PEOPLE}, PEOPLE, "may"),  # its own policies may deny it
        ({"AWS": OTHER}, f"arn:aws:iam::{OTHER}:root", "allow"),
        *(({"AWS": session}, session, "may") for session in SESSIONS),
        ("*", "*", "allow"),
        ({"AWS": "*"}, "*", "allow"),
    ],
)
def test_whom_a_bucket_names_has_a_row(principal: Any, name: str, access: str) -> None:
    found = _outsiders(role("app"), _reads(principal))
    assert found == {name: {"read-customer-data": [f"{access} direct: s3:GetObject on invoices"]}}


@pytest.mark.parametrize(
    "principal",
    [
        {"Service": "cloudtrail.amazonaws.com"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},  # leaves it to the policies of its own principals
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"},  # a row of the estate's own
        {"AWS": "AIDACKCEVSQ6C2EXAMPLE"},  # a principal that is deleted
    ],
)
def test_services_the_own_account_and_principals_of_the_estate_are_no_outsiders(principal: Any) -> None:
    assert _outsiders(role("app"), _reads(principal)) == {}


@pytest.mark.parametrize("principal", INVALID)
def test_what_iam_refuses_as_a_principal_is_nobody(principal: Any) -> None:
    trusting = role("ops", says("*"), assumeRolePolicy=document(trusts(principal)))
    estate = Estate(from_state(state(_reads(principal), trusting, _key(says("kms:*", Principal=principal)))))
    assert matrix_of(estate).outsiders == {}
    assert [answer.principal for answer in estate.who_can("s3:GetObject", "arn:aws:s3:::invoices/a")] == [
        f"arn:aws:iam::{ACCOUNT}:role/ops"
    ]
    grant = item("aws:kms/grant:Grant", "g", keyId="1", granteePrincipal="arn:aws:x", operations=["Decrypt"])
    assert _outsiders(_key(), grant) == {}


def test_whom_a_policy_names_by_session_may_do_it() -> None:
    for session in SESSIONS:
        estate = Estate(from_state(state(role("app"), _reads({"AWS": session}))))
        found = [
            (a.principal, str(a.decision.outcome)) for a in estate.who_can("s3:GetObject", "arn:aws:s3:::invoices/a")
        ]
        assert found == [(session, "may")]


def test_what_is_not_guarded_or_denied_gives_no_row() -> None:
    denied = says("s3:GetObject", "arn:aws:s3:::invoices/*", Principal={"AWS": PARTNER}, effect="Deny")
    assert _outsiders(role("app"), bucket("invoices", denied)) == {}
    listing = says("s3:ListBucket", "arn:aws:s3:::invoices", Principal={"AWS": PARTNER})
    assert _outsiders(role("app"), bucket("invoices", listing)) == {}


def test_whom_a_role_trusts_has_what_the_role_has() -> None:
    opens = says("secretsmanager:GetSecretValue", _SECRET)
    trusted = role("ops", opens, assumeRolePolicy=document(trusts({"AWS": f"arn:aws:iam::{OTHER}:root"})))
    (row,) = _outsiders(_CARD, trusted).values()
    assert row["read-secrets"] == ["allow sts:AssumeRole to ops: secretsmanager:GetSecretValue on card"]
    only = {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:o/r:ref:refs/heads/main"}}
    trust = trusts({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity", Condition=only)
    ways = _outsiders(_CARD, role("ci", opens, assumeRolePolicy=document(trust)))[GITHUB]["read-secrets"]
    assert ways == ["may perhaps sts:AssumeRoleWithWebIdentity to ci: secretsmanager:GetSecretValue on card"]


def test_what_the_policies_of_an_outsider_may_allow_beyond_what_it_is_given_is_no_access() -> None:
    """Nobody knows them; the estate gives it one bucket, and neither another nor its roles."""
    other = bucket("others", says("s3:GetObject", "arn:aws:s3:::others/*", Principal={"AWS": PARTNER}))
    found = _outsiders(role("app", says("*")), _reads({"AWS": PEOPLE}), other)
    assert found[PEOPLE] == {"read-customer-data": ["may direct: s3:GetObject on invoices"]}


def test_keys_let_in_by_policy_and_by_grant() -> None:
    root = says("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    named = _outsiders(role("app"), _key(root, says("kms:Decrypt", Principal={"AWS": PARTNER})))
    assert named == {PARTNER: {"decrypt-money-data": ["may direct: kms:Decrypt on money"]}}
    grant = item("aws:kms/grant:Grant", "g", keyId="1", granteePrincipal=PEOPLE, operations=["Decrypt"])
    assert _outsiders(role("app"), _key(root), grant)[PEOPLE]["decrypt-money-data"]


def test_whom_an_access_entry_names_is_let_into_the_cluster() -> None:
    row = _outsiders(_CLUSTER, _entry())[PEOPLE]
    assert row["read-secrets"] == ["allow access entry to AWSReservedSSO_Admin_1 in main: get secrets"]
    assert "change-access" in row


def test_an_access_entry_of_somebody_who_is_not_known_yet_counts() -> None:
    parts = from_state(state(_CLUSTER, _entry())).resources

    def hidden(one: Resource) -> Resource:
        values = {key: UNKNOWN if key == "principalArn" else value for key, value in one.properties.items()}
        return replace(one, properties=values, asked=values)

    graph = Graph(hidden(one) if one.type.startswith("aws:eks/access") else one for one in parts)
    (name,) = matrix_of(Estate(graph)).outsiders
    assert name == "not known yet: who has the access entry people"


def test_outsiders_stand_in_the_lines_that_are_reviewed_and_change_no_name_of_the_others() -> None:
    lines = lines_of(_matrix(role("app", says("s3:GetObject", "*")), _reads({"AWS": PARTNER})))
    assert set(lines) == {"role/app", PARTNER}
    assert direct_of(Estate(from_state(state(role("app"), _reads({"AWS": PARTNER}))))).outsiders == {}


def test_of_two_sessions_of_one_role_that_one_is_let_in_which_is_named() -> None:
    alice, bob = (f"arn:aws:sts::{OTHER}:assumed-role/partner/{name}" for name in ("alice", "bob"))
    opens = says("secretsmanager:GetSecretValue", _SECRET)
    trusted = role("ops", opens, assumeRolePolicy=document(trusts({"AWS": bob})))
    found = _outsiders(_CARD, trusted, _reads({"AWS": alice}))
    assert {name: sorted(row) for name, row in found.items()} == {
        alice: ["read-customer-data"],
        bob: ["read-secrets"],
    }
