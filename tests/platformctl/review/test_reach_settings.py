"""Settings and policies that let the public, or others, in."""

import json
from typing import Any

import pytest

from policies import tokens
from policies.examples import Node, Ref, secret
from tests.platformctl.review.made import changed, compared, items, said

ACCOUNT = "111122223333"
RANGES = "alb.ingress.kubernetes.io/inbound-cidrs"
SECRET = secret(["0.0.0.0/0"])
BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
BLOCK = Node(
    tokens.BUCKET_PUBLIC_ACCESS,
    "block",
    {
        "bucket": Ref("invoices"),
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
)
API = Node(
    tokens.EKS_CLUSTER,
    "cluster",
    {"name": "c", "vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}},
)
INGRESS = Node(
    tokens.INGRESS,
    "api",
    {
        "metadata": {
            "annotations": {
                "alb.ingress.kubernetes.io/scheme": "internal",
                RANGES: "10.0.0.0/16",
            }
        }
    },
)


def _annotated(**values: str) -> Node:
    prefix = "alb.ingress.kubernetes.io/"
    old = dict(INGRESS.props["metadata"]["annotations"])
    new = {f"{prefix}{key.replace('_', '-')}": value for key, value in values.items()}
    return changed(INGRESS, metadata={"annotations": old | new})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            Node(tokens.DATABASE_INSTANCE, "db", {"publiclyAccessible": False}),
            Node(tokens.DATABASE_INSTANCE, "db", {"publiclyAccessible": True}),
            "db: it gets an address on the internet",
        ),
        (
            BLOCK,
            changed(BLOCK, blockPublicPolicy=False),
            "block: blockPublicPolicy no longer keeps the public out",
        ),
        (
            Node(tokens.SUBNET, "apps", {}),
            Node(tokens.SUBNET, "apps", {"mapPublicIpOnLaunch": True}),
            "apps: what starts in it gets an address on the internet",
        ),
        (
            Node(tokens.LOAD_BALANCER, "lb", {"internal": True}),
            Node(tokens.LOAD_BALANCER, "lb", {}),
            "lb: the load balancer faces the internet",
        ),
        (
            Node(tokens.LAUNCH_TEMPLATE, "nodes", {"networkInterfaces": [{"deviceIndex": 0}]}),
            Node(tokens.LAUNCH_TEMPLATE, "nodes", {"networkInterfaces": [{"associatePublicIpAddress": "true"}]}),
            "nodes: what it starts gets an address on the internet",
        ),
        (INGRESS, _annotated(scheme="internet-facing"), "api: its load balancer faces the internet"),
        (
            INGRESS,
            _annotated(inbound_cidrs="10.0.0.0/16,198.51.100.0/24"),
            "api: its load balancer accepts 198.51.100.0/24",
        ),
        (
            API,
            changed(API, vpcConfig={"endpointPublicAccess": True}),
            "cluster: the Kubernetes API accepts the internet (0.0.0.0/0), before 203.0.113.0/24, the internet (::/0)",
        ),
        (
            changed(API, vpcConfig={"endpointPublicAccess": False}),
            API,
            "cluster: the Kubernetes API is public",
        ),
        (
            Node(tokens.SERVICE, "web", {"spec": {"type": "ClusterIP"}}),
            Node(tokens.SERVICE, "web", {"spec": {"type": "NodePort"}}),
            "web: it is reached from outside of the cluster",
        ),
    ],
)
def test_a_setting_that_lets_the_public_in_is_told_and_its_end_is_not(before: Node, after: Node, told: str) -> None:
    base = () if before.name == "invoices" else (BUCKET,)
    assert told in said((*base, before), (*base, after), "reach")
    assert said((*base, after), (*base, before), "reach") == []
    assert said((*base, after), (*base, after), "reach") == []


def test_a_setting_that_is_not_known_may_let_the_public_in() -> None:
    before = Node(tokens.DATABASE_INSTANCE, "db", {"publiclyAccessible": False})
    (line,) = said((before,), (changed(before, publiclyAccessible=Ref("nowhere")),), "reach")
    assert line.startswith("db: it may be so: not known before the update")


def test_ranges_that_are_a_secret_may_let_anybody_in_and_are_not_shown() -> None:
    hidden = changed(INGRESS, metadata={"annotations": {**INGRESS.props["metadata"]["annotations"], RANGES: SECRET}})
    assert said((INGRESS,), (hidden,), "reach") == ["api: its load balancer may accept addresses not known yet"]


def test_a_block_that_goes_is_told_unless_its_bucket_goes_or_has_another() -> None:
    assert len(said((BUCKET, BLOCK), (BUCKET,), "reach")) == 4
    assert said((BUCKET, BLOCK), (), "reach") == []
    other = Node(BLOCK.type, "other", BLOCK.props)
    assert said((BUCKET, BLOCK), (BUCKET, other), "reach") == []


