"""Key policies: how the rules on keys read one, and how their examples write one."""

import json

from policies import tokens
from policies.documents import Statement, statements
from policies.examples import ACCOUNT, Example, Node
from policies.resource import Resource

PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"allowedAccountIds": json.dumps([ACCOUNT])})
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
ADMIN = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
APP = {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/app"]}
LOGS = {"Service": "delivery.logs.amazonaws.com"}


def key_statements(key: Resource) -> list[Statement]:
    """The statements of a key's policy; none where it has no policy of its own."""
    return statements(key.props["policy"]) if "policy" in key.props else []


def policy(*changes: dict[str, object], key: str = tokens.KEY) -> Example:
    """An example: a key whose policy has one statement for each of `changes`, on top of Allow on everything."""
    base = {"Effect": "Allow", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [base | change for change in changes]})
    return (PROVIDER, Node(key, "key", {"policy": text}, provider="aws"))


def grant(principal: object, *actions: str, **more: object) -> dict[str, object]:
    """Part of a statement: who may do what, by default decrypt."""
    return {"Principal": principal, "Action": list(actions or ("kms:Decrypt",)), **more}
