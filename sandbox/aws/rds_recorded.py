"""What hangs on databases and moto lacks: recorded."""

from __future__ import annotations

import dataclasses
from typing import Any

from sandbox.model import each, flag, number, text
from sandbox.recorded import recorded
from sandbox.resource import Resource

BACKUPS_REPLICATION = recorded(
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    {  # every change replaces: provider documentation
        "sourceDbInstanceArn": text(required=True, replace=True),
        **each(text, "kmsKeyId preSignedUrl", replace=True),
        "retentionPeriod": number(default=7, replace=True),
    },
)


def _stream(it: Resource) -> Any:
    """Its stream is named by the cluster, which must exist."""
    clusters = it.call("describe_db_clusters", service="rds", DBClusterIdentifier=it.inputs["resourceArn"])
    return {"kinesisStreamName": f"aws-rds-das-{clusters['DBClusters'][0]['DbClusterResourceId']}"}


_RECORDED = recorded(
    "aws:rds/clusterActivityStream:ClusterActivityStream",
    {  # every change replaces: provider documentation
        **each(text, "resourceArn kmsKeyId mode", required=True, replace=True),
        "engineNativeAuditFieldsIncluded": flag(default=False, replace=True),
    },
    id="{resourceArn}",
    unique=True,
)
ACTIVITY_STREAM = dataclasses.replace(
    _RECORDED, read=(*_RECORDED.read, _stream), outputs=("kinesisStreamName",), import_id="(?P<resourceArn>.+)"
)

TYPES = (BACKUPS_REPLICATION, ACTIVITY_STREAM)
