"""The trail records everything, provably, and its events raise the alarms that people must hear."""

import json
import re
from typing import Any

import pytest

from components.evidence.cis_alarms import CIS_ALARMS, TrailAlarm, calls
from components.evidence.trail import Trail, TrailArgs
from components.evidence.trail_alarms import TrailAlarms, TrailAlarmsArgs
from components.evidence.watch import AuditWatch, AuditWatchArgs
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
GROUP = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/audit/prod/trail"


def _args(**changes: Any) -> TrailArgs:
    values: dict[str, Any] = {"trail_name": "prod", "account_id": ACCOUNT, "region": "eu-central-1"}
    values |= {"bucket": "archive", "prefix": "trail/", "key_arn": "arn:key", "log_group_days": 400}
    return TrailArgs(**{**values, "object_arns": ("arn:aws:s3:::archive/",), **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: Trail("trail", _args(**changes)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prefix": "trail"}, "prefix of prod must end with /, got 'trail'"),
        ({"object_arns": ("arn:aws:s3:::",)}, "object_arns of prod must begin with arn:aws:s3:::<bucket>"),
        ({"object_arns": ("archive/",)}, "object_arns of prod must begin with .*got 'archive/'"),
    ],
)
def test_rejects_what_cloudtrail_would_read_otherwise(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_the_trail_records_all_regions_and_proves_that_nothing_is_missing() -> None:
    built = _build()
    kind = "platform:audit:Trail"
    role = f"{kind}$platform:identity:ServiceRole"
    assert built.identities() == {
        f"{kind}::trail",
        f"{kind}$aws:cloudwatch/logGroup:LogGroup::trail",
        f"{kind}$aws:cloudtrail/trail:Trail::trail",
        f"{role}::trail-logs",
        f"{role}$aws:iam/role:Role::trail-logs",
        f"{role}$aws:iam/rolePolicy:RolePolicy::trail-logs",
    }
    (trail,) = [made for made in built.resources if made.type == "aws:cloudtrail/trail:Trail"]
    assert trail.protect
    inputs = {**trail.inputs}
    selectors = inputs.pop("advancedEventSelectors")
    assert inputs == {
        "name": "prod",
        "s3BucketName": "archive",
        "s3KeyPrefix": "trail",
        "kmsKeyId": "arn:key",
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogging": True,
        "enableLogFileValidation": True,
        "cloudWatchLogsGroupArn": f"{GROUP}:*",
        "cloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/platform/prod-trail-logs",
        "insightSelectors": [{"insightType": "ApiCallRateInsight"}, {"insightType": "ApiErrorRateInsight"}],
        "tags": {"Name": "trail"},
    }
    assert [selector["fieldSelectors"] for selector in selectors] == [
        [{"field": "eventCategory", "equals": ["Management"]}],
        [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::archive/"]},
        ],
    ]


def test_without_objects_to_watch_there_is_no_empty_selector() -> None:
    (trail,) = [made for made in _build(object_arns=()).resources if made.type == "aws:cloudtrail/trail:Trail"]
    assert [selector["name"] for selector in trail.inputs["advancedEventSelectors"]] == ["management"]


def test_its_log_group_exists_first_with_key_and_end_and_one_role_writes_there() -> None:
    built = _build()
    group = built.one("LogGroup", "trail")
    assert (group.inputs["name"], group.inputs["kmsKeyId"], group.inputs["retentionInDays"], group.protect) == (
        "/audit/prod/trail",
        "arn:key",
        400,
        True,
    )
    (trail,) = [made for made in built.resources if made.type == "aws:cloudtrail/trail:Trail"]
    assert group.urn in trail.dependencies
    (trusted,) = json.loads(built.one("Role", "trail-logs").inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert trusted["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/prod"},
    }
    (allowed,) = json.loads(built.one("RolePolicy", "trail-logs").inputs["policy"])["Statement"]
    assert allowed["Resource"] == [f"{GROUP}:log-stream:{ACCOUNT}_CloudTrail_*"]


def _alarms() -> Built:
    args = TrailAlarmsArgs(
        environment="prod",
        account_id=ACCOUNT,
        log_group_name="/audit/prod/trail",
        archives="kestrel-prod-archive-",
        topics={"page": "arn:page", "ticket": "arn:ticket"},
    )
    return build(lambda: TrailAlarms("watch", args))


def test_stopping_a_trail_or_ending_a_key_wakes_somebody_up() -> None:
    rows = {row.source.rpartition(": ")[2]: row for row in CIS_ALARMS}
    for number, names in {"4.5": ("StopLogging", "DeleteTrail", "UpdateTrail"), "4.7": ("DisableKey",)}.items():
        assert rows[number].urgency == "page"
        assert all(f"($.eventName = {name})" in rows[number].pattern for name in names)


def test_the_fifteen_of_cis_are_each_filtered_and_told() -> None:
    assert [row.source for row in CIS_ALARMS] == [f"CIS AWS 3.0.0: 4.{number}" for number in range(1, 16)]
    built = _alarms()
    for row in CIS_ALARMS:
        counted = built.one("LogMetricFilter", f"watch-{row.name}")
        assert (counted.inputs["pattern"], counted.inputs["logGroupName"]) == (row.pattern, "/audit/prod/trail")
        alarm = built.one("MetricAlarm", f"watch-{row.name}")
        metric = counted.inputs["metricTransformation"]
        assert (alarm.inputs["namespace"], alarm.inputs["metricName"]) == (metric["namespace"], metric["name"])
        assert (alarm.inputs["threshold"], alarm.inputs["statistic"]) == (row.threshold, "Sum")
        assert alarm.inputs["alarmActions"] == [f"arn:{row.urgency}"]
        assert counted.urn in alarm.dependencies


def test_emergencies_changes_of_the_archive_and_silence_wake_somebody_up() -> None:
    built = _alarms()
    own = {"break-glass-used", "archive-changed", "trail-narrowed", "silent"}
    assert {made.name.removeprefix("watch-") for made in built.all("MetricAlarm")} == {
        *own,
        *(row.name for row in CIS_ALARMS),
    }
    assert {one.inputs["alarmActions"][0] for one in (built.one("MetricAlarm", f"watch-{o}") for o in own)} == {
        "arn:page"
    }
    emergency = built.one("LogMetricFilter", "watch-break-glass-used").inputs["pattern"]
    assert f'"arn:aws:iam::{ACCOUNT}:role/foundation/break-glass"' in emergency
    assert '"kestrel-prod-archive-*"' in built.one("LogMetricFilter", "watch-archive-changed").inputs["pattern"]
    silent = built.one("MetricAlarm", "watch-silent").inputs
    assert (silent["metricName"], silent["treatMissingData"]) == ("IncomingLogEvents", "breaching")
    assert silent["period"] * silent["evaluationPeriods"] == 900


def test_patterns_are_as_long_as_cloudwatch_takes_and_their_brackets_close() -> None:
    with pytest.raises(ValueError, match="pattern of x must be 1024 characters at the most, got 1025"):
        TrailAlarm(name="x", source="", what="", pattern="x" * 1025)
    assert calls("A", "B") == "{ ($.eventName = A) || ($.eventName = B) }"
    assert calls("A", source="s") == "{ ($.eventSource = s) && (($.eventName = A)) }"
    for made in _alarms().all("LogMetricFilter"):
        pattern = made.inputs["pattern"]
        assert re.fullmatch(r"\{ .+ \}", pattern)
        assert pattern.count("(") == pattern.count(")")


def test_rules_on_calls_against_the_record_tell_the_page_topic() -> None:
    args = AuditWatchArgs(environment="prod", buckets=("archive", "landing"), topic_arn="arn:page")
    built = build(lambda: AuditWatch("audit-watch", args))
    rules = {made.name: json.loads(made.inputs["eventPattern"]) for made in built.all("EventRule")}
    assert {*rules} == {f"audit-watch-{what}" for what in ("trail", "key", "archive", "delivery")}
    assert {one["detail-type"][0] for one in rules.values()} == {"AWS API Call via CloudTrail"}
    assert {"DeleteTrail", "StopLogging", "UpdateTrail", "PutEventSelectors"} <= {
        *rules["audit-watch-trail"]["detail"]["eventName"]
    }
    assert {"DisableKey", "ScheduleKeyDeletion"} <= {*rules["audit-watch-key"]["detail"]["eventName"]}
    assert rules["audit-watch-archive"]["detail"]["requestParameters"] == {"bucketName": ["archive", "landing"]}
    for made in built.all("EventTarget"):
        assert made.inputs["arn"] == "arn:page"
        assert made.inputs["rule"] == f"prod-{made.name}"


def test_a_watch_over_no_bucket_is_refused() -> None:
    with pytest.raises(ValueError, match="buckets must name at least one"):
        AuditWatchArgs(environment="prod", buckets=(), topic_arn="arn:page")
