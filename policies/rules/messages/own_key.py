"""Queues and topics are encrypted with a key of ours."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.keys.own import has_own_key

_KEY_ID = "kmsMasterKeyId"


def _problems(holder: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_own_key(holder, _KEY_ID, graph):
        yield Problem(_KEY_ID, "it is encrypted with AWS's key or not at all, and not with one of ours")


_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234"})


def _holder(key: object = Ref("key"), kind: str = tokens.QUEUE) -> Example:
    return (_KEY, Node(kind, "entries", {_KEY_ID: key} if key is not None else {}))


RULES = (
    Rule(
        id="MSG-01",
        name="message-has-own-key",
        summary="Every queue and topic is encrypted with a customer key.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.QUEUE, tokens.TOPIC),
        reads=(_KEY_ID,),
        controls=(*pci("L", "3.5.1", "3.6.1"), *unverified("soc2", "PI1.4")),
        remedy="Set kms_master_key_id to the key of components.EncryptionKey for the data class of the messages.",
        problems=_problems,
        needs_graph=True,
        passes=(_holder(), _holder(kind=tokens.TOPIC), _holder("1234")),
        fails=(
            _holder(None),
            _holder(""),
            _holder("alias/aws/sqs"),
            _holder("alias/aws/sns", tokens.TOPIC),
            _holder(None, tokens.TOPIC),
        ),
        undecided=(_holder(Ref("lost")),),
    ),
)
