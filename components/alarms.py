"""CloudWatch alarms as data: what is watched, when it is too much, and what no data means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pulumi import Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.tags import tagged

Comparison = Literal[
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One metric and its limit. Tells when `breaching` of `periods` periods in a row are beyond it.

    `missing`: what a period without data counts as; `breaching` where silence is itself the fault.
    """

    name: str  # within its component
    description: str  # what it means and what to do first
    namespace: str
    metric: str
    threshold: float  # in the metric's unit
    comparison: Comparison = "GreaterThanThreshold"
    statistic: str = "Maximum"  # or p99 and the like
    dimensions: Mapping[str, Input[str]] = field(default_factory=dict)
    period_s: int = 60
    periods: int = 5
    breaching: int | None = None  # None: all of them
    missing: Literal["breaching", "notBreaching", "ignore", "missing"] = "missing"

    def __post_init__(self) -> None:
        if self.period_s not in (10, 30) and self.period_s % 60:
            raise ValueError(f"period_s of {self.name} must be 10, 30 or a multiple of 60, got {self.period_s}")
        if not 1 <= (self.breaching or self.periods) <= self.periods:
            raise ValueError(f"breaching of {self.name} must be 1 to periods ({self.periods}), got {self.breaching}")


def raise_alarms(
    name: str, alarms: Iterable[Alarm], topic_arn: Input[str], child: ResourceOptions
) -> list[cloudwatch.MetricAlarm]:
    """Makes the alarms `<name>-<alarm>`, which tell `topic_arn` when they begin and when they are over."""
    return [_alarm(f"{name}-{alarm.name}", alarm, topic_arn, child) for alarm in alarms]


def _alarm(own: str, alarm: Alarm, topic_arn: Input[str], child: ResourceOptions) -> cloudwatch.MetricAlarm:
    by_percentile = alarm.statistic.startswith("p")
    return cloudwatch.MetricAlarm(
        own,
        name=own,
        alarm_description=alarm.description,
        namespace=alarm.namespace,
        metric_name=alarm.metric,
        dimensions=alarm.dimensions,
        statistic=None if by_percentile else alarm.statistic,
        extended_statistic=alarm.statistic if by_percentile else None,
        comparison_operator=alarm.comparison,
        threshold=alarm.threshold,
        period=alarm.period_s,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.breaching or alarm.periods,
        treat_missing_data=alarm.missing,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags=tagged(own),
        opts=child,
    )
