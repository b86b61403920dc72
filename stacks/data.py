"""The databases, and the group that workloads carry to reach them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.databases.clients import DatabaseClients, DatabaseClientsArgs
from components.databases.monitoring import DatabaseMonitoring, DatabaseMonitoringArgs
from components.databases.roles import ROLES, RoleDefaults, role_defaults_sql
from components.network import Network
from components.notification_topic import NotificationTopic
from components.postgres import Postgres, PostgresArgs, PostgresBackups, PostgresWatch
from stacks.audit import Audit, attach_stream
from stacks.keys import Keys
from stacks.notifications import Urgency
from stacks.sections.data import Database, topology
from stacks.settings import Settings


@dataclass(frozen=True)
class Data:
    databases: Mapping[str, Postgres]
    clients: DatabaseClients


def deploy_data(
    settings: Settings,
    aws: Provider,
    keys: Keys,
    topics: Mapping[Urgency, NotificationTopic],
    audit: Audit,
    network: Network,
) -> Data:
    """Every database of the settings, in the isolated subnets, under the key of its class; what pgaudit tells goes
    into the archive.
    """
    account, opts = settings.account, ResourceOptions(provider=aws)
    clients = DatabaseClients("database-clients", DatabaseClientsArgs(vpc_id=network.vpc_id), opts)
    monitoring = DatabaseMonitoring(
        "database-monitoring",
        DatabaseMonitoringArgs(
            environment=settings.environment,
            account_id=account.id,
            region=account.region,
            key_arn=keys.home["internal"].arn,
            log_days=settings.data.log_days,
        ),
        opts,
    )
    watch = PostgresWatch(
        log_key_arn=keys.home["audit"].arn,
        log_days=settings.data.log_days,
        monitoring_role_arn=monitoring.role_arn,
        page_topic_arn=topics["page"].arn,
        ticket_topic_arn=topics["ticket"].arn,
    )
    databases = {
        name: Postgres(name, _args(settings, name, database, keys, network, clients, watch), opts)
        for name, database in settings.data.databases.items()
    }
    for name, database in databases.items():
        log = database.log_group_names["postgresql"]
        attach_stream(settings, aws, audit, stream=f"postgres-{name}", log_group_name=log)
    return Data(databases, clients)


def facts(database: Postgres, services: tuple[RoleDefaults, ...] = ()) -> dict[str, Any]:
    """What workloads and people need of a database; no secret, only where one is. `services`: their roles in it."""
    return {
        "identifier": database.identifier,
        "endpoint": database.endpoint,
        "reader_endpoint": database.reader_endpoint,
        "port": database.port,
        "max_connections": database.max_connections,
        "resource_id": database.resource_id,
        "security_group_id": database.security_group_id,
        "master_secret_arn": database.master_secret_arn,
        "log_group_names": database.log_group_names,
        "role_defaults_sql": role_defaults_sql(database.database, (*ROLES, *services)),
    }


def _args(
    settings: Settings,
    name: str,
    database: Database,
    keys: Keys,
    network: Network,
    clients: DatabaseClients,
    watch: PostgresWatch,
) -> PostgresArgs:
    data = settings.data
    return PostgresArgs(
        identifier=f"{settings.environment}-{name}",
        database=name.replace("-", ""),
        version=database.version,
        topology=topology(database),
        data_class=database.data_class,
        pci_scope=database.pci_scope,
        vpc_id=network.vpc_id,
        subnet_ids=network.subnet_ids[data.tier],
        clients={"workloads": clients.security_group_id},
        key_arn=keys.home[database.data_class].arn,
        backups=PostgresBackups(
            days=data.backup_days,
            window=data.backup_window,
            recovery_region=settings.account.recovery_region,
            recovery_key_arn=keys.recovery[database.data_class].arn,
        ),
        watch=watch,
        maintenance_window=data.maintenance_window,
        apply_immediately=data.apply_immediately,
        major_upgrade=database.major_upgrade,
        protect=settings.policy.protect_stateful,
    )
