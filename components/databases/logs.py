"""The log groups of a database, made before it: RDS would make them without key and without end."""

from collections.abc import Mapping

from pulumi import ResourceOptions
from pulumi_aws import cloudwatch

from components.databases.args import PostgresArgs
from components.databases.topology import Cluster, Topology
from components.tags import classified, tagged


def exports(topology: Topology) -> tuple[str, ...]:
    """The logs that are sent to CloudWatch: `postgresql` has the audit log in it, `iam-db-auth-error` who was turned
    away. RDS API reference, EnableCloudwatchLogsExports; the provider takes `upgrade` of instances alone.
    """
    every = ("iam-db-auth-error", "postgresql")
    return every if isinstance(topology, Cluster) else (*every, "upgrade")


def make_log_groups(
    name: str, identifier: str, args: PostgresArgs, child: ResourceOptions
) -> Mapping[str, cloudwatch.LogGroup]:
    """One group for each log of the cluster or instance called `identifier`. They are evidence, and kept as such."""
    kind = "cluster" if isinstance(args.topology, Cluster) else "instance"
    opts = ResourceOptions.merge(child, ResourceOptions(protect=args.protect))
    return {
        log: cloudwatch.LogGroup(
            f"{name}-{log}",
            name=f"/aws/rds/{kind}/{identifier}/{log}",
            kms_key_id=args.watch.log_key_arn,
            retention_in_days=args.watch.log_days,
            tags=tagged(f"{name}-{log}", classified("audit", args.pci_scope)),
            opts=opts,
        )
        for log in exports(args.topology)
    }
