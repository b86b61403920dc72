"""Work on money and people that cannot be done is put aside, and kept until somebody has looked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.values import UNKNOWN, Block

_REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_REDRIVE_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
_CLASSES = ("financial", "personal")
_LONGEST_S, _DEFAULT_S = 1_209_600, 345_600  # SQS API reference, MessageRetentionPeriod: 14 days, and 4 by default


def _is_subject(queue: Resource, graph: Graph) -> bool:
    return graph.tag(queue, "data-class") in _CLASSES


def _problems(queue: Resource, graph: Graph) -> Iterator[Problem]:
    if _holds_dead_letters(queue, graph):
        kept_s = int(queue.props.get("messageRetentionSeconds", _DEFAULT_S))
        if kept_s < _LONGEST_S:
            yield Problem("messageRetentionSeconds", f"dead letters are kept for {kept_s} s, not the longest: 14 days")
        return
    policies = [one.props for one in graph.referrers(queue, _REDRIVE, "queueUrl")]
    policies += [queue.props] if "redrivePolicy" in queue.props else []
    if not _is_made_of_queue(queue, graph) and not any(map(_redrives, policies)):
        yield Problem("redrivePolicy", "what cannot be processed is lost with its retention: no dead-letter queue")


def _holds_dead_letters(queue: Resource, graph: Graph) -> bool:
    """Whether the queue says that others may redrive to it, or one of them does."""
    if graph.is_given(queue, "redriveAllowPolicy") or graph.referrers(queue, _REDRIVE_ALLOW, "queueUrl"):
        return True
    return any(_redrives_to(queue, source) for source in graph.of_type(tokens.QUEUE, _REDRIVE) if source is not queue)


def _redrives_to(queue: Resource, source: Resource) -> bool:
    """By the ARN that the source names or, where that is not known yet, by what it is made of."""
    if source.properties.get("redrivePolicy") is UNKNOWN:
        return queue.urn in source.property_dependencies.get("redrivePolicy", ())
    target = str(_policy(source.props).get("deadLetterTargetArn", ""))
    own = queue.properties.get("arn")
    return target == own if isinstance(own, str) else target.rpartition(":")[2] == queue.properties.get("name", UNKNOWN)


def _is_made_of_queue(queue: Resource, graph: Graph) -> bool:
    """Whether the policy waits for another queue to exist: SQS takes none that does not name a target and a count."""
    makers = (graph.by_urn.get(urn) for urn in queue.property_dependencies.get("redrivePolicy", ()))
    unknown = queue.properties.get("redrivePolicy") is UNKNOWN
    return unknown and any(maker is not None and maker.type == tokens.QUEUE for maker in makers)


def _redrives(holder: Block) -> bool:
    policy = _policy(holder)
    return bool(policy.get("deadLetterTargetArn")) and "maxReceiveCount" in policy


def _policy(holder: Block) -> Mapping[str, Any]:
    try:
        policy = json.loads(holder.text("redrivePolicy"))
    except ValueError:
        return {}
    return policy if isinstance(policy, dict) else {}


_POLICY = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:111122223333:dead", "maxReceiveCount": 5})
_TAGS = {"data-class": "financial"}


def _queue(**properties: object) -> Example:
    return (Node(tokens.QUEUE, "entries", {"tags": _TAGS, **properties}),)


def _dead(days: int | None) -> Example:
    kept = {} if days is None else {"messageRetentionSeconds": days * 86_400}
    return _queue(redriveAllowPolicy='{"redrivePermission": "byQueue"}', **kept)


def _dead_letters(days: int) -> Example:
    """A queue that does not say what it is for."""
    return (Node(tokens.QUEUE, "dead", {"name": "dead", "tags": _TAGS, "messageRetentionSeconds": days * 86_400}),)


_SOURCE = Node(tokens.QUEUE, "source", {"redrivePolicy": _POLICY, "tags": {"data-class": "internal"}})

RULES = (
    Rule(
        id="MSG-03",
        name="queue-has-dead-letters",
        summary="Queues of money and people have a dead-letter queue, which keeps messages for 14 days.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.QUEUE,),
        reads=("redrivePolicy", "redriveAllowPolicy", "messageRetentionSeconds", "tags", "queueUrl", "arn", "name"),
        controls=(*pci("L", "3.2.1"), *unverified("soc2", "A1.2")),
        remedy="Make the queue with components.WorkQueue.",
        problems=_problems,
        applies=_is_subject,
        needs_graph=True,
        passes=(
            _queue(redrivePolicy=_POLICY),
            (*_queue(), Node(_REDRIVE, "redrive", {"queueUrl": Ref("entries"), "redrivePolicy": _POLICY})),
            _dead(14),
            (*_queue(redrivePolicy=Ref("dead")), *_dead_letters(14)),
            (_SOURCE, *_dead_letters(14)),
            (Node(_REDRIVE, "redrive", {"queueUrl": "q", "redrivePolicy": Ref("dead")}), *_dead_letters(14)),
            (Node(_REDRIVE_ALLOW, "allow", {"queueUrl": Ref("dead")}), *_dead_letters(14)),
        ),
        fails=(
            _queue(),
            _queue(redrivePolicy="{}"),
            _queue(redriveAllowPolicy="", redrivePolicy="", messageRetentionSeconds=1_209_600),
            _queue(redrivePolicy="no"),
            _queue(redrivePolicy='{"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:111122223333:dead"}'),
            _dead(13),
            (_SOURCE, *_dead_letters(13)),
            (_SOURCE, *_queue()),
            _dead(None),
        ),
        undecided=(
            _queue(redrivePolicy=Ref("lost")),
            _queue(redriveAllowPolicy="{}", messageRetentionSeconds=Ref("x")),
            _queue(redriveAllowPolicy=Ref("lost"), messageRetentionSeconds=1_209_600),
        ),
        ignores=((Node(tokens.QUEUE, "interruptions", {"tags": {"data-class": "internal"}}),),),
    ),
)
