"""Who can do more than before."""

import json
from typing import Any

from policies import tokens
from policies.examples import Example, Node, Ref
from tests.platformctl.review.made import changed, compared, items, said

ROLE_ARN = "arn:aws:iam::111122223333:role/app"
TRUST = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
)
ROLE = Node(tokens.ROLE, "app", {"name": "app", "arn": ROLE_ARN, "assumeRolePolicy": TRUST})


def secret(name: str) -> Node:
    return Node(
        tokens.SECRET, name, {"name": name, "arn": f"arn:aws:secretsmanager:eu-central-1:111122223333:secret:{name}"}
    )


def inline(*actions: str, resource: Any = "*", name: str = "inline") -> Node:
    document = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}
    return Node(tokens.ROLE_POLICY, name, {"role": "app", "policy": json.dumps(document)})


BASE = (ROLE, secret("card"), secret("mail"))
CARD = secret("card").props["arn"]


def access(before: Example, after: Example) -> list[str]:
    return said((*BASE, *before), (*BASE, *after), "access")


def test_a_new_capability_is_told_with_the_way_to_it() -> None:
    one = items(compared(BASE, (*BASE, inline("secretsmanager:GetSecretValue", resource=CARD))), "access")
    assert [(item.name, item.summary) for item in one] == [("app", "role/app can now: Read secrets")]
    assert one[0].details == ("allow direct: secretsmanager:GetSecretValue on card",)


def test_more_of_the_same_capability_is_told_apart() -> None:
    narrow, wide = inline("secretsmanager:GetSecretValue", resource=CARD), inline("secretsmanager:GetSecretValue")
    assert access((narrow,), (wide,)) == ["app: role/app has more ways to: Read secrets"]


def test_less_the_same_and_what_moves_to_another_policy_is_not_told() -> None:
    wide, narrow = inline("secretsmanager:GetSecretValue"), inline("secretsmanager:GetSecretValue", resource=CARD)
    assert access((wide,), (narrow,)) == []
    assert access((wide,), ()) == []
    assert access((wide,), (inline("secretsmanager:GetSecretValue", name="moved"),)) == []
    assert access((), (inline("ec2:DescribeInstances"),)) == []


def test_what_is_not_known_may_be_allowed() -> None:
    unknown = Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": Ref("nowhere")})
    assert "app: role/app may now: Read secrets" in access((), (unknown,))


def test_a_chain_to_a_capability_is_told_with_its_steps() -> None:
    trusted = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ROLE_ARN}, "Action": "sts:AssumeRole"}]}
    )
    reader = Node(
        tokens.ROLE,
        "reader",
        {"name": "reader", "arn": "arn:aws:iam::111122223333:role/reader", "assumeRolePolicy": TRUST},
    )
    document = {"Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": CARD}]}
    reads = Node(tokens.ROLE_POLICY, "reads", {"role": "reader", "policy": json.dumps(document)})
    before, after = (*BASE, reader, reads), (*BASE, changed(reader, assumeRolePolicy=trusted), reads)
    found = items(compared(before, after), "access")
    chained = [item for item in found if item.summary == "role/app can now: Read secrets"]
    assert [item.name for item in chained] == ["app"]
    assert "sts:AssumeRole to reader" in chained[0].details[0]


def test_a_role_that_somebody_new_may_assume_is_told() -> None:
    foreign = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "999900001111"}, "Action": "sts:AssumeRole"}]}
    )
    after = changed(ROLE, assumeRolePolicy=foreign)
    assert said((ROLE,), (after,), "access") == ["app: Statement 0 lets 999900001111 sts:assumerole"]
    assert said((ROLE,), (ROLE,), "access") == []


def test_a_policy_that_is_no_document_is_said_to_hide_access() -> None:
    broken = changed(ROLE, assumeRolePolicy="{")
    found = said((ROLE,), (broken,), "access")
    assert found
    assert any("may" in line for line in found)


def test_whom_a_resource_lets_in_from_elsewhere_is_told() -> None:
    partner = "arn:aws:iam::444455556666:role/partner"
    document = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": partner},
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
            }
        ]
    }
    opened = Node(tokens.SECRET_POLICY, "card", {"secretArn": CARD, "policy": json.dumps(document)})
    (item,) = items(compared(BASE, (*BASE, opened)), "access")
    assert item.summary == f"{partner} may now: Read secrets"
    assert item.details == ("may direct: secretsmanager:GetSecretValue on card",)
