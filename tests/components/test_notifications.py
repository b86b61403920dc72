"""Topics and alarms: who may publish, who is told, and what an alarm watches."""

import json
from typing import Any

import pytest
from pulumi import ResourceOptions

from components.alarms import Alarm, raise_alarms
from components.notification_topic import PUBLISHERS, NotificationTopic, NotificationTopicArgs
from tests.components.conftest import build

ACCOUNT = "123456789012"
ARN = f"arn:aws:sns:eu-central-1:{ACCOUNT}:prod-page"


def _args(**changes: Any) -> NotificationTopicArgs:
    values: dict[str, Any] = {"topic_name": "prod-page", "account_id": ACCOUNT, "region": "eu-central-1"}
    values |= {"key_arn": "arn:key", "subscribers": {"duty": ("https", "https://alerts.example/page")}}
    return NotificationTopicArgs(**{**values, **changes})


def _alarm(**changes: Any) -> Alarm:
    values: dict[str, Any] = {"name": "cpu", "description": "d", "namespace": "AWS/RDS", "metric": "CPUUtilization"}
    return Alarm(**{**values, "threshold": 90, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"topic_name": "a b"}, "topic_name must be 1 to 256"),
        ({"subscribers": {"duty": ("https", "http://x")}}, "subscriber duty must begin with https://, got 'http://x'"),
    ],
)
def test_rejects_a_topic_that_speaks_in_the_open(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_a_topic_is_encrypted_and_written_to_by_aws_services_for_our_account_alone() -> None:
    built = build(lambda: NotificationTopic("page", _args()))
    kind = "platform:notifications:NotificationTopic"
    assert built.identities() == {
        f"{kind}::page",
        f"{kind}$aws:sns/topic:Topic::page",
        f"{kind}$aws:sns/topicPolicy:TopicPolicy::page",
        f"{kind}$aws:sns/topicSubscription:TopicSubscription::page-duty",
    }
    assert built.one("Topic", "page").inputs["kmsMasterKeyId"] == "arn:key"
    deny, allow = json.loads(built.one("TopicPolicy", "page").inputs["policy"])["Statement"]
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (allow["Principal"], allow["Resource"]) == ({"Service": list(PUBLISHERS)}, [ARN])
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"period_s": 45}, "period_s of cpu must be 10, 30 or a multiple of 60, got 45"),
        ({"breaching": 6}, r"breaching of cpu must be 1 to periods \(5\), got 6"),
    ],
)
def test_rejects_an_alarm_that_cloudwatch_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _alarm(**changes)


def test_an_alarm_tells_when_it_begins_and_when_it_is_over() -> None:
    alarms = (_alarm(), _alarm(name="slow", statistic="p99", breaching=3, missing="breaching"))
    built = build(lambda: raise_alarms("ledger", alarms, ARN, ResourceOptions()))
    plain, slow = (built.one("MetricAlarm", name).inputs for name in ("ledger-cpu", "ledger-slow"))
    assert plain["alarmActions"] == plain["okActions"] == [ARN]
    assert (plain["statistic"], plain["evaluationPeriods"], plain["datapointsToAlarm"]) == ("Maximum", 5, 5)
    assert (slow["extendedStatistic"], slow["datapointsToAlarm"], slow["treatMissingData"]) == ("p99", 3, "breaching")
    assert "statistic" not in slow
