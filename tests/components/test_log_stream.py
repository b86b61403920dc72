"""Streams: a log group's events reach the archive, as lines, by roles that do no more, or somebody hears of it."""

import json
from typing import Any

import pytest

from components.evidence.log_stream import LogStream, LogStreamArgs
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/platform"
DELIVERY = f"arn:aws:firehose:eu-central-1:{ACCOUNT}:deliverystream/prod-postgres-ledger"


def _args(**changes: Any) -> LogStreamArgs:
    values: dict[str, Any] = {"stream": "postgres-ledger", "environment": "prod", "account_id": ACCOUNT}
    values |= {"region": "eu-central-1", "log_group_name": "/aws/rds/ledger", "bucket": "archive"}
    values |= {"bucket_arn": "arn:aws:s3:::archive", "prefix": "postgres/", "key_alias": "prod-audit"}
    values |= {"key_arn": "arn:key", "error_log_days": 400, "topic_arn": "arn:page"}
    return LogStreamArgs(**{**values, **changes})


def _build() -> Built:
    return build(lambda: LogStream("stream", _args()))


def _statements(built: Built, name: str) -> dict[str, Any]:
    policy = json.loads(built.one("RolePolicy", name).inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stream": "Ledger"}, "stream must be 2 to 40 of a-z 0-9 -, .*got 'Ledger'"),
        ({"stream": "ledger-"}, "got 'ledger-'"),
        ({"prefix": "postgres"}, "prefix of postgres-ledger must end with /, got 'postgres'"),
    ],
)
def test_rejects_names_that_roles_and_folders_cannot_have(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_makes_exactly_the_subscription_the_delivery_their_roles_and_their_alarms() -> None:
    kind = "platform:audit:LogStream"
    role = f"{kind}$platform:identity:ServiceRole"
    assert _build().identities() == {
        f"{kind}::stream",
        f"{kind}$aws:cloudwatch/logGroup:LogGroup::stream-errors",
        f"{kind}$aws:cloudwatch/logStream:LogStream::stream",
        f"{kind}$aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream::stream",
        f"{kind}$aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter::stream",
        *(f"{kind}$aws:cloudwatch/metricAlarm:MetricAlarm::stream-{what}" for what in ("late", "failed", "refused")),
        *(f"{role}::stream-{what}" for what in ("deliver", "subscribe")),
        *(f"{role}$aws:iam/role:Role::stream-{what}" for what in ("deliver", "subscribe")),
        *(f"{role}$aws:iam/rolePolicy:RolePolicy::stream-{what}" for what in ("deliver", "subscribe")),
    }


def test_every_event_is_handed_over_and_written_as_lines_by_day() -> None:
    built = _build()
    filter_ = built.one("LogSubscriptionFilter", "stream")
    assert filter_.inputs == {
        "name": "prod-postgres-ledger",
        "logGroup": "/aws/rds/ledger",
        "filterPattern": "",
        "destinationArn": DELIVERY,
        "roleArn": f"{ROLE}/prod-subscribe-postgres-ledger",
    }
    delivery = built.one("FirehoseDeliveryStream", "stream")
    assert delivery.urn in filter_.dependencies
    assert delivery.inputs["serverSideEncryption"] == {"enabled": True, "keyType": "AWS_OWNED_CMK"}
    to = {**delivery.inputs["extendedS3Configuration"]}
    processors = to.pop("processingConfiguration")["processors"]
    assert [one["type"] for one in processors] == ["Decompression", "AppendDelimiterToRecord"]
    assert processors[1]["parameters"] == [{"parameterName": "Delimiter", "parameterValue": "\\n"}]
    assert to == {
        "bucketArn": "arn:aws:s3:::archive",
        "roleArn": f"{ROLE}/prod-deliver-postgres-ledger",
        "prefix": "postgres/postgres-ledger/!{timestamp:yyyy/MM/dd}/",
        "errorOutputPrefix": "postgres/undelivered/postgres-ledger/!{firehose:error-output-type}/",
        "compressionFormat": "GZIP",
        "bufferingInterval": 300,
        "bufferingSize": 5,
        "cloudwatchLoggingOptions": {
            "enabled": True,
            "logGroupName": "/audit/prod/delivery/postgres-ledger",
            "logStreamName": "S3Delivery",
        },
    }


def test_firehose_writes_below_the_prefix_and_can_read_nothing() -> None:
    built = _build()
    (trusted,) = json.loads(built.one("Role", "stream-deliver").inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Condition"] == {"StringEquals": {"sts:ExternalId": ACCOUNT}}
    statements = _statements(built, "stream-deliver")
    assert statements["WriteEvidence"]["Resource"] == ["arn:aws:s3:::archive/postgres/*"]
    actions = {action for statement in statements.values() for action in statement["Action"]}
    assert not actions & {"s3:GetObject", "kms:Decrypt", "s3:DeleteObject"}
    assert statements["Encrypt"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/prod-audit"},
        "StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"},
    }


def test_cloudwatch_hands_over_to_the_one_stream() -> None:
    built = _build()
    (trusted,) = json.loads(built.one("Role", "stream-subscribe").inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"Service": "logs.amazonaws.com"}
    assert trusted["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"}}
    assert _statements(built, "stream-subscribe")["HandOver"]["Resource"] == [DELIVERY]


def test_lateness_failure_and_refusal_wake_somebody_up() -> None:
    alarms = {made.name: made.inputs for made in _build().all("MetricAlarm")}
    watched = {name: (one["metricName"], one["comparisonOperator"], one["threshold"]) for name, one in alarms.items()}
    assert watched == {
        "stream-late": ("DeliveryToS3.DataFreshness", "GreaterThanThreshold", 900),
        "stream-failed": ("DeliveryToS3.Success", "LessThanThreshold", 1),
        "stream-refused": ("DeliveryErrors", "GreaterThanThreshold", 0),
    }
    assert {one["alarmActions"][0] for one in alarms.values()} == {"arn:page"}
    assert alarms["stream-late"]["dimensions"] == {"DeliveryStreamName": "prod-postgres-ledger"}
