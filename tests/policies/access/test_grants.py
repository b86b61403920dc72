"""KMS grants: those that a key has, and who could make one."""

from dataclasses import replace
from typing import Any

import pytest

from policies import tokens
from policies.access import Documents, Outcome, Request, decide
from policies.access.document import KeyGrant
from policies.access.gathering import grants_of
from policies.access.grants import asking_to_grant
from policies.examples import Node, Ref, graph_of
from tests.policies.access.cases import ACCOUNT, ALLOW_ALL, KEY, ROLE, USER, document, statement

_DECRYPT = Request(principal=ROLE, action="kms:Decrypt", resource=KEY, complete=True)
_NOBODY = document(statement("kms:PutKeyPolicy", Principal={"AWS": USER}), name="key policy")
_QUEUES = document(statement("sqs:*"))
_DENY = document(statement("kms:*", "Deny"))


def _grant(grantee: str = ROLE, *operations: str, limited: bool = False) -> KeyGrant:
    return KeyGrant("grant", grantee, operations or ("Decrypt",), limited)


@pytest.mark.parametrize(
    ("grant", "changes", "outcome"),
    [
        (_grant(), {}, Outcome.ALLOW),
        (_grant(ROLE, "Encrypt", "decrypt"), {}, Outcome.ALLOW),
        (_grant(ROLE, "Encrypt"), {}, Outcome.DENY),
        (_grant(USER), {}, Outcome.DENY),
        (_grant(limited=True), {}, Outcome.MAY),
        (_grant(""), {}, Outcome.MAY),
        (_grant(f"arn:aws:sts::{ACCOUNT}:assumed-role/app/deploy"), {}, Outcome.MAY),
        (_grant(), {"identity": (_DENY,)}, Outcome.DENY),
        (_grant(), {"control": ((_QUEUES,),)}, Outcome.DENY),
        (_grant(), {"control": ((ALLOW_ALL,),)}, Outcome.ALLOW),
        (_grant(), {"boundary": _QUEUES}, Outcome.MAY),  # not documented
        (_grant(), {"boundary": ALLOW_ALL}, Outcome.ALLOW),
        (_grant(), {"endpoint": document(statement("s3:*", Principal="*"))}, Outcome.DENY),
    ],
)
def test_a_grant_lets_its_grantee_as_far_as_nothing_denies_it(
    grant: KeyGrant, changes: dict[str, Any], outcome: Outcome
) -> None:
    documents = replace(Documents(resource=_NOBODY, grants=(grant,)), **changes)
    decision = decide(_DECRYPT, documents)
    assert decision.outcome is outcome
    if outcome is not Outcome.DENY:
        assert ("grant", "grant", "Allow") in [(r.document, r.statement, r.effect) for r in decision.reasons]


def _making(**condition: dict[str, Any]) -> Outcome:
    policy = document(statement("kms:CreateGrant", Principal={"AWS": ROLE}, Condition=condition))
    asking = asking_to_grant(_DECRYPT)
    assert asking is not None
    return decide(asking, Documents(resource=policy)).outcome


def test_who_may_make_a_grant_has_a_way_to_what_it_gives() -> None:
    assert _making() is Outcome.ALLOW
    assert _making(Bool={"kms:GrantIsForAWSResource": "true"}) is Outcome.DENY
    for operations, outcome in ((["Decrypt"], Outcome.ALLOW), (["Encrypt", "DescribeKey"], Outcome.DENY)):
        assert _making(**{"ForAllValues:StringEquals": {"kms:GrantOperations": operations}}) is outcome
    assert _making(StringEquals={"kms:GranteePrincipal": ROLE}) is Outcome.ALLOW
    assert _making(StringEquals={"kms:GranteePrincipal": USER}) is Outcome.DENY


@pytest.mark.parametrize(
    ("action", "resource"),
    [("s3:GetObject", "arn:aws:s3:::a/b"), ("kms:PutKeyPolicy", KEY), ("kms:ListKeys", "*"), ("kms:Decrypt", "*")],
)
def test_no_grant_gives_anything_else(action: str, resource: str) -> None:
    assert asking_to_grant(Request(principal=ROLE, action=action, resource=resource)) is None


def _found(**grant: Any) -> tuple[KeyGrant, ...]:
    properties = {"keyId": Ref("key"), "granteePrincipal": ROLE, "operations": ["Decrypt"], **grant}
    graph = graph_of((Node(tokens.KEY, "key"), Node(tokens.KEY, "other"), Node(tokens.KEY_GRANT, "g", properties)))
    return grants_of(graph, next(key for key in graph.of_type(tokens.KEY) if key.name == "key"))


def test_the_graph_s_grants_are_the_key_s() -> None:
    assert _found() == (KeyGrant("grant g", ROLE, ("Decrypt",)),)
    assert _found(constraints=[{"encryptionContextEquals": {"a": "b"}}])[0].limited
    assert not _found(constraints=[])[0].limited  # as a state says that there are none
    assert _found(keyId=Ref("other")) == ()
    assert _found(keyId=Ref("lost")) == (KeyGrant("grant g", ROLE, ("Decrypt",), limited=True),)  # it may be this key's
    assert _found(granteePrincipal=Ref("role"))[0].grantee == ""
    (unknown,) = _found(operations=Ref("lost"))
    assert (unknown.limited, "decrypt" in unknown.operations) == (True, True)
