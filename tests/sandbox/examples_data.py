"""Examples of the types that hold, record and watch data."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import Engine


def data_made(engine: Engine, subnet: str) -> dict[str, str]:
    """Ids of what these examples need: calls past the provider, which are quicker."""
    rds = engine.client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="given", DBSubnetGroupDescription="d", SubnetIds=[subnet])
    known = {"MasterUsername": "root", "ManageMasterUserPassword": True}
    rds.create_db_cluster(DBClusterIdentifier="given", Engine="aurora-postgresql", **known)
    return {"subnets": "given", "cluster": "given"}


_MONITORED = {"monitoringInterval": 60, "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring"}
_INSIGHTS = {
    "performanceInsightsEnabled": True,
    "performanceInsightsKmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/{key}",
    "performanceInsightsRetentionPeriod": 7,
}
_PARAMETERS = [
    {"name": "rds.force_ssl", "value": "1"},
    {"name": "shared_preload_libraries", "value": "pgaudit", "applyMethod": "pending-reboot"},
]
DATA: dict[str, dict[str, Any]] = {
    "aws:rds/subnetGroup:SubnetGroup": {"name": "data", "subnetIds": ["{subnet}"], "description": "isolated"},
    "aws:rds/parameterGroup:ParameterGroup": {"name": "pg", "family": "postgres16", "parameters": _PARAMETERS},
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
        "name": "cpg",
        "family": "aurora-postgresql16",
        "description": "audited",
        "parameters": _PARAMETERS,
    },
    "aws:rds/cluster:Cluster": {
        **_MONITORED,
        **_INSIGHTS,
        "clusterIdentifier": "billing",
        "engine": "aurora-postgresql",
        "engineVersion": "16.6",
        "databaseName": "billing",
        "masterUsername": "root",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "kmsKeyId": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "storageEncrypted": True,
        "storageType": "aurora-iopt1",
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "backupRetentionPeriod": 35,
        "preferredBackupWindow": "01:00-02:00",
        "preferredMaintenanceWindow": "sun:03:00-sun:04:00",
        "skipFinalSnapshot": True,
        "copyTagsToSnapshot": True,
        "applyImmediately": True,
        "allowMajorVersionUpgrade": False,
        "caCertificateIdentifier": "rds-ca-rsa2048-g1",
        "databaseInsightsMode": "advanced",
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 16},
        "dbSubnetGroupName": "{subnets}",
        "vpcSecurityGroupIds": ["{group}"],
        "port": 5433,
        "networkType": "IPV4",
        "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "availabilityZones": ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        **_MONITORED,
        **_INSIGHTS,
        "identifier": "billing-1",
        "clusterIdentifier": "{cluster}",
        "engine": "aurora-postgresql",
        "instanceClass": "db.serverless",
        "promotionTier": 3,
        "availabilityZone": "eu-central-1b",
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "autoMinorVersionUpgrade": False,
        "preferredMaintenanceWindow": "sun:03:00-sun:04:00",
        "copyTagsToSnapshot": True,
    },
    "aws:rds/instance:Instance": {
        **_MONITORED,
        **_INSIGHTS,
        "identifier": "ledger",
        "engine": "postgres",
        "engineVersion": "16.6",
        "instanceClass": "db.m7g.large",
        "dbName": "ledger",
        "username": "root",
        "manageMasterUserPassword": True,
        "allocatedStorage": 400,
        "maxAllocatedStorage": 1000,
        "storageType": "gp3",
        "iops": 12000,
        "storageThroughput": 500,
        "storageEncrypted": True,
        "kmsKeyId": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "multiAz": True,
        "dbSubnetGroupName": "{subnets}",
        "vpcSecurityGroupIds": ["{group}"],
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "backupRetentionPeriod": 35,
        "backupWindow": "01:00-02:00",
        "maintenanceWindow": "sun:03:00-sun:04:00",
        "blueGreenUpdate": {"enabled": True},
        "skipFinalSnapshot": True,
        "copyTagsToSnapshot": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "databaseInsightsMode": "standard",
        "networkType": "IPV4",
        "dedicatedLogVolume": True,
    },
    "aws:rds/eventSubscription:EventSubscription": {
        "name": "failovers",
        "snsTopic": "arn:aws:sns:eu-central-1:{account}:alerts",
        "sourceType": "db-cluster",
        "sourceIds": ["billing"],
        "eventCategories": ["failover", "failure"],
    },
}
