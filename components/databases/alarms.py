"""What is watched of a database, and who is told: what stops it wakes somebody up, the rest can wait for the day.

The oldest transaction is watched by the age of its id (MaximumUsedTransactionIDs): CloudWatch has no metric of how long
a transaction lasts, and the parameter group ends idle ones. How old the latest restorable time is CloudWatch does not
know either. What stands for it is TransactionLogsDiskUsage: logs that cannot be sent to S3 stay on the disk. Aurora
sends them from its storage and shows nothing; there the age of backups tells (AWS Backup).
Sources: RDS user guide, "Amazon CloudWatch metrics for Amazon RDS"; Aurora user guide, the same for Aurora.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from components.alarms import Alarm, Comparison
from components.databases.limits import max_connections
from components.databases.topology import (
    Aurora,
    AuroraServerless,
    Instance,
    MultiAzCluster,
    MultiAzInstance,
    Topology,
    members,
)

Urgency = Literal["page", "ticket"]
_GIB = 2**30
_TIB = 2**40
_BUSY_PERCENT = 90
_CONNECTIONS_PERCENT = 80
_FREE_STORAGE_PERCENT = 10  # where RDS begins to grow the storage, if it may
_LOGS_PERCENT = 25
_LARGEST_AURORA_TIB = 128
_LOCAL_STORAGE_GIB = 5
_READ_S, _WRITE_S = 0.02, 0.1
_REPLICA_LAG_S = 60
_AURORA_LAG_MS = 1_000  # readers share the writer's storage: more than a second is no load but a fault
# Of 2**31: PostgreSQL stops writing at the end. AWS's advice: "Implement an early warning system for transaction ID
# wraparound in Amazon RDS for PostgreSQL".
_USED_TRANSACTION_IDS = 1_000_000_000


@dataclass(frozen=True)
class Watch:
    urgency: Urgency
    alarm: Alarm


def watches(identifier: str, topology: Topology) -> list[Watch]:
    """The alarms of a database and of its replica, named by what they watch."""
    if isinstance(topology, Aurora):
        return list(_aurora(identifier, topology))
    if isinstance(topology, MultiAzCluster):
        parts = {f"-{number}": member for number, member in enumerate(members(identifier, topology), 1)}
        return [watch for suffix, member in parts.items() for watch in _multi_az_member(member, suffix, topology)]
    found = list(_standalone(identifier, topology))
    if isinstance(topology, MultiAzInstance) and topology.reader_class:
        found += _reader(f"{identifier}-reader")
    return found


def _reader(identifier: str) -> list[Watch]:
    """Those of the replica of a Multi-AZ instance."""
    where = {"DBInstanceIdentifier": identifier}
    return [_cpu(where, "-reader"), _lag(where, "ReplicaLag", _REPLICA_LAG_S, "-reader")]


def _aurora(identifier: str, topology: Aurora) -> Iterator[Watch]:
    cluster = {"DBClusterIdentifier": identifier}
    writer = {**cluster, "Role": "WRITER"}
    yield from _server(writer, topology)
    yield _ids(writer)
    most = _LARGEST_AURORA_TIB * _TIB * (100 - _FREE_STORAGE_PERCENT) / 100
    yield _above("volume", "ticket", cluster, "VolumeBytesUsed", most, "The volume nears its largest size: archive.")
    if topology.readers:
        yield _lag(writer, "AuroraReplicaLagMaximum", _AURORA_LAG_MS)
    if isinstance(topology, AuroraServerless):
        text = "The capacity is nearly all used: raise max_acu, or find the statements that take it."
        yield _above("capacity", "ticket", writer, "ACUUtilization", _BUSY_PERCENT, text, "Average")
    else:
        text = "Sorts and temporary tables fill the local disk: find the statement, or take a larger class."
        yield _below("local-storage", "ticket", writer, "FreeLocalStorage", _LOCAL_STORAGE_GIB * _GIB, text)


def _multi_az_member(member: str, suffix: str, topology: MultiAzCluster) -> Iterator[Watch]:
    where = {"DBInstanceIdentifier": member}
    yield from _server(where, topology, suffix)
    yield from _disk(where, topology, suffix)
    yield _lag(where, "ReplicaLag", _REPLICA_LAG_S, suffix)
    if suffix == "-1":  # the same on all: they are copies
        yield _ids(where)


def _standalone(identifier: str, topology: Instance) -> Iterator[Watch]:
    where = {"DBInstanceIdentifier": identifier}
    yield from _server(where, topology)
    yield from _disk(where, topology)
    yield _ids(where)


def _server(where: Mapping[str, str], topology: Topology, suffix: str = "") -> Iterator[Watch]:
    yield _cpu(where, suffix)
    limit = max_connections(topology) * _CONNECTIONS_PERCENT // 100
    text = f"More than {limit} connections, or no word from the server: look for pools that leak, and whether it runs."
    name, metric = f"connections{suffix}", "DatabaseConnections"
    yield Watch("page", _alarm(name, text, where, metric, limit, missing="breaching"))
    text = "Reading is slow: look at the statements in Performance Insights, then at memory and the disk's limits."
    yield _above(f"read-latency{suffix}", "ticket", where, "ReadLatency", _READ_S, text, "Average")
    text = "Writing is slow: look at the statements in Performance Insights, then at the disk's limits."
    yield _above(f"write-latency{suffix}", "ticket", where, "WriteLatency", _WRITE_S, text, "Average")


def _disk(where: Mapping[str, str], topology: Instance | MultiAzCluster, suffix: str = "") -> Iterator[Watch]:
    size = topology.storage_gib * _GIB
    text = "The disk is nearly full: a full one stops the database. Raise storage_gib, after a look for idle slots."
    yield _below(f"storage{suffix}", "page", where, "FreeStorageSpace", size * _FREE_STORAGE_PERCENT / 100, text)
    text = "Transaction logs pile up: they are not archived, so restores end before now, or a slot is not read."
    limit = size * _LOGS_PERCENT / 100
    yield _above(f"transaction-logs{suffix}", "page", where, "TransactionLogsDiskUsage", limit, text)


def _cpu(where: Mapping[str, str], suffix: str) -> Watch:
    text = "The processors are busy: look for the statements in Performance Insights, or take a larger class."
    return _above(f"cpu{suffix}", "ticket", where, "CPUUtilization", _BUSY_PERCENT, text, "Average")


def _lag(where: Mapping[str, str], metric: str, most: float, suffix: str = "") -> Watch:
    text = "Readers show old data and could not take over at once: look for load and long queries on them."
    return _above(f"replica-lag{suffix}", "ticket", where, metric, most, text)


def _ids(where: Mapping[str, str]) -> Watch:
    text = "Old transactions or slots keep vacuum from freeing transaction ids: at 2**31 writing stops."
    return _above("transaction-ids", "page", where, "MaximumUsedTransactionIDs", _USED_TRANSACTION_IDS, text)


def _above(
    name: str,
    urgency: Urgency,
    where: Mapping[str, str],
    metric: str,
    most: float,
    text: str,
    statistic: str = "Maximum",
) -> Watch:
    return Watch(urgency, _alarm(name, text, where, metric, most, statistic=statistic))


def _below(name: str, urgency: Urgency, where: Mapping[str, str], metric: str, least: float, text: str) -> Watch:
    alarm = _alarm(name, text, where, metric, least, comparison="LessThanThreshold", statistic="Minimum")
    return Watch(urgency, alarm)


def _alarm(
    name: str,
    text: str,
    where: Mapping[str, str],
    metric: str,
    threshold: float,
    *,
    comparison: Comparison = "GreaterThanThreshold",
    statistic: str = "Maximum",
    missing: Literal["breaching", "missing"] = "missing",
) -> Alarm:
    """Three periods of five minutes: a peak is no incident."""
    return Alarm(
        name=name,
        description=text,
        namespace="AWS/RDS",
        metric=metric,
        dimensions=where,
        threshold=threshold,
        comparison=comparison,
        statistic=statistic,
        period_s=300,
        periods=3,
        missing=missing,
    )
