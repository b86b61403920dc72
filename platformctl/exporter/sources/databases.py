"""To which moment each database can be restored, and how far its replicas are behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config, Database
from platformctl.exporter.metrics import Labels, Reading
from platformctl.exporter.polling import Unreadable

# Amazon Aurora user guide, "Amazon CloudWatch metrics for Amazon Aurora": AuroraReplicaLag is in milliseconds. Amazon
# RDS user guide, "Amazon CloudWatch metrics for Amazon RDS": ReplicaLag is in seconds, and -1 while nothing replicates.
_METRICS: Final[Mapping[bool, tuple[str, float]]] = {True: ("AuroraReplicaLag", 0.001), False: ("ReplicaLag", 1.0)}
_PERIOD_S = 60
_RECENT = timedelta(minutes=10)  # a minute's value comes some minutes late; what is older says nothing of now
_QUERIES = 500  # of one GetMetricData (CloudWatch API reference)
NONE = "none"  # the replica of a database that has none: nothing is behind, and that is measured


@dataclass(frozen=True)
class Replica:
    """An instance that follows another."""

    database: str
    identifier: str
    is_aurora: bool


def restorable(config: Config, clients: Clients) -> Reading:
    """LatestRestorableTime of every database."""
    rds = clients("rds", config.region)
    times = {name: _described(rds, one).get("LatestRestorableTime") for name, one in config.databases.items()}
    if unknown := sorted(name for name, time in times.items() if time is None):
        raise Unreadable(f"RDS tells no LatestRestorableTime of {', '.join(unknown)}: backups are off, or being made")
    values: dict[Labels, float] = {(name,): time.timestamp() for name, time in times.items() if time}
    return {"database_latest_restorable_timestamp_seconds": values}


def replica_lag(config: Config, clients: Clients) -> Reading:
    """The newest minute of every replica that is available. One that is and has no value is no good news: then none
    is told.
    """
    rds = clients("rds", config.region)
    found = {name: list(_replicas(rds, name, one)) for name, one in config.databases.items()}
    replicas = [one for several in found.values() for one in several]
    newest = _newest(clients("cloudwatch", config.region), replicas, datetime.now(UTC)) if replicas else {}
    if silent := [one.identifier for one in replicas if one not in newest]:
        raise Unreadable(f"CloudWatch has no replica lag of {', '.join(silent)} in the last {_RECENT}")
    lags: dict[Labels, float] = {(one.database, one.identifier): lag for one, lag in newest.items()}
    lags |= {(name, NONE): 0.0 for name, several in found.items() if not several}
    return {"database_replica_lag_seconds": lags}


def _described(rds: Any, database: Database) -> dict[str, Any]:
    if database.is_cluster:
        answer = rds.describe_db_clusters(DBClusterIdentifier=database.identifier)["DBClusters"]
    else:
        answer = rds.describe_db_instances(DBInstanceIdentifier=database.identifier)["DBInstances"]
    found: dict[str, Any] = answer[0]
    return found


def _replicas(rds: Any, name: str, database: Database) -> Iterator[Replica]:
    if not database.is_cluster:
        for identifier in _described(rds, database).get("ReadReplicaDBInstanceIdentifiers") or ():
            yield Replica(name, identifier, is_aurora=False)
        return
    cluster = _described(rds, database)
    is_aurora = str(cluster["Engine"]).startswith("aurora")
    for member in cluster.get("DBClusterMembers") or ():
        identifier = member["DBInstanceIdentifier"]
        if not member["IsClusterWriter"] and _is_available(rds, identifier):
            yield Replica(name, identifier, is_aurora)


def _is_available(rds: Any, identifier: str) -> bool:
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    return bool(found["DBInstanceStatus"] == "available")


def _newest(cloudwatch: Any, replicas: Sequence[Replica], now: datetime) -> dict[Replica, float]:
    found: dict[Replica, float] = {}
    for first in range(0, len(replicas), _QUERIES):
        some = replicas[first : first + _QUERIES]
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_query(number, one) for number, one in enumerate(some)],
            StartTime=now - _RECENT,
            EndTime=now,
            ScanBy="TimestampDescending",
        )
        for result in (one for page in pages for one in page["MetricDataResults"] if one["Values"]):
            replica = some[int(result["Id"][1:])]
            value, factor = (
                max(zip(result["Timestamps"], result["Values"], strict=True))[1],
                _METRICS[replica.is_aurora][1],
            )
            found.setdefault(replica, value * factor if value >= 0 else float("inf"))
    return found


def _query(number: int, replica: Replica) -> dict[str, Any]:
    dimension = {"Name": "DBInstanceIdentifier", "Value": replica.identifier}
    metric = {"Namespace": "AWS/RDS", "MetricName": _METRICS[replica.is_aurora][0], "Dimensions": [dimension]}
    return {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": _PERIOD_S, "Stat": "Maximum"}}
