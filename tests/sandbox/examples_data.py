"""Examples of the types that hold, record and watch data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ROLE = "arn:aws:iam::123456789012:role/needed"
# What these examples need, by the name they use for it.
DATA_MAKERS: dict[str, tuple[str, dict[str, Any]] | Callable[[dict[str, str]], str]] = {
    "subnets": ("aws:rds/subnetGroup:SubnetGroup", {"name": "given", "subnetIds": ["{subnet}"]}),
    "cluster": (
        "aws:rds/cluster:Cluster",
        {
            "clusterIdentifier": "given",
            "engine": "aurora-postgresql",
            "masterUsername": "root",
            "manageMasterUserPassword": True,
        },
    ),
    "database": lambda ids: ids["catalog"].partition(":")[2],
    "catalog": ("aws:glue/catalogDatabase:CatalogDatabase", {"name": "given"}),
    "vault": ("aws:backup/vault:Vault", {"name": "given"}),
    "recorder": ("aws:cfg/recorder:Recorder", {"name": "given", "roleArn": _ROLE}),
    "channel": ("aws:cfg/deliveryChannel:DeliveryChannel", {"name": "{recorder}", "s3BucketName": "given"}),
    "detector": ("aws:guardduty/detector:Detector", {}),
}
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
    "aws:cloudtrail/trail:Trail": {
        "name": "audit",
        "s3BucketName": "{bucket}",
        "s3KeyPrefix": "trail",
        "isMultiRegionTrail": True,
        "enableLogFileValidation": True,
        "kmsKeyId": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "cloudWatchLogsGroupArn": "arn:aws:logs:eu-central-1:{account}:log-group:audit:*",
        "cloudWatchLogsRoleArn": "arn:aws:iam::{account}:role/audit",
        "advancedEventSelectors": [
            {
                "name": "objects",
                "fieldSelectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                    {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::data"], "notEndsWiths": [".tmp"]},
                ],
            }
        ],
        "insightSelectors": [{"insightType": "ApiErrorRateInsight"}, {"insightType": "ApiCallRateInsight"}],
    },
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
        "name": "audit",
        "destination": "extended_s3",
        "extendedS3Configuration": {
            "bucketArn": "arn:aws:s3:::{bucket}",
            "roleArn": "arn:aws:iam::{account}:role/firehose",
            "prefix": "audit/!{timestamp:yyyy/MM/dd}/",
            "errorOutputPrefix": "failed/!{firehose:error-output-type}/",
            "bufferingSize": 64,
            "bufferingInterval": 60,
            "compressionFormat": "GZIP",
            "kmsKeyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}",
            "customTimeZone": "Europe/Berlin",
            "fileExtension": ".json.gz",
            "cloudwatchLoggingOptions": {"enabled": True, "logGroupName": "/firehose", "logStreamName": "audit"},
            "dynamicPartitioningConfiguration": {"enabled": True, "retryDuration": 600},
            "processingConfiguration": {
                "enabled": True,
                "processors": [
                    {
                        "type": "MetadataExtraction",
                        "parameters": [
                            {"parameterName": "MetadataExtractionQuery", "parameterValue": ".tenant"},
                            {"parameterName": "JsonParsingEngine", "parameterValue": "JQ-1.6"},
                        ],
                    },
                    {"type": "AppendDelimiterToRecord"},
                ],
            },
        },
        "serverSideEncryption": {
            "enabled": True,
            "keyType": "CUSTOMER_MANAGED_CMK",
            "keyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        },
    },
    "aws:glue/catalogDatabase:CatalogDatabase": {
        "name": "audit",
        "description": "trails",
        "locationUri": "s3://data/audit",
        "parameters": {"owner": "security"},
    },
    "aws:glue/catalogTable:CatalogTable": {
        "name": "events",
        "databaseName": "{database}",
        "tableType": "EXTERNAL_TABLE",
        "parameters": {"projection.enabled": "true", "projection.day.type": "date"},
        "partitionKeys": [{"name": "region", "type": "string"}, {"name": "day", "type": "string", "comment": "UTC"}],
        "storageDescriptor": {
            "location": "s3://data/audit/",
            "inputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "outputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "compressed": True,
            "columns": [{"name": "eventversion", "type": "string"}, {"name": "eventtime", "type": "string"}],
            "serDeInfo": {
                "name": "json",
                "serializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
                "parameters": {"serialization.format": "1"},
            },
            "sortColumns": [{"column": "eventtime", "sortOrder": 1}],
        },
    },
    "aws:athena/workgroup:Workgroup": {
        "name": "investigations",
        "description": "audited",
        "state": "DISABLED",
        "forceDestroy": True,
        "configuration": {
            "bytesScannedCutoffPerQuery": 1_000_000_000,
            "publishCloudwatchMetricsEnabled": False,
            "engineVersion": {"selectedEngineVersion": "Athena engine version 3"},
            "resultConfiguration": {
                "outputLocation": "s3://data/results/",
                "expectedBucketOwner": "123456789012",
                "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": "arn:aws:kms:::key/{key}"},
            },
        },
    },
    "aws:athena/namedQuery:NamedQuery": {
        "name": "root-logins",
        "database": "audit",
        "query": "SELECT * FROM events WHERE useridentity.type = 'Root'",
        "description": "who used root",
    },
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
        "region": "eu-west-1",
        "sourceDbInstanceArn": "arn:aws:rds:eu-central-1:{account}:db:ledger",
        "kmsKeyId": "arn:aws:kms:eu-west-1:{account}:key/{key}",
        "retentionPeriod": 35,
    },
    "aws:rds/clusterActivityStream:ClusterActivityStream": {
        "resourceArn": "arn:aws:rds:eu-central-1:{account}:cluster:{cluster}",
        "kmsKeyId": "{key}",
        "mode": "async",
    },
    "aws:backup/vault:Vault": {
        "name": "second",
        "region": "eu-west-1",
        "kmsKeyArn": "arn:aws:kms:eu-west-1:{account}:key/{key}",
    },
    "aws:backup/vaultPolicy:VaultPolicy": {
        "backupVaultName": "{vault}",
        "policy": '{{"Version": "2012-10-17", "Statement": []}}',
    },
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
        "backupVaultName": "{vault}",
        "changeableForDays": 3,
        "minRetentionDays": 7,
        "maxRetentionDays": 3650,
    },
    "aws:backup/vaultNotifications:VaultNotifications": {
        "backupVaultName": "{vault}",
        "snsTopicArn": "arn:aws:sns:eu-central-1:{account}:alerts",
        "backupVaultEvents": ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"],
    },
    "aws:backup/plan:Plan": {
        "name": "databases",
        "rules": [
            {
                "ruleName": "daily",
                "targetVaultName": "{vault}",
                "schedule": "cron(0 2 * * ? *)",
                "scheduleExpressionTimezone": "Europe/Berlin",
                "startWindow": 60,
                "completionWindow": 240,
                "enableContinuousBackup": True,
                "recoveryPointTags": {"kind": "daily"},
                "lifecycle": {"deleteAfter": 35},
                "copyActions": [
                    {
                        "destinationVaultArn": "arn:aws:backup:eu-west-1:{account}:backup-vault:second",
                        "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 365},
                    }
                ],
            },
            {"ruleName": "bare", "targetVaultName": "{vault}"},
        ],
        "advancedBackupSettings": [{"resourceType": "EC2", "backupOptions": {"WindowsVSS": "enabled"}}],
    },
    "aws:backup/selection:Selection": {
        "name": "databases",
        "planId": "plan",
        "iamRoleArn": "arn:aws:iam::{account}:role/backup",
        "selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}],
        "resources": ["arn:aws:rds:*:*:cluster:*"],
    },
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": {
        "name": "weekly",
        "scheduleExpression": "cron(0 5 ? * 1 *)",
        "recoveryPointSelection": {
            "algorithm": "LATEST_WITHIN_WINDOW",
            "includeVaults": ["*"],
            "recoveryPointTypes": ["SNAPSHOT", "CONTINUOUS"],
            "selectionWindowDays": 7,
        },
        "startWindowHours": 8,
    },
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": {
        "name": "clusters",
        "restoreTestingPlanName": "weekly",
        "protectedResourceType": "Aurora",
        "iamRoleArn": "arn:aws:iam::{account}:role/restore",
        "protectedResourceArns": ["*"],
        "validationWindowHours": 4,
    },
    "aws:backup/regionSettings:RegionSettings": {"resourceTypeOptInPreference": {"Aurora": True, "EC2": False}},
    "aws:backup/globalSettings:GlobalSettings": {"globalSettings": {"isCrossAccountBackupEnabled": "true"}},
    "aws:guardduty/detector:Detector": {"enable": True, "findingPublishingFrequency": "FIFTEEN_MINUTES"},
    "aws:guardduty/detectorFeature:DetectorFeature": {
        "detectorId": "{detector}",
        "name": "RUNTIME_MONITORING",
        "status": "ENABLED",
        "additionalConfigurations": [
            {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"},
            {"name": "EC2_AGENT_MANAGEMENT", "status": "DISABLED"},
        ],
    },
    "aws:guardduty/publishingDestination:PublishingDestination": {
        "detectorId": "{detector}",
        "destinationArn": "arn:aws:s3:::{bucket}",
        "kmsKeyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}",
    },
    "aws:securityhub/account:Account": {
        "enableDefaultStandards": False,
        "autoEnableControls": False,
        "controlFindingGenerator": "STANDARD_CONTROL",
    },
    "aws:securityhub/standardsSubscription:StandardsSubscription": {
        "standardsArn": "arn:aws:securityhub:eu-central-1::standards/nist-800-53/v/5.0.0"
    },
    "aws:securityhub/findingAggregator:FindingAggregator": {
        "linkingMode": "SPECIFIED_REGIONS",
        "specifiedRegions": ["eu-west-1", "us-east-1"],
    },
    "aws:cfg/recorder:Recorder": {
        "name": "given",
        "roleArn": "arn:aws:iam::{account}:role/config",
        "recordingGroup": {
            "allSupported": False,
            "exclusionByResourceTypes": [{"resourceTypes": ["AWS::EC2::NetworkInterface"]}],
            "recordingStrategies": [{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}],
        },
        "recordingMode": {"recordingFrequency": "DAILY"},
    },
    "aws:cfg/deliveryChannel:DeliveryChannel": {
        "name": "{recorder}",
        "s3BucketName": "{bucket}",
        "s3KeyPrefix": "config",
        "s3KmsKeyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "snsTopicArn": "arn:aws:sns:eu-central-1:{account}:changes",
        "snapshotDeliveryProperties": {"deliveryFrequency": "TwentyFour_Hours"},
    },
    "aws:cfg/recorderStatus:RecorderStatus": {"name": "{channel}", "isEnabled": True},
    "aws:cfg/rule:Rule": {
        "name": "encrypted-volumes",
        "description": "volumes are encrypted",
        "source": {"owner": "AWS", "sourceIdentifier": "ENCRYPTED_VOLUMES"},
        "inputParameters": '{{"kmsId": "arn:aws:kms:eu-central-1:{account}:key/{key}"}}',
        "scope": {"complianceResourceTypes": ["AWS::EC2::Volume"]},
    },
    "aws:accessanalyzer/analyzer:Analyzer": {
        "analyzerName": "unused",
        "type": "ACCOUNT_UNUSED_ACCESS",
        "configuration": {
            "unusedAccess": {
                "unusedAccessAge": 90,
                "analysisRule": {"exclusions": [{"resourceTags": [{"team": "security"}]}]},
            }
        },
    },
}
