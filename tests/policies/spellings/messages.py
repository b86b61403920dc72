"""Keys, queues and topics: policies inside and beside them, and what else says the same."""

import json

from policies import tokens
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.rules.keys.documents import ADMIN, APP, PROVIDER, ROOT
from tests.policies.spellings import Spellings

_REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
_DEAD_ARN = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:dead"
_POLICY = json.dumps({"deadLetterTargetArn": _DEAD_ARN, "maxReceiveCount": 5})
_MONEY = {"tags": {"data-class": "financial"}}
_DAYS_14 = 1_209_600


def _document(*statements: dict[str, object]) -> str:
    base = {"Effect": "Allow", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [base | statement for statement in statements]})


def _key(*statements: dict[str, object]) -> Example:
    return (PROVIDER, Node(tokens.KEY, "key", {"policy": _document(*statements)}, provider="aws"))


def _beside(*statements: dict[str, object]) -> Example:
    key = Node(tokens.KEY, "key", {}, provider="aws")
    return (
        PROVIDER,
        key,
        Node(tokens.KEY_POLICY, "p", {"keyId": Ref("key"), "policy": _document(*statements)}, provider="aws"),
    )


def _to(who: object, *actions: str) -> dict[str, object]:
    return {"Principal": who, "Action": list(actions)}


_APART = (_to(ADMIN, "kms:PutKeyPolicy"), _to(APP, "kms:Decrypt"))
_QUEUE = Node(tokens.QUEUE, "q", {"name": "q"})
_TLS = {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def _dead_with(source: Node, *more: Node, **dead: object) -> Example:
    queue = {"name": "dead", "messageRetentionSeconds": _DAYS_14, **_MONEY, **dead}
    return (source, Node(tokens.QUEUE, "dead", queue), *more)


_NAMES_DEAD = Node(tokens.QUEUE, "q", {"name": "q", "redrivePolicy": _POLICY, **_MONEY})
_KNOWS_DEAD = Node(tokens.QUEUE, "q", {"name": "q", "redrivePolicy": Ref("dead"), "tags": {"data-class": "internal"}})
_SHORT = {"messageRetentionSeconds": 345_600}

SPELLINGS: Spellings = {
    ("KMS-03", "pass"): {"inline": _key(*_APART), "beside": _beside(*_APART)},
    ("KMS-03", "fail"): {
        "inline": _key(_to(ADMIN, "kms:*")),
        "beside": _beside(_to(ADMIN, "kms:*")),
        "no policy": (PROVIDER, Node(tokens.KEY, "key", {}, provider="aws")),
        "empty policy": (PROVIDER, Node(tokens.KEY, "key", {"policy": ""}, provider="aws")),
        "root by number and by ARN": _key(_to({"AWS": ACCOUNT}, "kms:PutKeyPolicy"), _to(ROOT, "kms:Decrypt")),
        "in upper case": _key(_to(ADMIN, "KMS:PUTKEYPOLICY", "KMS:DECRYPT")),
        "all but one": _key({"Principal": ADMIN, "NotAction": "kms:ListKeys"}),
    },
    ("KMS-02", "fail"): {
        "inline": _key(_to({"AWS": "*"}, "kms:Decrypt")),
        "inline, everyone": _key(_to("*", "kms:Decrypt")),
        "beside": _beside(_to({"AWS": "*"}, "kms:Decrypt")),
        "all but": _key({"NotPrincipal": ROOT, "Action": "kms:Decrypt"}),
        "foreign by number": _key(_to({"AWS": "999999999999"}, "kms:Decrypt")),
        "foreign by ARN": _key(_to({"AWS": "arn:aws:iam::999999999999:root"}, "kms:Decrypt")),
    },
    ("KMS-02", "pass"): {
        "empty policy": (PROVIDER, Node(tokens.KEY, "key", {"policy": ""}, provider="aws")),
        "root by number": _key(_to({"AWS": ACCOUNT}, "kms:Decrypt")),
        "root by ARN": _key(_to(ROOT, "kms:Decrypt")),
    },
    ("MSG-02", "pass"): {
        "beside": (
            _QUEUE,
            Node(tokens.QUEUE_POLICY, "p", {"queueUrl": Ref("q"), "policy": _document({**_TLS, "Action": "sqs:*"})}),
        ),
        "inline": (Node(tokens.QUEUE, "q", {"policy": _document({**_TLS, "Action": "SQS:*"})}),),
        "topic inline": (Node(tokens.TOPIC, "t", {"policy": _document({**_TLS, "Action": "sns:Publish"})}),),
        "topic beside by ARN": (
            Node(tokens.TOPIC, "t", {"name": "t"}),
            Node(
                tokens.TOPIC_POLICY,
                "p",
                {
                    "arn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:t",
                    "policy": _document({**_TLS, "Action": "SNS:Publish"}),
                },
            ),
        ),
    },
    ("MSG-02", "fail"): {
        "no policy": (_QUEUE,),
        "empty policy": (Node(tokens.QUEUE, "q", {"policy": ""}),),
    },
    ("MSG-03", "pass"): {
        "dead letters that say so": _dead_with(_NAMES_DEAD, redriveAllowPolicy='{"redrivePermission": "byQueue"}'),
        "dead letters that say so beside": _dead_with(
            _NAMES_DEAD, Node(_ALLOW, "allow", {"queueUrl": Ref("dead"), "redriveAllowPolicy": "{}"})
        ),
        "dead letters of a queue that names them": _dead_with(_NAMES_DEAD),
        "dead letters of a queue that is not made yet": _dead_with(_KNOWS_DEAD),
        "dead letters named beside": _dead_with(
            Node(tokens.QUEUE, "q", {"name": "q", **_MONEY}),
            Node(_REDRIVE, "r", {"queueUrl": Ref("q"), "redrivePolicy": _POLICY}),
        ),
    },
    ("MSG-03", "fail"): {
        "short dead letters that say so": _dead_with(_NAMES_DEAD, redriveAllowPolicy="{}", **_SHORT),
        "short dead letters of a queue that names them": _dead_with(_NAMES_DEAD, **_SHORT),
        "short dead letters of a queue that is not made yet": _dead_with(_KNOWS_DEAD, **_SHORT),
        "a queue for itself": (Node(tokens.QUEUE, "q", _MONEY),),
    },
}
