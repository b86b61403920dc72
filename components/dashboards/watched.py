"""Panels of what CloudWatch measures, from the alarms that are declared on it: same metric, same limit, same advice."""

from collections.abc import Iterator, Mapping, Sequence

from components.alarms import Alarm
from components.dashboards.model import CloudWatch, Limit, Panel

# Title and unit of a metric; the user guides of RDS, Aurora and SQS, "Amazon CloudWatch metrics".
METRICS: Mapping[str, tuple[str, str]] = {
    "ACUUtilization": ("Capacity in use", "percent"),
    "ApproximateAgeOfOldestMessage": ("Age of the oldest message", "s"),
    "ApproximateNumberOfMessagesVisible": ("Dead letters", "short"),
    "AuroraReplicaLagMaximum": ("Replica lag", "ms"),
    "CPUUtilization": ("Processors in use", "percent"),
    "DatabaseConnections": ("Connections", "short"),
    "FreeLocalStorage": ("Local disk left", "bytes"),
    "FreeStorageSpace": ("Disk left", "bytes"),
    "MaximumUsedTransactionIDs": ("Transaction ids in use", "short"),
    "ReadLatency": ("Time of a read", "s"),
    "ReplicaLag": ("Replica lag", "s"),
    "TransactionLogsDiskUsage": ("Transaction logs on the disk", "bytes"),
    "VolumeBytesUsed": ("Volume in use", "bytes"),
    "WriteLatency": ("Time of a write", "s"),
}


def watched(alarms: Sequence[Alarm], runbooks: Mapping[str, str], runbook: str) -> Iterator[Panel]:
    """A panel for each metric with its limits, in the order of the alarms. `runbooks`: by metric, else `runbook`."""
    found: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        found.setdefault(alarm.metric, []).append(alarm)
    for metric, group in found.items():
        title, unit = METRICS[metric]
        yield Panel(
            title=title,
            says=" ".join(dict.fromkeys(alarm.description for alarm in group)),
            unit=unit,
            queries=tuple(dict.fromkeys(_query(alarm) for alarm in group)),
            limits=(_limit(group),),
            least=0,
            width=6,
            height=7,
            runbook=runbooks.get(metric, runbook),
        )


def _query(alarm: Alarm) -> CloudWatch:
    where = tuple((key, str(value)) for key, value in alarm.dimensions.items())
    return CloudWatch(
        namespace=alarm.namespace,
        metric=alarm.metric,
        dimensions=where,
        statistic=alarm.statistic,
        period_s=alarm.period_s,
        legend=" ".join(value for key, value in where if key != "Role"),
    )


def _limit(alarms: Sequence[Alarm]) -> Limit:
    """The strictest, where they differ."""
    below = alarms[0].comparison.startswith("LessThan")
    values = [alarm.threshold for alarm in alarms]
    return Limit(max(values) if below else min(values), below=below)
