"""Queues: encrypted, used by those who are declared and nobody else, and never silently full or lossy."""

import json
from typing import Any

import pytest

from components.queue_policy import QueueUsers
from components.work_queue import WorkQueue, WorkQueueArgs
from policies.access import Document, Documents, Outcome, Request, decide
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
API, LEDGER, OPERATOR, OTHER = (
    f"arn:aws:iam::{ACCOUNT}:role/{name}"
    for name in ("platform/prod-api", "platform/prod-ledger", "foundation/break-glass", "platform/prod-webhooks")
)
_KIND = "platform:messaging:WorkQueue"
_ARN = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:prod-entries"
_DAY_S = 86_400


def _users(**changes: Any) -> QueueUsers:
    values: dict[str, Any] = {"senders": (API,), "receivers": (LEDGER,), "operators": (OPERATOR,)}
    return QueueUsers(**{**values, **changes})


def _args(**changes: Any) -> WorkQueueArgs:
    values: dict[str, Any] = {"queue_name": "prod-entries", "account_id": ACCOUNT, "region": "eu-central-1"}
    values |= {"key_arn": "arn:key", "data_class": "financial", "users": _users()}
    values |= {"page_topic_arn": "arn:page", "ticket_topic_arn": "arn:ticket"}
    return WorkQueueArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: WorkQueue("entries", _args(**changes)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"queue_name": "a.fifo"}, r"queue_name must be 1 to 75 of a-z A-Z 0-9 _ -, without .fifo, got 'a.fifo'"),
        ({"queue_name": "a" * 76}, "queue_name must be 1 to 75"),
        ({"queue_name": "a" * 71, "fifo": True}, "queue_name must be 1 to 70"),
        ({"visibility_timeout_s": 0}, "visibility_timeout_s of prod-entries must be 1 to 43200, got 0"),
        ({"visibility_timeout_s": 43_201}, "visibility_timeout_s of prod-entries must be 1 to 43200, got 43201"),
        ({"retention_days": 14}, "retention_days of prod-entries must be 1 to 13, got 14"),
        ({"max_receives": 0}, "max_receives of prod-entries must be 1 to 1000, got 0"),
        ({"oldest_s": 59}, "oldest_s of prod-entries must be 60 to 345600, got 59"),
        ({"oldest_s": 86_401, "retention_days": 1}, "oldest_s of prod-entries must be 60 to 86400, got 86401"),
    ],
)
def test_rejects_a_queue_that_sqs_would_refuse_or_that_loses_work(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


@pytest.mark.parametrize("length", [1, 75])
def test_takes_names_up_to_the_longest(length: int) -> None:
    assert len(_args(queue_name="a" * length).name_of("dead")) == length + 5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"senders": ()}, "senders must name at least one role, got none"),
        ({"receivers": ()}, "receivers must name at least one role, got none"),
    ],
)
def test_rejects_a_queue_that_nobody_uses(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _users(**changes)


@pytest.mark.parametrize("role", ["*", "arn:aws:iam::999999999999:role/platform/x", f"arn:aws:iam::{ACCOUNT}:user/x"])
def test_rejects_users_that_are_no_roles_of_the_account(role: str) -> None:
    with pytest.raises(ValueError, match=f"users of prod-entries must be roles of {ACCOUNT}, got "):
        _args(users=_users(operators=(role,)))


def test_makes_two_queues_with_policies_and_three_alarms() -> None:
    queue, policy, alarm = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy", "aws:cloudwatch/metricAlarm:"
    assert _build().identities() == {
        f"{_KIND}::entries",
        f"{_KIND}${queue}::entries",
        f"{_KIND}${queue}::entries-dead",
        f"{_KIND}${policy}::entries",
        f"{_KIND}${policy}::entries-dead",
        f"{_KIND}${alarm}MetricAlarm::entries-oldest",
        f"{_KIND}${alarm}MetricAlarm::entries-dead-letters",
        f"{_KIND}${alarm}MetricAlarm::entries-dead-letters-expiring",
    }


def test_work_moves_to_the_one_dead_letter_queue_which_keeps_it_longest() -> None:
    built = _build(max_receives=3, retention_days=2)
    work, dead = built.one("Queue", "entries"), built.one("Queue", "entries-dead")
    assert (work.inputs["name"], dead.inputs["name"]) == ("prod-entries", "prod-entries-dead")
    redrive = json.loads(work.inputs["redrivePolicy"])
    assert redrive == {"deadLetterTargetArn": f"{_ARN}-dead", "maxReceiveCount": 3}
    allowed = json.loads(dead.inputs["redriveAllowPolicy"])
    assert allowed == {"redrivePermission": "byQueue", "sourceQueueArns": [_ARN]}
    assert (work.inputs["messageRetentionSeconds"], dead.inputs["messageRetentionSeconds"]) == (
        2 * _DAY_S,
        14 * _DAY_S,
    )
    assert dead.urn in work.dependencies  # SQS refuses a queue whose dead-letter queue is not there yet


def test_both_queues_are_encrypted_protected_and_classified() -> None:
    for one in _build().all("Queue"):
        assert one.inputs["kmsMasterKeyId"] == "arn:key"
        assert one.protect
        assert one.inputs["tags"] == {"Name": one.name, "data-class": "financial"}
    assert not any(one.protect for one in _build(protect=False).all("Queue"))


def test_a_queue_in_order_is_so_with_its_dead_letters_and_each_group_for_itself() -> None:
    built = _build(fifo=True)
    for one in built.all("Queue"):
        assert one.inputs["name"].endswith(".fifo")
        assert (one.inputs["fifoQueue"], one.inputs["fifoThroughputLimit"]) == (True, "perMessageGroupId")
        assert one.inputs["deduplicationScope"] == "messageGroup"
        assert "contentBasedDeduplication" not in one.inputs  # two payments of the same content are two payments
    assert json.loads(built.one("Queue", "entries").inputs["redrivePolicy"])["deadLetterTargetArn"] == (
        f"{_ARN}-dead.fifo"
    )
    assert not any("fifoQueue" in one.inputs for one in _build().all("Queue"))


_SEND, _RECEIVE, _PURGE = "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue"
_ADMIN = {"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}


def _outcome(queue: str, role: str, action: str, *, secure: str = "true") -> Outcome:
    """What the queue's policy leaves of a role that IAM lets do everything with queues."""
    policy = Document.of("queue", _build().one("QueuePolicy", queue).inputs["policy"])
    request = Request(
        action=action,
        resource=_ARN if queue == "entries" else f"{_ARN}-dead",
        principal=role,
        context={"aws:SecureTransport": secure},
    )
    return decide(request, Documents(identity=(Document.of("admin", _ADMIN),), resource=policy)).outcome


@pytest.mark.parametrize(
    ("queue", "role", "action", "allowed"),
    [
        ("entries", API, _SEND, True),
        ("entries", API, _RECEIVE, False),
        ("entries", LEDGER, _RECEIVE, True),
        ("entries", LEDGER, "sqs:DeleteMessage", True),
        ("entries", LEDGER, _SEND, False),
        ("entries", OPERATOR, _SEND, True),  # to move dead letters back
        ("entries", OPERATOR, _RECEIVE, False),
        ("entries", OTHER, _SEND, False),
        ("entries", OTHER, _RECEIVE, False),
        ("entries", API, _PURGE, False),
        ("entries", OPERATOR, _PURGE, False),
        ("entries-dead", OPERATOR, _RECEIVE, True),
        ("entries-dead", OPERATOR, "sqs:DeleteMessage", True),
        ("entries-dead", LEDGER, _RECEIVE, False),
        ("entries-dead", API, _RECEIVE, False),
        ("entries-dead", OPERATOR, _PURGE, False),
    ],
)
def test_declared_users_alone_use_a_queue_whatever_iam_grants(
    queue: str, role: str, action: str, allowed: bool
) -> None:
    assert _outcome(queue, role, action) is (Outcome.ALLOW if allowed else Outcome.DENY)


@pytest.mark.parametrize("queue", ["entries", "entries-dead"])
@pytest.mark.parametrize("action", [_SEND, _RECEIVE, "sqs:GetQueueAttributes"])
def test_nobody_uses_it_in_the_clear(queue: str, action: str) -> None:
    for role in (API, LEDGER, OPERATOR):
        assert _outcome(queue, role, action, secure="false") is Outcome.DENY


@pytest.mark.parametrize("queue", ["entries", "entries-dead"])
def test_another_account_is_denied_whatever_it_asks_for(queue: str) -> None:
    foreign = "arn:aws:iam::999999999999:role/platform/prod-api"
    policy = json.loads(_build().one("QueuePolicy", queue).inputs["policy"])
    opened = [*policy["Statement"], {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]
    documents = Documents(
        identity=(Document.of("admin", _ADMIN),), resource=Document.of("queue", {"Statement": opened})
    )
    request = Request(
        action="sqs:GetQueueAttributes",
        resource=_ARN if queue == "entries" else f"{_ARN}-dead",
        principal=foreign,
        context={"aws:SecureTransport": "true"},
    )
    assert decide(request, documents).outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("alarm", "queue", "metric", "threshold", "topic"),
    [
        ("oldest", "prod-entries", "ApproximateAgeOfOldestMessage", 900, "arn:page"),
        ("dead-letters", "prod-entries-dead", "ApproximateNumberOfMessagesVisible", 0, "arn:ticket"),
        ("dead-letters-expiring", "prod-entries-dead", "ApproximateAgeOfOldestMessage", 10 * _DAY_S, "arn:page"),
    ],
)
def test_tells_when_work_waits_and_when_it_was_given_up(
    alarm: str, queue: str, metric: str, threshold: int, topic: str
) -> None:
    found = _build().one("MetricAlarm", f"entries-{alarm}").inputs
    assert (found["namespace"], found["metricName"]) == ("AWS/SQS", metric)
    assert found["dimensions"] == {"QueueName": queue}
    assert (found["threshold"], found["comparisonOperator"]) == (threshold, "GreaterThanThreshold")
    assert found["alarmActions"] == [topic]
    assert found["treatMissingData"] == "notBreaching"  # an idle queue tells nothing


def test_a_lost_message_wakes_somebody_where_it_is_money() -> None:
    built = _build(dead_letter_urgency="page", oldest_s=120, fifo=True)
    dead = built.one("MetricAlarm", "entries-dead-letters").inputs
    assert dead["alarmActions"] == ["arn:page"]
    assert dead["dimensions"] == {"QueueName": "prod-entries-dead.fifo"}
    assert built.one("MetricAlarm", "entries-oldest").inputs["threshold"] == 120
