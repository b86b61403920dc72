"""Queues and topics refuse requests without TLS, and tell nobody in the clear."""

import json
from collections.abc import Iterator, Mapping

from policies import tokens
from policies.controls import unverified
from policies.documents import Condition, Statement, statements
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block

_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
# Of each: the type that holds its policy apart, the property by which that names it, and what must be denied.
_POLICIES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    tokens.QUEUE: (tokens.QUEUE_POLICY, "queueUrl", ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage")),
    tokens.TOPIC: (tokens.TOPIC_POLICY, "arn", ("sns:Publish",)),
}


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == _SUBSCRIPTION:
        if resource.props.get("protocol") == "http":
            yield Problem("protocol", "it is told in plain HTTP, which anyone on the way reads")
        return
    kind, key, actions = _POLICIES[resource.type]
    policies = [policy.props for policy in graph.referrers(resource, kind, key)]
    policies += [resource.props] if not policies and "policy" in resource.props else []
    if not policies:
        yield Problem(None, "it has no policy, so it answers requests without TLS")

    def check(properties: Block) -> Iterator[Problem]:
        denials = [one for one in statements(properties.get("policy", "")) if _refuses_plain_http(one)]
        for action in actions:
            if not any(one.acts_on(action) for one in denials):
                yield Problem("policy", f"no statement denies everyone {action} without TLS")

    yield from decide(policies, check)


def _refuses_plain_http(statement: Statement) -> bool:
    """A statement of the queue's or topic's own policy is about nothing else, whichever resource it names."""
    return (
        statement.denies
        and statement.for_everyone()
        and len(statement.conditions) == 1  # any other condition would let some requests through
        and _is_without_tls(statement.conditions[0])
    )


def _is_without_tls(condition: Condition) -> bool:
    without = condition.key == "aws:securetransport" and condition.values == ("false",)
    return without and condition.operator in ("Bool", "BoolIfExists")


_PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
_QUEUE = Node(tokens.QUEUE, "entries", {"name": "entries"})
_TOPIC = Node(tokens.TOPIC, "page", {"name": "page"})


def _queue(**changes: object) -> Example:
    base = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": _PLAIN}
    statement = {key: value for key, value in (base | changes).items() if value is not None}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return (_QUEUE, Node(tokens.QUEUE_POLICY, "policy", {"queueUrl": Ref("entries"), "policy": policy}))


def _topic(action: str) -> Example:
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*", "Condition": _PLAIN}
    return (
        _TOPIC,
        Node(tokens.TOPIC_POLICY, "policy", {"arn": Ref("page"), "policy": json.dumps({"Statement": [statement]})}),
    )


def _subscription(protocol: object) -> Example:
    return (Node(_SUBSCRIPTION, "duty", {"protocol": protocol, "endpoint": "x"}),)


RULES = (
    Rule(
        id="MSG-02",
        name="message-refuses-plain-http",
        summary="Queues and topics deny everyone what does not come over TLS, and tell nobody in plain HTTP.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.QUEUE, tokens.TOPIC, _SUBSCRIPTION),
        reads=("policy", "protocol", "arn", "queueUrl"),
        controls=(*unverified("pci-dss-4.0.1", "4.2.1"), *unverified("soc2", "CC6.7")),
        remedy="Make queues with components.WorkQueue and topics with components.NotificationTopic, or deny them"
        ' everything with {"Bool": {"aws:SecureTransport": "false"}}; take https or sqs for subscriptions.',
        problems=_problems,
        needs_graph=True,
        passes=(
            _queue(),
            _queue(Action=["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"]),
            _queue(Condition={"BoolIfExists": {"AWS:SecureTransport": [False]}}),
            _topic("sns:Publish"),
            _topic("sns:*"),
            _subscription("https"),
            _subscription("sqs"),
            _subscription("email"),
        ),
        fails=(
            (_QUEUE,),
            (_TOPIC,),
            _queue(Effect="Allow"),
            _queue(Principal={"AWS": "111122223333"}),
            _queue(Action="sqs:SendMessage"),
            _queue(Condition=None),
            _queue(Condition={"Bool": {"aws:SecureTransport": "true"}}),
            _queue(Condition={**_PLAIN, "StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
            _topic("sns:Subscribe"),
            _subscription("http"),
        ),
        undecided=(
            (_QUEUE, Node(tokens.QUEUE_POLICY, "policy", {"queueUrl": Ref("entries"), "policy": Ref("lost")})),
            _subscription(Ref("lost")),
        ),
    ),
)
