"""A PostgreSQL database with all that belongs to it: closed, encrypted, audited, backed up and watched."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import rds

from components.alarms import Alarm, raise_alarms
from components.databases.access import place
from components.databases.alarms import Urgency, Watch, watches
from components.databases.args import PostgresArgs, PostgresBackups, PostgresWatch
from components.databases.cluster import make_cluster
from components.databases.events import subscribe
from components.databases.instance import make_instance
from components.databases.limits import max_connections
from components.databases.logs import make_log_groups
from components.databases.parameters import Parameter, parameters
from components.databases.servers import Servers, Surroundings
from components.databases.topology import Cluster
from components.networks.isolation import DATABASE_PORT
from components.tags import tagged

__all__ = ["Postgres", "PostgresArgs", "PostgresBackups", "PostgresWatch"]


class Postgres(ComponentResource):
    """Aurora or RDS, as args.topology says; everything else is the same for both.

    A major version is raised by `version` and `major_upgrade`, in place. Switching to an upgraded copy instead
    (blue/green) the provider does for instances of RDS without a replica and for no cluster; decision 0010 in docs
    says how it is done by hand. Only an instance of RDS sends its automated backups to the recovery region itself;
    AWS Backup copies the others there, and chooses them by the tag `backup`.
    """

    identifier: str
    database: str  # the one made with it
    port: int
    max_connections: int
    endpoint: Output[str]
    reader_endpoint: Output[str]  # the other one where nothing else reads
    security_group_id: Output[str]
    master_secret_arn: Output[str]
    resource_id: Output[str]  # names the database in rds-db:connect permissions
    log_group_names: Mapping[str, Output[str]]  # by log; `postgresql` holds the audit log

    def __init__(self, name: str, args: PostgresArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:data:Postgres", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.identifier, self.database, self.port = args.identifier, args.database, DATABASE_PORT
        self.max_connections = max_connections(args.topology)
        subnets, group = place(name, args, child)
        logs = make_log_groups(name, args.identifier, args, child)
        around = Surroundings(subnets, group, _parameter_group(name, args, child), logs)
        servers = (
            make_cluster(name, args, args.topology, around, child)
            if isinstance(args.topology, Cluster)
            else make_instance(name, args, args.topology, around, child)
        )
        _replicate_backups(name, args, servers, child)
        subscribe(name, args, list(servers.resources), child)
        _watch(name, args, child)
        self.endpoint, self.reader_endpoint = servers.endpoint, servers.reader_endpoint
        self.security_group_id = group.id
        self.master_secret_arn, self.resource_id = servers.master_secret_arn, servers.resource_id
        self.log_group_names = {log: made.name for log, made in logs.items()}
        self.register_outputs({"endpoint": self.endpoint, "resource_id": self.resource_id})


def _parameter_group(name: str, args: PostgresArgs, child: ResourceOptions) -> Output[str]:
    """Its name has the family in it, so that the group of another major stands beside the old one until it is used."""
    own = f"{args.identifier}-{args.family}"
    chosen = sorted(parameters(args.data_class, max_connections(args.topology)), key=lambda one: one.name)
    if isinstance(args.topology, Cluster):
        of_cluster = rds.ClusterParameterGroup(
            name,
            name=own,
            family=args.family,
            description=f"Parameters of {args.identifier}",
            parameters=[rds.ClusterParameterGroupParameterArgs(**_written(one)) for one in chosen],
            tags=tagged(name, args.tags),
            opts=child,
        )
        return of_cluster.name
    of_instance = rds.ParameterGroup(
        name,
        name=own,
        family=args.family,
        description=f"Parameters of {args.identifier}",
        parameters=[rds.ParameterGroupParameterArgs(**_written(one)) for one in chosen],
        tags=tagged(name, args.tags),
        opts=child,
    )
    return of_instance.name


def _written(parameter: Parameter) -> dict[str, str]:
    return {"name": parameter.name, "value": parameter.value, "apply_method": parameter.apply_method}


def _replicate_backups(name: str, args: PostgresArgs, servers: Servers, child: ResourceOptions) -> None:
    """Snapshots and transaction logs into the recovery region, for what RDS can do that with: RDS user guide,
    "Replicating automated backups to another AWS Region", which excludes Multi-AZ clusters, as Aurora's has none."""
    if servers.instance_arn is not None:
        rds.InstanceAutomatedBackupsReplication(
            f"{name}-recovery",
            source_db_instance_arn=servers.instance_arn,
            retention_period=args.backups.days,
            kms_key_id=args.backups.recovery_key_arn,
            region=args.backups.recovery_region,
            opts=child,
        )


def _watch(name: str, args: PostgresArgs, child: ResourceOptions) -> None:
    found = watches(args.identifier, args.topology)
    raise_alarms(name, _told(found, "page", args), args.watch.page_topic_arn, child)
    raise_alarms(name, _told(found, "ticket", args), args.watch.ticket_topic_arn, child)


def _told(found: Sequence[Watch], urgency: Urgency, args: PostgresArgs) -> list[Alarm]:
    return [
        replace(watch.alarm, description=f"{args.identifier}: {watch.alarm.description}")
        for watch in found
        if watch.urgency == urgency
    ]
