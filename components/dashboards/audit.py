"""The audit pipeline: whether every event reaches the locked archive and its copy in time."""

from components.dashboards.model import CloudWatch, Dashboard, Limit, Panel, Section
from components.dashboards.promises import promises
from components.evidence.log_stream import DELIVERY_S
from components.evidence.replication import REPLICATION_MIN

_ANY = "*"
_GAP = "audit-pipeline-gap"


def audit(low: float) -> Dashboard:
    return Dashboard(
        uid="billing-audit-pipeline",
        title="Audit pipeline",
        says="From what happened to evidence in the archive: delivery, refusals, copies, silence.",
        tags=("billing", "audit"),
        from_="now-24h",
        sections=(
            Section("Promises", promises('service="audit"', low)),
            Section("Into the archive", tuple(_delivery())),
            Section("Copies and backups", tuple(_copies())),
        ),
    )


def _panel(
    title: str,
    says: str,
    unit: str,
    asked: tuple[str, str, str],
    dimensions: tuple[str, ...],
    limit: Limit,
    runbook: str = _GAP,
) -> Panel:
    """`asked`: namespace, metric and statistic; each value of the dimensions is a series."""
    namespace, metric, statistic = asked
    query = CloudWatch(
        namespace=namespace,
        metric=metric,
        dimensions=tuple((name, _ANY) for name in dimensions),
        statistic=statistic,
        period_s=300,
        legend=f"${{PROP('Dim.{dimensions[0]}')}}",
    )
    return Panel(
        title=title, says=says, unit=unit, queries=(query,), limits=(limit,), least=0, width=8, runbook=runbook
    )


def _delivery() -> list[Panel]:
    """Source: Firehose developer guide, "CloudWatch metrics"; CloudWatch Logs user guide, "Monitoring usage"."""
    firehose, stream = "AWS/Firehose", ("DeliveryStreamName",)
    return [
        _panel(
            "Age of what waits for the archive",
            f"Of each stream's oldest event; {DELIVERY_S // 60} minutes are the objective.",
            "s",
            (firehose, "DeliveryToS3.DataFreshness", "Maximum"),
            stream,
            Limit(DELIVERY_S),
        ),
        _panel(
            "Deliveries that succeed",
            "Below 1, what could not be written waits: the stream's error log says why.",
            "percentunit",
            (firehose, "DeliveryToS3.Success", "Minimum"),
            stream,
            Limit(1, below=True),
        ),
        _panel(
            "Events that a log group could not hand over",
            "Any is an event that is not on its way: see the subscription's role and stream.",
            "short",
            ("AWS/Logs", "DeliveryErrors", "Sum"),
            ("LogGroupName", "DestinationType", "FilterName"),
            Limit(1),
        ),
        _panel(
            "Events that arrive",
            "Of each log group in five minutes. A trail without any for 15 minutes is silent, and pages.",
            "short",
            ("AWS/Logs", "IncomingLogEvents", "Sum"),
            ("LogGroupName",),
            Limit(1, "care", below=True),
        ),
    ]


def _copies() -> list[Panel]:
    """Source: S3 user guide, "Monitoring replication"; AWS Backup developer guide, "AWS Backup metrics"."""
    rule = ("RuleId", "SourceBucket", "DestinationBucket")
    return [
        _panel(
            "Lag of the copies",
            f"Of each rule; {REPLICATION_MIN} minutes are what S3 promises.",
            "s",
            ("AWS/S3", "ReplicationLatency", "Maximum"),
            rule,
            Limit(REPLICATION_MIN * 60),
        ),
        _panel(
            "Objects that could not be copied",
            "Any is evidence that is in one place alone: read its replication status.",
            "short",
            ("AWS/S3", "OperationsFailedReplication", "Sum"),
            rule,
            Limit(1),
        ),
        _panel(
            "Backups that failed",
            "By vault; a restore needs one that did not.",
            "short",
            ("AWS/Backup", "NumberOfBackupJobsFailed", "Sum"),
            ("BackupVaultName",),
            Limit(1),
            "recovery-point-old",
        ),
    ]
