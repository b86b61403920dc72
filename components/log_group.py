"""A log group that exists before its service writes to it: encrypted with our key, and ended on time."""

from typing import Literal

from pulumi import Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.tags import tagged

# What CloudWatch offers: CloudWatch Logs API reference, PutRetentionPolicy.
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


def log_group(
    name: str, group: str, key_arn: Input[str], retention_days: RetentionDays, protect: bool, child: ResourceOptions
) -> cloudwatch.LogGroup:
    """The group `group`; a service that finds none makes one itself, without key and end."""
    return cloudwatch.LogGroup(
        name,
        name=group,
        kms_key_id=key_arn,
        retention_in_days=retention_days,
        tags=tagged(name),
        opts=ResourceOptions.merge(child, ResourceOptions(protect=protect)),
    )
