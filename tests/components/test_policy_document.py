"""Policy documents: what is written, and the wildcards that need a reason."""

import json
from typing import Any

import pytest
from pulumi import Output

from components.policy_document import EVERYONE, Statement, document, policy_json, trust
from tests.components.conftest import build

BUCKET = "arn:aws:s3:::kestrel-test-logs"


def _statement(**changes: Any) -> Statement:
    values: dict[str, Any] = {"sid": "Read", "actions": ("s3:GetObject",), "resources": (f"{BUCKET}/*",)}
    return Statement(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sid": "read it"}, "sid must be letters and digits, got 'read it'"),
        ({"actions": ()}, "Read must name its actions, or those it leaves alone"),
        ({"all_but": ("s3:GetObject",)}, "got both or none"),
        ({"actions": (), "all_but": ("s3:GetObject",)}, "must name what it allows, not all but s3:GetObject"),
        ({"resources": (), "resources_but": (BUCKET,)}, f"must name what it allows, not all but {BUCKET}"),
        ({"actions": ("GetObject",)}, "must be written service:Action, got 'GetObject'"),
        ({"actions": ("s3:Get*",)}, "Read allows s3:Get\\*: name what is meant"),
        ({"actions": ("*",)}, "Read allows \\*"),
        ({"resources": ("*",)}, "Read allows \\*: name what is meant"),
        ({"resources": ("arn:aws:s3:::*",)}, "Read allows arn:aws:s3:::\\*"),
        ({"resources": ("arn:aws:s3:::kestrel-*",)}, "Read allows arn:aws:s3:::kestrel-\\*"),
        ({"resources": ("arn:aws:iam::1:role/*",)}, "Read allows arn:aws:iam::1:role/\\*"),
        ({"resources": ("arn:aws:logs:eu-central-1:1:log-group:*",)}, "log-group:\\*"),
        ({"resources": ("arn:aws:rds:*:1:db:billing",)}, "arn:aws:rds:\\*:1:db:billing"),
        ({"resources": ("arn:aws:s3:::kestrel-tes?/*",)}, "kestrel-tes\\?"),
        ({"principals": EVERYONE, "conditions": {"Bool": {"a:b": "true"}}}, "Read allows everyone"),
    ],
)
def test_rejects_what_is_wide_without_a_reason(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _statement(**changes)


@pytest.mark.parametrize(
    "resource",
    [
        f"{BUCKET}/*",
        f"{BUCKET}/AWSLogs/*",
        "arn:aws:iam::1:role/billing/*",
        "arn:aws:logs:eu-central-1:1:log-group:/aws/rds/cluster/billing:*",
        BUCKET,
    ],
)
def test_what_lies_below_something_named_needs_no_reason(resource: str) -> None:
    assert list(_statement(resources=(resource,)).wildcards()) == []


def test_a_reason_or_a_denial_may_be_wide() -> None:
    assert list(_statement(actions=("s3:*",), resources=("*",), why="the lock holds whatever is asked").wildcards())
    assert document(_statement(effect="Deny", actions=("s3:*",), principals=EVERYONE))


def test_writes_only_what_is_given_in_the_order_that_people_read() -> None:
    trusting = trust("Backup", "backup.amazonaws.com", "123456789012", "arn:aws:backup:eu-central-1:123456789012:*")
    assert document(_statement(), trusting) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{BUCKET}/*"]},
            {
                "Sid": "Backup",
                "Effect": "Allow",
                "Principal": {"Service": "backup.amazonaws.com"},
                "Action": ["sts:AssumeRole"],
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:backup:eu-central-1:123456789012:*"},
                },
            },
        ],
    }


def test_two_statements_of_one_sid_are_refused() -> None:
    with pytest.raises(ValueError, match="a sid of its own, got Read, Read"):
        document(_statement(), _statement())


def test_a_policy_is_plain_text_unless_a_part_of_it_is_an_output() -> None:
    text = policy_json(_statement())
    assert isinstance(text, str)
    assert json.loads(text) == document(_statement())
    made: list[object] = []
    build(lambda: made.append(policy_json(_statement(resources=(Output.from_input(BUCKET),)))))
    assert isinstance(made[0], Output)
