"""Backup vaults, plans and restore tests, through the Backup API; most are recorded."""

from __future__ import annotations

from sandbox.forms import setting
from sandbox.model import Call, Property, ResourceType, block, blocks, document, each, flag, keyed, number, text, texts
from sandbox.recorded import recorded
from sandbox.tagging import service_tags

_ARN = "arn:aws:backup:{region}:{account}:"
_MAP = Property(kind="map")

VAULT = ResourceType(
    "aws:backup/vault:Vault",
    "backup",
    inputs={
        "name": text(boto="BackupVaultName", replace=True),
        "kmsKeyArn": text(boto="EncryptionKeyArn", computed=True, replace=True),
        "forceDestroy": flag(default=False, local=True),
    },
    autoname="name",
    create=(Call("create_backup_vault", result="BackupVaultName"),),
    read=(keyed("describe_backup_vault", "BackupVaultName", "merge(@, {recoveryPoints: NumberOfRecoveryPoints})"),),
    delete=(keyed("delete_backup_vault", "BackupVaultName"),),
    outputs=("recoveryPoints",),
    formats={"arn": _ARN + "backup-vault:{id}"},
    tags=service_tags(_ARN + "backup-vault:{id}", read="list_tags"),
    unique=True,
)

VAULT_LOCK = setting(
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "backup",
    "backupVaultName",
    each(number, "changeableForDays minRetentionDays maxRetentionDays", replace=True),  # provider documentation
    put="put_backup_vault_lock_configuration",
    get="describe_backup_vault",
    result="[@][?Locked] | [0]",
    delete="delete_backup_vault_lock_configuration",
    formats={"backupVaultArn": _ARN + "backup-vault:{id}"},
    unverified={"changeableForDays": "AWS shows the date from which the lock is final, not the days before it"},
)

_VAULT_ARN = {"backupVaultArn": _ARN + "backup-vault:{backupVaultName}"}
VAULT_POLICY = recorded(
    "aws:backup/vaultPolicy:VaultPolicy",
    {"backupVaultName": text(required=True, replace=True), "policy": document(required=True)},
    id="{backupVaultName}",
    chosen=_VAULT_ARN,
    overwrites=True,
)
VAULT_NOTIFICATIONS = recorded(
    "aws:backup/vaultNotifications:VaultNotifications",
    {  # every change replaces: provider documentation
        **each(text, "backupVaultName snsTopicArn", required=True, replace=True),
        "backupVaultEvents": texts(required=True, replace=True),
    },
    id="{backupVaultName}",
    chosen=_VAULT_ARN,
    overwrites=True,
    unique=True,
)

_LIFECYCLE = block(
    {
        "coldStorageAfter": number(boto="MoveToColdStorageAfterDays"),
        "deleteAfter": number(boto="DeleteAfterDays"),
        "optInToArchiveForSupportedResources": flag(),
    }
)
_COPY = {"destinationVaultArn": text(boto="DestinationBackupVaultArn", required=True), "lifecycle": _LIFECYCLE}
_RULE = {
    "ruleName": text(required=True),
    "targetVaultName": text(boto="TargetBackupVaultName", required=True),
    "targetLogicallyAirGappedBackupVaultArn": text(),
    "schedule": text(boto="ScheduleExpression", default="cron(0 5 ? * * *)"),  # default: API reference, BackupRule
    "scheduleExpressionTimezone": text(default="Etc/UTC"),
    "startWindow": number(boto="StartWindowMinutes", default=60),
    "completionWindow": number(boto="CompletionWindowMinutes", default=180),
    "enableContinuousBackup": flag(),
    "recoveryPointTags": _MAP,
    "lifecycle": _LIFECYCLE,
    "copyActions": blocks(_COPY),
}
PLAN = ResourceType(
    "aws:backup/plan:Plan",
    "backup",
    inputs={
        "name": text(boto="BackupPlanName", replace=True),
        "rules": blocks(_RULE, required=True),
        "advancedBackupSettings": blocks({"resourceType": text(required=True), "backupOptions": _MAP}),
    },
    autoname="name",
    create=(Call("create_backup_plan", into="BackupPlan", result="BackupPlanId"),),
    read=(keyed("get_backup_plan", "BackupPlanId", "merge(BackupPlan, {version: VersionId})"),),
    update=(Call("update_backup_plan", args={"BackupPlanId": "{id}"}, into="BackupPlan"),),
    delete=(keyed("delete_backup_plan", "BackupPlanId"),),
    outputs=("version",),
    formats={"arn": _ARN + "backup-plan:{id}"},
    tags=service_tags(_ARN + "backup-plan:{id}", read="list_tags"),
    unique=True,
)

