"""A log group of evidence that exists before its service writes to it: with our key, and an end."""

from pulumi import Input, ResourceOptions
from pulumi_aws import cloudwatch

from components.retention import LogGroupDays
from components.tags import classified, tagged


def log_group(
    name: str, group: str, key_arn: Input[str], retention_days: LogGroupDays, protect: bool, child: ResourceOptions
) -> cloudwatch.LogGroup:
    """The group `group`; a service that finds none makes one itself, without key and end."""
    return cloudwatch.LogGroup(
        name,
        name=group,
        kms_key_id=key_arn,
        retention_in_days=retention_days,
        tags=tagged(name, classified("audit", None)),
        opts=ResourceOptions.merge(child, ResourceOptions(protect=protect)),
    )
