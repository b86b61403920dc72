"""What a trail's events tell people: alarms on calls that matter, in whichever region they were made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.account_names import foundation_role_arn
from components.alarms import Alarm, raise_alarms
from components.evidence.cis_alarms import CIS_ALARMS, TrailAlarm, calls

GAP_S = 900  # within which CloudTrail is to deliver; its own target is 5 min on average (CloudTrail FAQ)
_NAMESPACE = "Audit"


@dataclass(frozen=True, kw_only=True)
class TrailAlarmsArgs:
    """`topics`: the ARN to tell by urgency. `archives`: what the names of the archive's buckets begin with."""

    environment: str
    account_id: str
    log_group_name: Input[str]
    archives: str
    topics: Mapping[Literal["page", "ticket"], Input[str]]


class TrailAlarms(ComponentResource):
    """The fifteen of CIS, use of the role for emergencies, changes of the archive, and silence of the trail."""

    def __init__(self, name: str, args: TrailAlarmsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:TrailAlarms", name, {}, opts)
        child = ResourceOptions(parent=self)
        for row in (*CIS_ALARMS, *_own(args)):
            metric = f"{args.environment}-{row.name}"
            counted = cloudwatch.LogMetricFilter(
                f"{name}-{row.name}",
                name=metric,
                log_group_name=args.log_group_name,
                pattern=row.pattern,
                metric_transformation={"namespace": _NAMESPACE, "name": metric, "value": "1", "default_value": "0"},
                opts=child,
            )
            alarmed = ResourceOptions(parent=self, depends_on=[counted])
            raise_alarms(name, [_alarm(row, metric)], args.topics[row.urgency], alarmed)
        raise_alarms(name, [_silence(args)], args.topics["page"], child)
        self.register_outputs({})


def _alarm(row: TrailAlarm, metric: str) -> Alarm:
    return Alarm(
        name=row.name,
        description=f"{row.what} ({row.source}): see who did it in the trail.",
        namespace=_NAMESPACE,
        metric=metric,
        statistic="Sum",
        comparison="GreaterThanOrEqualToThreshold",
        threshold=row.threshold,
        period_s=300,
        periods=1,
        missing="notBreaching",
    )


def _own(args: TrailAlarmsArgs) -> Iterable[TrailAlarm]:
    """Here and not as EventBridge rules: those see a region's own events, and a role is assumed in any."""
    emergency = foundation_role_arn(args.account_id, "break-glass")
    yield TrailAlarm(
        name="break-glass-used",
        source="PCI DSS 4.0.1, 10.2.1.2",
        what="Somebody took, or tried to take, the role for emergencies",
        pattern=f'{{ ($.eventName = "AssumeRole*") && ($.requestParameters.roleArn = "{emergency}") }}',
        urgency="page",
    )
    yield TrailAlarm(
        name="archive-changed",
        source="PCI DSS 4.0.1, 10.3.4",
        what="A setting of an archive's bucket was changed: lock, policy, lifecycle, versions or copying",
        pattern=f'{{ ($.requestParameters.bucketName = "{args.archives}*")'
        ' && (($.eventName = "PutBucket*") || ($.eventName = "DeleteBucket*")) }',
        urgency="page",
    )
    yield TrailAlarm(
        name="trail-narrowed",
        source="PCI DSS 4.0.1, 10.7.2",
        what="A trail was told to record other events",
        pattern=calls("PutEventSelectors", "PutInsightSelectors", source="cloudtrail.amazonaws.com"),
        urgency="page",
    )


def _silence(args: TrailAlarmsArgs) -> Alarm:
    return Alarm(
        name="silent",
        description="The trail delivers nothing: see its status, its role and the policies of archive and key.",
        namespace="AWS/Logs",
        metric="IncomingLogEvents",
        statistic="Sum",
        comparison="LessThanThreshold",
        threshold=1,
        dimensions={"LogGroupName": args.log_group_name},
        period_s=300,
        periods=GAP_S // 300,
        missing="breaching",
    )
