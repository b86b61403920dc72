"""The databases: what is promised of them, the pools of their clients, and what CloudWatch's alarms look at."""

from collections.abc import Mapping, Sequence

from components.alarms import Alarm
from components.dashboards.model import Dashboard, Limit, Panel, Promql, Section
from components.dashboards.promises import promises
from components.dashboards.watched import watched

_RUNBOOKS = {
    "AuroraReplicaLagMaximum": "replica-lag",
    "ReplicaLag": "replica-lag",
    "DatabaseConnections": "connection-exhaustion",
    "TransactionLogsDiskUsage": "recovery-point-old",
}


def database(databases: Mapping[str, Sequence[Alarm]], low: float) -> Dashboard:
    """`databases`: the alarms of each."""
    return Dashboard(
        uid="billing-database",
        title="Databases",
        says="What is promised of the databases, who uses their connections, and every metric with an alarm on it.",
        tags=("billing", "database"),
        sections=(
            Section("Promises", promises('service="database"', low)),
            Section("Clients", (_pools(), _connections())),
            Section("Copies of the data", _copies()),
            *(
                Section(f"Database {name}", tuple(watched(alarms, _RUNBOOKS, "database-failover")))
                for name, alarms in databases.items()
            ),
        ),
    )


def _pools() -> Panel:
    return Panel(
        title="Pools of connections in use",
        says="The fullest pool of each service; when it is full, requests wait for a connection.",
        unit="percentunit",
        queries=(
            Promql(
                expression="max by (service) (db_pool_in_use / (db_pool_size > 0))", legend="{{service}}", many=True
            ),
        ),
        limits=(Limit(0.85),),
        least=0,
        most=1,
        width=12,
        runbook="connection-exhaustion",
    )


def _connections() -> Panel:
    return Panel(
        title="Connections that services have open",
        says="In use, and as many as all pools together may open: the databases must allow that many.",
        unit="short",
        queries=(
            Promql(expression="sum by (service) (db_pool_in_use)", legend="{{service}}", many=True),
            Promql(expression="sum(db_pool_size)", legend="all pools"),
        ),
        least=0,
        width=12,
        runbook="connection-exhaustion",
    )


def _copies() -> tuple[Panel, ...]:
    """The raw series of the service levels on copies: docs/slos.md."""
    rows = (
        ("Replica lag", "How far replicas are behind", "max(database_replica_lag_seconds)", "replica-lag"),
        (
            "Age of the restorable moment",
            "How old the newest moment is that a database can be restored to",
            "max(time() - database_latest_restorable_timestamp_seconds)",
            "recovery-point-old",
        ),
        (
            "Age of the newest copy in a vault",
            "Of the vault with the oldest one; it is made once a day",
            "max(time() - max by (vault) (backup_newest_copy_timestamp_seconds))",
            "recovery-point-old",
        ),
    )
    return tuple(
        Panel(
            title=title,
            says=f"{says}. From where on it is too much, the service levels above say.",
            unit="s",
            queries=(Promql(expression=expression, legend="the worst"),),
            least=0,
            runbook=runbook,
        )
        for title, says, expression, runbook in rows
    )
