"""Log groups are encrypted, and kept as long as they must be and no longer."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.keys.own import has_own_key

_STRICT_STACKS = ("prod",)
_LEAST_DAYS = {"audit": 365}  # PCI DSS 10.5.1: twelve months


def _key_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_own_key(group, "kmsKeyId", graph):
        yield Problem("kmsKeyId", "the log is not encrypted with a key of ours")


def _retention_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    days = group.props.get("retentionInDays", 0)  # 0 keeps events for ever: CloudWatch Logs API, PutRetentionPolicy
    data_class = graph.tag(group, "data-class")
    least = _LEAST_DAYS.get(data_class or "", 1) if group.stack in _STRICT_STACKS else 1
    if days == 0:
        yield Problem("retentionInDays", "events are kept for ever, for nobody said how long they are needed")
    elif days < least:
        yield Problem("retentionInDays", f"{data_class} events are kept for {days} days, not for {least}")


def _group(data_class: object = "internal", **properties: object) -> Node:
    return Node(tokens.LOG_GROUP, "app", {"name": "app", "tags": {"data-class": data_class}} | properties)


_KEY = Node(tokens.KEY, "key")

RULES = (
    Rule(
        id="LOG-01",
        name="log-is-encrypted-with-our-key",
        summary="Every log group encrypts its events with a customer key.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.LOG_GROUP,),
        reads=("kmsKeyId",),
        controls=(*pci("L", "3.5.1", "3.6.1"), *pci("P", "10.3.2"), *soc2("CC7.3")),
        remedy="Set kms_key_id to the key_arn of an EncryptionKey that CloudWatch Logs may use.",
        problems=_key_problems,
        needs_graph=True,
        passes=(
            (_KEY, _group(kmsKeyId=Ref("key"))),
            (_group(kmsKeyId="arn:aws:kms:eu-central-1:111122223333:key/1"),),
        ),
        fails=((_group(),), (_group(kmsKeyId=""),), (_group(kmsKeyId="alias/aws/logs"),)),
        undecided=((_group(kmsKeyId=Ref("nowhere")),),),
    ),
    Rule(
        id="LOG-02",
        name="log-retention-is-set",
        summary="Every log group says how long it keeps events; in production audit groups keep them for a year.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.LOG_GROUP,),
        reads=("retentionInDays", "tags"),
        controls=(*pci("L", "10.5.1"), *soc2("CC7.2", "C1.2")),
        remedy="Set retention_in_days; for audit groups in production at least 365.",
        problems=_retention_problems,
        passes=((_group(retentionInDays=30),), (_group("audit", retentionInDays=365),)),
        fails=(
            (_group(),),
            (_group("audit"),),
            (_group(retentionInDays=0),),
            (_group("audit", retentionInDays=180),),
        ),
        undecided=((_group(retentionInDays=Ref("nowhere")),), (_group(Ref("nowhere"), retentionInDays=30),)),
    ),
)