def policy(*statements: dict[str, Any], name: str = "policy") -> Node:
    return Node(
        tokens.BUCKET_POLICY, name, {"bucket": Ref("invoices"), "policy": json.dumps({"Statement": statements})}
    )


def allow(
    principal: Any = f"arn:aws:iam::{ACCOUNT}:role/app", actions: Any = "s3:GetObject", **more: Any
) -> dict[str, Any]:
    told = {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": "arn:aws:s3:::invoices/*",
    }
    if isinstance(principal, str) and principal != "*":
        told["Principal"] = {"AWS": principal}
    return told | more


DENY = {
    "Sid": "Tls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::invoices/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def opened(before: Node | None, after: Node | None) -> list[str]:
    return said((BUCKET, *([before] if before else [])), (BUCKET, *([after] if after else [])), "reach")


def test_a_policy_that_lets_everyone_in_is_told_with_where_and_on_what_condition() -> None:
    (item,) = items(compared((BUCKET, policy(allow())), (BUCKET, policy(allow("*")))), "reach")
    assert item.summary == "Statement Read lets everyone s3:getobject"
    assert item.details == ("on arn:aws:s3:::invoices/*",)


def test_more_actions_and_a_lost_condition_are_told() -> None:
    assert opened(policy(allow()), policy(allow(actions=["s3:GetObject", "s3:PutObject"]))) == [
        f"policy: Statement Read lets arn:aws:iam::{ACCOUNT}:role/app s3:putobject"
    ]
    held = allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    assert opened(policy(held), policy(allow("*"))) == ["policy: Statement Read lets everyone s3:getobject"]
    wider = allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}})
    assert len(opened(policy(held), policy(wider))) == 1


def test_a_denial_that_goes_or_covers_less_is_told() -> None:
    assert opened(policy(allow(), DENY), policy(allow())) == ["policy: Statement Tls no longer denies everyone s3:*"]
    assert opened(policy(allow(), DENY), policy(allow(), DENY | {"Action": "s3:GetObject"})) == [
        "policy: Statement Tls no longer denies everyone s3:*"
    ]
    assert opened(policy(DENY), None) == ["policy: Statement Tls no longer denies everyone s3:*"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(allow(actions=["s3:GetObject", "s3:PutObject"])), policy(allow())),
        (policy(allow("*")), policy(allow())),
        (policy(allow(actions="s3:Get*")), policy(allow(actions="s3:GetObject"))),
        (
            policy(allow(actions=["s3:GetObject", "s3:PutObject"])),
            policy(allow(), allow(actions="s3:PutObject", Sid="Write")),
        ),
        (policy(allow(), DENY), policy(DENY, allow(Sid="Renamed"))),
        (policy(allow()), policy(allow(), name="moved")),
        (policy(allow()), changed(policy(allow()), policy=json.dumps({"Statement": [allow()]}, indent=2))),
    ],
)
def test_narrowing_splitting_and_moving_statements_opens_nothing(before: Node, after: Node) -> None:
    assert opened(before, after) == []


def test_a_policy_that_is_not_known_may_let_more_in() -> None:
    unknown = changed(policy(allow()), policy=Ref("nowhere"))
    assert opened(policy(allow()), unknown) == [
        "policy: its policy may let more in: what it says is not known before the update"
    ]
    assert opened(unknown, unknown) == []


def test_an_endpoint_that_loses_its_policy_lets_everything_through() -> None:
    own = json.dumps({"Statement": [allow("*", "s3:GetObject")]})
    endpoint = Node(tokens.VPC_ENDPOINT, "s3", {"serviceName": "s3", "policy": own})
    assert said((endpoint,), (changed(endpoint, policy=None),), "reach") == [
        "s3: Statement AWS default: full access lets everyone *"
    ]
    assert said((changed(endpoint, policy=None),), (endpoint,), "reach") == []


def test_a_new_resource_is_told_only_if_it_lets_outsiders_in() -> None:
    queue = Node(tokens.QUEUE, "q", {"name": "q", "arn": f"arn:aws:sqs:eu-central-1:{ACCOUNT}:q"})
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    own = changed(
        queue, policy=json.dumps({"Statement": [statement | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}]})
    )
    foreign = changed(queue, policy=json.dumps({"Statement": [statement | {"Principal": {"AWS": "999900001111"}}]}))
    assert said((), (own,), "reach") == []
    assert said((), (foreign,), "reach") == ["q: Statement 0 lets 999900001111 sqs:sendmessage"]