_PAIR = {"key": text(required=True, replace=True), "value": text(required=True, replace=True)}
SELECTION = recorded(
    "aws:backup/selection:Selection",
    {  # every change replaces: measured, and provider documentation
        **each(text, "iamRoleArn planId", required=True, replace=True),
        "name": text(replace=True),
        **each(texts, "resources notResources", replace=True),
        "selectionTags": blocks({"type": text(required=True, replace=True), **_PAIR}, replace=True),
        "conditions": blocks(
            {name: blocks(_PAIR) for name in ("stringEquals", "stringLikes", "stringNotEquals", "stringNotLikes")},
            replace=True,
        ),
    },
    autoname="name",
)

_RECOVERY_POINTS = {
    "algorithm": text(required=True),
    **each(texts, "includeVaults recoveryPointTypes", required=True),
    "excludeVaults": texts(),
    "selectionWindowDays": number(default=30),
}
RESTORE_TESTING_PLAN = recorded(
    "aws:backup/restoreTestingPlan:RestoreTestingPlan",
    {
        "name": text(replace=True),  # replaces: provider documentation
        "scheduleExpression": text(required=True),
        "recoveryPointSelection": block(_RECOVERY_POINTS, required=True),
        "scheduleExpressionTimezone": text(computed=True),
        "startWindowHours": number(computed=True),
    },
    id="{name}",
    chosen={
        "scheduleExpressionTimezone": "Etc/UTC",
        "startWindowHours": "24",
        "arn": _ARN + "restore-testing-plan:{name}",
    },
    autoname="name",
    tagged=True,
    unique=True,
)
RESTORE_TESTING_SELECTION = recorded(
    "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    {
        "name": text(replace=True),  # replaces: provider documentation, so the next two
        **each(text, "restoreTestingPlanName protectedResourceType", required=True, replace=True),
        "iamRoleArn": text(required=True),
        "protectedResourceArns": texts(computed=True),
        "protectedResourceConditions": block({name: blocks(_PAIR) for name in ("stringEquals", "stringNotEquals")}),
        "restoreMetadataOverrides": Property(kind="map", computed=True),
        "validationWindowHours": number(computed=True),
    },
    id="{name}:{restoreTestingPlanName}",
    autoname="name",
    unique=True,
)

REGION_SETTINGS = recorded(
    "aws:backup/regionSettings:RegionSettings",
    {
        "resourceTypeOptInPreference": Property(kind="map", required=True),
        "resourceTypeManagementPreference": Property(kind="map", computed=True),
    },
    id="{region}",
    overwrites=True,
)
GLOBAL_SETTINGS = recorded(
    "aws:backup/globalSettings:GlobalSettings",
    {"globalSettings": Property(kind="map", required=True)},
    id="{account}",
    overwrites=True,
)

TYPES = (
    *(VAULT, VAULT_LOCK, VAULT_POLICY, VAULT_NOTIFICATIONS, PLAN, SELECTION),
    *(RESTORE_TESTING_PLAN, RESTORE_TESTING_SELECTION, REGION_SETTINGS, GLOBAL_SETTINGS),
)
