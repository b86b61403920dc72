"""A role's documents, wherever they stand in the graph."""

import json
from typing import Any

import pytest

from policies import tokens
from policies.access import Outcome, Request, decide
from policies.access.gathering import documents_of, trust_of
from policies.examples import Node, Ref, graph_of
from tests.policies.access.cases import ACCOUNT, OBJECT, ROLE, statement

_READ = json.dumps({"Version": "2012-10-17", "Statement": [statement("s3:GetObject")]})
_OTHER = json.dumps({"Version": "2012-10-17", "Statement": [statement("sqs:*")]})
_POLICY = Node(tokens.POLICY, "reader", {"name": "reader", "policy": _READ})
_ARN = f"arn:aws:iam::{ACCOUNT}:policy/reader"


def _outcome(*nodes: Node, **properties: Any) -> Outcome:
    graph = graph_of((Node(tokens.ROLE, "app", {"name": "app", **properties}), *nodes))
    role = graph.of_type(tokens.ROLE)[0]
    request = Request(principal=ROLE, action="s3:GetObject", resource=OBJECT, account=ACCOUNT)
    return decide(request, documents_of(graph, role)).outcome


def _attach(arn: Any, role: Any = "app") -> Node:
    return Node(tokens.ROLE_POLICY_ATTACHMENT, "attachment", {"role": role, "policyArn": arn})


@pytest.mark.parametrize(
    "nodes",
    [
        (Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": _READ}),),
        (Node(tokens.ROLE_POLICY, "inline", {"role": Ref("app"), "policy": json.loads(_READ)}),),
        (_POLICY, _attach(Ref("reader"), Ref("app"))),
        (Node(tokens.POLICY, "reader", {"policy": _READ, "arn": _ARN}), _attach(_ARN, "app")),
        (_attach("arn:aws:iam::aws:policy/AdministratorAccess"),),
        (_POLICY, Node(tokens.POLICY_ATTACHMENT, "a", {"roles": ["x", Ref("app")], "policyArn": Ref("reader")})),
        (_POLICY, Node(tokens.ROLE_POLICY_ATTACHMENTS, "a", {"roleName": "app", "policyArns": [Ref("reader")]})),
    ],
)
def test_a_policy_reaches_the_role(nodes: tuple[Node, ...]) -> None:
    assert _outcome(*nodes) is Outcome.ALLOW


def test_a_role_holds_policies_itself() -> None:
    assert _outcome(inlinePolicies=[{"name": "a", "policy": _OTHER}, {"name": "b", "policy": _READ}]) is Outcome.ALLOW
    assert _outcome(_POLICY, managedPolicyArns=[Ref("reader")]) is Outcome.ALLOW


@pytest.mark.parametrize(
    "nodes",
    [
        (_attach("arn:aws:iam::aws:policy/ReadOnlyAccess"),),
        (_attach(Ref("lost")),),
        (_POLICY, _attach(Ref("reader"), Ref("lost"))),
        (Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": Ref("bucket")}),),
        (Node(tokens.ROLE_POLICY, "inline", {"role": Ref("lost"), "policy": _READ}),),
    ],
)
def test_what_is_unknown_may_allow(nodes: tuple[Node, ...]) -> None:
    assert _outcome(*nodes) is Outcome.MAY


def test_an_unknown_list_of_policies_may_allow() -> None:
    assert _outcome(managedPolicyArns=Ref("lost")) is Outcome.MAY
    assert _outcome(inlinePolicies=Ref("lost")) is Outcome.MAY
    other = Node(tokens.POLICY, "other", {"policy": _OTHER})
    assert _outcome(other, managedPolicyArns=[Ref("other"), Ref("lost")]) is Outcome.MAY


def test_nothing_else_reaches_the_role() -> None:
    assert _outcome() is Outcome.DENY
    assert _outcome(_POLICY, Node(tokens.ROLE_POLICY, "inline", {"role": "app-2", "policy": _READ})) is Outcome.DENY


def test_the_boundary_limits() -> None:
    inline = Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": _READ})
    other = Node(tokens.POLICY, "reader", {"policy": _OTHER})
    assert _outcome(inline, _POLICY, permissionsBoundary=Ref("reader")) is Outcome.ALLOW
    assert _outcome(inline, other, permissionsBoundary=Ref("reader")) is Outcome.DENY
    assert _outcome(inline, permissionsBoundary=_ARN) is Outcome.MAY
    assert _outcome(inline, permissionsBoundary=Ref("lost")) is Outcome.MAY


def test_the_trust_policy_is_the_resources() -> None:
    trust = {"Version": "2012-10-17", "Statement": [statement("sts:AssumeRole", Principal="*", Resource=None)]}
    graph = graph_of((Node(tokens.ROLE, "app", {"name": "app", "assumeRolePolicy": json.dumps(trust)}),))
    found = trust_of(graph.of_type(tokens.ROLE)[0])
    assert (found.name, len(found.statements or ())) == ("trust policy of app", 1)
