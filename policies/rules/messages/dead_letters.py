"""Work on money and people that cannot be done is put aside, and kept until somebody has looked."""

import json
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.values import Block

_REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_CLASSES = ("financial", "personal")
_LONGEST_S, _DEFAULT_S = 1_209_600, 345_600  # SQS API reference, MessageRetentionPeriod: 14 days, and 4 by default


def _is_subject(queue: Resource, graph: Graph) -> bool:
    return graph.tag(queue, "data-class") in _CLASSES


def _problems(queue: Resource, graph: Graph) -> Iterator[Problem]:
    if graph.is_given(queue, "redriveAllowPolicy"):  # it holds dead letters itself
        kept_s = int(queue.props.get("messageRetentionSeconds", _DEFAULT_S))
        if kept_s < _LONGEST_S:
            yield Problem("messageRetentionSeconds", f"dead letters are kept for {kept_s} s, not the longest: 14 days")
        return
    policies = [one.props for one in graph.referrers(queue, _REDRIVE, "queueUrl")]
    policies += [queue.props] if "redrivePolicy" in queue.props else []
    if not any(map(_redrives, policies)):
        yield Problem("redrivePolicy", "what cannot be processed is lost with its retention: no dead-letter queue")


def _redrives(holder: Block) -> bool:
    try:
        policy = json.loads(holder.text("redrivePolicy"))
    except ValueError:
        return False
    return isinstance(policy, dict) and bool(policy.get("deadLetterTargetArn")) and "maxReceiveCount" in policy


_POLICY = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:111122223333:dead", "maxReceiveCount": 5})
_TAGS = {"data-class": "financial"}


def _queue(**properties: object) -> Example:
    return (Node(tokens.QUEUE, "entries", {"tags": _TAGS, **properties}),)


def _dead(days: int | None) -> Example:
    kept = {} if days is None else {"messageRetentionSeconds": days * 86_400}
    return _queue(redriveAllowPolicy='{"redrivePermission": "byQueue"}', **kept)


RULES = (
    Rule(
        id="MSG-03",
        name="queue-has-dead-letters",
        summary="Queues of money and people have a dead-letter queue, which keeps messages for 14 days.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.QUEUE,),
        reads=("redrivePolicy", "redriveAllowPolicy", "messageRetentionSeconds", "tags", "queueUrl"),
        controls=(*pci("L", "3.2.1"), *unverified("soc2", "A1.2")),
        remedy="Make the queue with components.WorkQueue.",
        problems=_problems,
        applies=_is_subject,
        needs_graph=True,
        passes=(
            _queue(redrivePolicy=_POLICY),
            (*_queue(), Node(_REDRIVE, "redrive", {"queueUrl": Ref("entries"), "redrivePolicy": _POLICY})),
            _dead(14),
        ),
        fails=(
            _queue(),
            _queue(redrivePolicy="{}"),
            _queue(redrivePolicy="no"),
            _queue(redrivePolicy='{"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:111122223333:dead"}'),
            _dead(13),
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
