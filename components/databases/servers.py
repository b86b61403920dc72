"""What clusters and instances have alike, and what either is to those who use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, ec2, rds

from components.databases.args import PostgresArgs
from components.databases.topology import engine_of
from components.networks.isolation import DATABASE_PORT

# RDS user guide, "Certificate authorities": valid until 2061. A new one is a change that clients prepare for first.
CA_CERTIFICATE = "rds-ca-rsa2048-g1"
MONITORING_S = 60
INSIGHTS_DAYS = 7  # RDS user guide, "Pricing and data retention for Performance Insights": what is free of charge
MASTER = "platform_master"


@dataclass(frozen=True)
class Surroundings:
    """What is made before the servers."""

    subnets: rds.SubnetGroup
    group: ec2.SecurityGroup
    parameters: Output[str]  # the name of the parameter group
    logs: Mapping[str, cloudwatch.LogGroup]

    def before(self, child: ResourceOptions, protect: bool) -> ResourceOptions:
        """Options of a server that waits for its log groups."""
        waits = ResourceOptions(depends_on=list(self.logs.values()), protect=protect)
        return ResourceOptions.merge(child, waits)


@dataclass(frozen=True)
class Servers:
    """The database as it is used."""

    endpoint: Output[str]
    reader_endpoint: Output[str]
    resource_id: Output[str]
    master_secret_arn: Output[str]
    resources: Sequence[Resource]  # whoever watches them waits for these
    instance_arn: Output[str] | None = None  # of what can send its backups to another region itself


def in_common(args: PostgresArgs, around: Surroundings) -> dict[str, Any]:
    """Inputs of rds.Cluster and rds.Instance that have one name in both.

    The master's password is made, kept under the database's key and renewed every seven days by RDS and Secrets
    Manager (RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager").
    """
    return {
        "engine": engine_of(args.topology),
        "engine_version": args.version,
        "port": DATABASE_PORT,
        "db_subnet_group_name": around.subnets.name,
        "vpc_security_group_ids": [around.group.id],
        "storage_encrypted": True,
        "kms_key_id": args.key_arn,
        "manage_master_user_password": True,
        "master_user_secret_kms_key_id": args.key_arn,
        "iam_database_authentication_enabled": True,
        "enabled_cloudwatch_logs_exports": sorted(around.logs),
        "backup_retention_period": args.backups.days,
        "copy_tags_to_snapshot": True,
        "delete_automated_backups": not args.protect,
        "deletion_protection": args.protect,
        "skip_final_snapshot": not args.protect,
        "final_snapshot_identifier": f"{args.identifier}-final",
        "allow_major_version_upgrade": args.major_upgrade,
        "apply_immediately": args.apply_immediately,
    }


def watched(args: PostgresArgs) -> dict[str, Any]:
    """Enhanced monitoring and Performance Insights, under one name in all types of servers."""
    return {
        "monitoring_interval": MONITORING_S,
        "monitoring_role_arn": args.watch.monitoring_role_arn,
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": args.key_arn,
        "performance_insights_retention_period": INSIGHTS_DAYS,
    }


def master_secret(secrets: Output[Any]) -> Output[str]:
    """The ARN of the secret that RDS made for the master."""
    return secrets.apply(lambda made: str(made[0].secret_arn))
