"""What the RDS types share: tags, inputs of clusters and instances, changes, and deletion with a snapshot."""

from __future__ import annotations

from typing import Any

from sandbox.model import Tagging, fields
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import service_tags

ARN = "arn:aws:rds:{region}:{account}:"
UNREADABLE = "RDS shows no password to anyone"


def rds_tags(arn: str) -> Tagging:
    return service_tags(arn, put="add_tags_to_resource", remove="remove_tags_from_resource")


# What clusters, their instances and single instances have alike, as the provider documents it.
MONITORING = fields(
    """monitoringInterval:int=0 monitoringRoleArn~ performanceInsightsEnabled:bool~@EnablePerformanceInsights
    performanceInsightsKmsKeyId~ performanceInsightsRetentionPeriod:int~"""
)
DATABASE = fields(  # of those that replace, kmsKeyId is measured and storageEncrypted from the provider documentation
    """allocatedStorage:int~ allowMajorVersionUpgrade:bool% applyImmediately:bool% backupRetentionPeriod:int~
    copyTagsToSnapshot:bool=false databaseInsightsMode~ deleteAutomatedBackups:bool%=true deletionProtection:bool
    enabledCloudwatchLogsExports:list@EnableCloudwatchLogsExports engineLifecycleSupport~ engineVersion~
    finalSnapshotIdentifier% iamDatabaseAuthenticationEnabled:bool@EnableIAMDatabaseAuthentication iops:int~
    kmsKeyId*~ manageMasterUserPassword:bool masterUserSecretKmsKeyId~ networkType~ port:int~
    skipFinalSnapshot:bool%=false storageEncrypted:bool*~ storageType~ vpcSecurityGroupIds:list~"""
)
# Members of an answer that are elsewhere or called otherwise than the properties, for JMESPath's merge.
ANSWER = (
    "vpcSecurityGroupIds: VpcSecurityGroups[].VpcSecurityGroupId,"
    "manageMasterUserPassword: MasterUserSecret != null,"
    "masterUserSecretKmsKeyId: MasterUserSecret.KmsKeyId,"
    "masterUserSecrets: MasterUserSecret && [MasterUserSecret."
    "{secretArn: SecretArn, secretStatus: SecretStatus, kmsKeyId: KmsKeyId}]"
)


def modified(it: Resource) -> dict[str, Any]:
    """What a modification adds to the changed inputs: when it is applied, and which logs come and go."""
    old, new = (set(inputs.get("enabledCloudwatchLogsExports") or []) for inputs in (it.old, it.inputs))
    logs = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    asked = {
        "ApplyImmediately": it.inputs.get("applyImmediately"),
        "AllowMajorVersionUpgrade": it.inputs.get("allowMajorVersionUpgrade"),
        "CloudwatchLogsExportConfiguration": {key: names for key, names in logs.items() if names},
    }
    return {key: value for key, value in asked.items() if value}


def final_snapshot(it: Resource) -> dict[str, Any]:
    """How the deletion deals with the data; the provider refuses to delete without a decision, as AWS does."""
    if it.inputs.get("skipFinalSnapshot"):
        return {"SkipFinalSnapshot": True}
    if not it.inputs.get("finalSnapshotIdentifier"):
        reason = "finalSnapshotIdentifier is required when skipFinalSnapshot is false; set one of them and update first"
        raise AwsError("delete", "InvalidParameterCombination", reason)
    return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": it.inputs["finalSnapshotIdentifier"]}
