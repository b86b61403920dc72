"""What hangs on databases and moto lacks: recorded."""

from __future__ import annotations

from typing import Any

from sandbox.model import fields
from sandbox.recorded import recorded
from sandbox.resource import Resource

BACKUPS_REPLICATION = recorded("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    # every change replaces: provider documentation
    fields("sourceDbInstanceArn!* kmsKeyId* preSignedUrl* retentionPeriod:int*=7"),
)  # fmt: skip


def _stream(it: Resource) -> Any:
    """Its stream is named by the cluster, which must exist."""
    clusters = it.call("describe_db_clusters", service="rds", DBClusterIdentifier=it.inputs["resourceArn"])
    return {"kinesisStreamName": f"aws-rds-das-{clusters['DBClusters'][0]['DbClusterResourceId']}"}


ACTIVITY_STREAM = recorded("aws:rds/clusterActivityStream:ClusterActivityStream",
    # every change replaces: provider documentation
    fields("resourceArn!* kmsKeyId!* mode!* engineNativeAuditFieldsIncluded:bool*=false"),
    id="{resourceArn}", import_id="(?P<resourceArn>.+)",
    also=(_stream,), outputs=("kinesisStreamName",),
    unique=True,
)  # fmt: skip

TYPES = (BACKUPS_REPLICATION, ACTIVITY_STREAM)
