"""A database of one instance of RDS, with or without a standby, and its replica."""

from pulumi import ResourceOptions
from pulumi_aws import rds

from components.databases.args import PostgresArgs
from components.databases.logs import make_log_groups
from components.databases.servers import (
    CA_CERTIFICATE,
    MASTER,
    Servers,
    Surroundings,
    in_common,
    master_secret,
    watched,
)
from components.databases.topology import Instance, MultiAzInstance
from components.tags import tagged


def make_instance(
    name: str, args: PostgresArgs, topology: Instance, around: Surroundings, child: ResourceOptions
) -> Servers:
    """The instance and, where one is asked for, its replica."""
    switches = isinstance(topology, MultiAzInstance) and topology.blue_green
    instance = rds.Instance(
        name,
        identifier=args.identifier,
        db_name=args.database,
        username=MASTER,
        instance_class=topology.instance_class,
        multi_az=isinstance(topology, MultiAzInstance),
        storage_type="gp3",
        allocated_storage=topology.storage_gib,
        max_allocated_storage=topology.max_storage_gib,
        parameter_group_name=around.parameters,
        publicly_accessible=False,
        auto_minor_version_upgrade=True,
        backup_window=args.backups.window,
        maintenance_window=args.maintenance_window,
        ca_cert_identifier=CA_CERTIFICATE,
        blue_green_update=rds.InstanceBlueGreenUpdateArgs(enabled=True) if switches else None,
        tags=tagged(name, args.tags),
        opts=around.before(child, args.protect),
        **in_common(args, around),
        **watched(args),
    )
    servers = [instance]
    if isinstance(topology, MultiAzInstance) and topology.reader_class:
        servers.append(_reader(f"{name}-reader", args, topology.reader_class, instance, around, child))
    return Servers(
        endpoint=instance.address,
        reader_endpoint=servers[-1].address,
        resource_id=instance.resource_id,
        master_secret_arn=master_secret(instance.master_user_secrets),
        resources=servers,
        instance_arn=instance.arn,
    )


def _reader(
    own: str,
    args: PostgresArgs,
    instance_class: str,
    source: rds.Instance,
    around: Surroundings,
    child: ResourceOptions,
) -> rds.Instance:
    """It has its source's key, subnets, users and version, and keeps no backups of its own."""
    identifier = f"{args.identifier}-reader"
    logs = make_log_groups(own, identifier, args, child)
    waits = ResourceOptions(depends_on=list(logs.values()), protect=args.protect)
    return rds.Instance(
        own,
        identifier=identifier,
        replicate_source_db=source.identifier,
        instance_class=instance_class,
        vpc_security_group_ids=[around.group.id],
        parameter_group_name=around.parameters,
        publicly_accessible=False,
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=sorted(logs),
        auto_minor_version_upgrade=True,
        maintenance_window=args.maintenance_window,
        ca_cert_identifier=CA_CERTIFICATE,
        copy_tags_to_snapshot=True,
        deletion_protection=args.protect,
        skip_final_snapshot=True,  # RDS makes none of a replica
        apply_immediately=args.apply_immediately,
        tags=tagged(own, args.tags),
        opts=ResourceOptions.merge(child, waits),
        **watched(args),
    )
