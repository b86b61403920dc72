"""Attacks on the record itself wake somebody up within a minute, without waiting for the record to arrive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class AuditWatchArgs:
    """`buckets`: the names of those whose settings are watched, in the region of the rules."""

    environment: str
    buckets: tuple[str, ...]
    topic_arn: Input[str]

    def __post_init__(self) -> None:
        if not self.buckets:
            raise ValueError("buckets must name at least one: an empty list would match no call at all")


class AuditWatch(ComponentResource):
    """EventBridge rules on calls against trails, keys and the archive. They see their own region alone: what is done
    elsewhere, components.TrailAlarms tells some minutes later.
    """

    def __init__(self, name: str, args: AuditWatchArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:AuditWatch", name, {}, opts)
        child = ResourceOptions(parent=self)
        for what, (description, detail) in _watched(args).items():
            own = f"{name}-{what}"
            rule = cloudwatch.EventRule(
                own,
                name=f"{args.environment}-{own}",
                description=description,
                event_pattern=json.dumps({"detail-type": ["AWS API Call via CloudTrail"], "detail": detail}),
                tags=tagged(own),
                opts=child,
            )
            cloudwatch.EventTarget(own, rule=rule.name, target_id="people", arn=args.topic_arn, opts=child)
        self.register_outputs({})


def _watched(args: AuditWatchArgs) -> Mapping[str, tuple[str, dict[str, Any]]]:
    return {
        "trail": (
            "A trail was stopped, deleted, changed, or told to record other events",
            {
                "eventSource": ["cloudtrail.amazonaws.com"],
                "eventName": [
                    "DeleteTrail",
                    "PutEventSelectors",
                    "PutInsightSelectors",
                    "StopLogging",
                    "UpdateTrail",
                ],
            },
        ),
        "key": (
            "A key was disabled, is to be deleted, or has another policy",
            {
                "eventSource": ["kms.amazonaws.com"],
                "eventName": ["DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"],
            },
        ),
        "archive": (
            "A setting of the archive was changed: lock, policy, lifecycle, versions, copying, logging or encryption",
            {
                "eventSource": ["s3.amazonaws.com"],
                "eventName": [{"prefix": "PutBucket"}, {"prefix": "DeleteBucket"}],
                "requestParameters": {"bucketName": list(args.buckets)},
            },
        ),
        "delivery": (
            "A delivery stream, or a log group's subscription to it, was deleted or changed",
            {
                "eventSource": ["firehose.amazonaws.com", "logs.amazonaws.com"],
                "eventName": [
                    "DeleteDeliveryStream",
                    "DeleteLogGroup",
                    "DeleteSubscriptionFilter",
                    "StopDeliveryStreamEncryption",
                    "UpdateDestination",
                ],
            },
        ),
    }
