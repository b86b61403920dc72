"""Backup vaults, plans and restore tests, through the Backup API; most are recorded."""

from __future__ import annotations

from sandbox.forms import setting
from sandbox.model import Call, ResourceType, block, blocks, fields, keyed, text
from sandbox.recorded import recorded
from sandbox.tagging import service_tags

_ARN = "arn:aws:backup:{region}:{account}:"
_TAGS = service_tags(read="list_tags")

VAULT = ResourceType("aws:backup/vault:Vault", "backup",
    inputs=fields("name*@BackupVaultName kmsKeyArn*~@EncryptionKeyArn forceDestroy:bool%=false"),
    autoname="name",
    create=(Call("create_backup_vault", result="BackupVaultName"),),
    read=(keyed("describe_backup_vault", "BackupVaultName", "merge(@, {recoveryPoints: NumberOfRecoveryPoints})"),),
    delete=(keyed("delete_backup_vault", "BackupVaultName"),),
    outputs=("recoveryPoints",),
    formats={"arn": _ARN + "backup-vault:{id}"}, tags=_TAGS,
)  # fmt: skip

VAULT_LOCK = setting("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backup", "backupVaultName",
    # replace: provider documentation
    fields("changeableForDays:int* minRetentionDays:int* maxRetentionDays:int*"),
    put="put_backup_vault_lock_configuration",
    get="describe_backup_vault",
    result="[@][?Locked] | [0]",
    delete="delete_backup_vault_lock_configuration",
    formats={"backupVaultArn": _ARN + "backup-vault:{id}"},
    unverified={"changeableForDays": "AWS shows the date from which the lock is final, not the days before it"},
)  # fmt: skip

_VAULT_ARN = {"backupVaultArn": _ARN + "backup-vault:{backupVaultName}"}
VAULT_POLICY = recorded("aws:backup/vaultPolicy:VaultPolicy",
    fields("backupVaultName!* policy:json!"),
    id="{backupVaultName}", chosen=_VAULT_ARN, overwrites=True,
)  # fmt: skip
VAULT_NOTIFICATIONS = recorded("aws:backup/vaultNotifications:VaultNotifications",
    fields("backupVaultName!* snsTopicArn!* backupVaultEvents:list!*"),  # all replace: provider documentation
    id="{backupVaultName}", chosen=_VAULT_ARN, overwrites=True,
    unique=True,
)  # fmt: skip

_LIFECYCLE = block("""coldStorageAfter:int@MoveToColdStorageAfterDays deleteAfter:int@DeleteAfterDays
    optInToArchiveForSupportedResources:bool""")  # fmt: skip
PLAN = ResourceType("aws:backup/plan:Plan", "backup",
    inputs=fields("name*@BackupPlanName",
        rules=blocks(
            """ruleName! targetVaultName!@TargetBackupVaultName targetLogicallyAirGappedBackupVaultArn
            scheduleExpressionTimezone=Etc/UTC startWindow:int@StartWindowMinutes=60 recoveryPointTags:map
            completionWindow:int@CompletionWindowMinutes=180 enableContinuousBackup:bool""",
            # default: API reference, BackupRule
            schedule=text(boto="ScheduleExpression", default="cron(0 5 ? * * *)"),
            lifecycle=_LIFECYCLE,
            copyActions=blocks("destinationVaultArn!@DestinationBackupVaultArn", lifecycle=_LIFECYCLE),
            required=True,
        ),
        advancedBackupSettings=blocks("resourceType! backupOptions:map"),
    ),
    autoname="name",
    create=(Call("create_backup_plan", into="BackupPlan", result="BackupPlanId"),),
    read=(keyed("get_backup_plan", "BackupPlanId", "merge(BackupPlan, {version: VersionId})"),),
    update=(Call("update_backup_plan", args={"BackupPlanId": "{id}"}, into="BackupPlan"),),
    delete=(keyed("delete_backup_plan", "BackupPlanId"),),
    outputs=("version",),
    formats={"arn": _ARN + "backup-plan:{id}"}, tags=_TAGS,
)  # fmt: skip

_PAIR = blocks("key!* value!*")
_CONDITIONS = fields("", stringEquals=_PAIR, stringLikes=_PAIR, stringNotEquals=_PAIR, stringNotLikes=_PAIR)
SELECTION = recorded("aws:backup/selection:Selection",
    # every change replaces: measured, and provider documentation
    fields("iamRoleArn!* planId!* name* resources:list* notResources:list*",
           selectionTags=blocks("type!* key!* value!*", replace=True),
           conditions=blocks(_CONDITIONS, replace=True)),
    autoname="name",
)  # fmt: skip

_POINTS = "algorithm! includeVaults:list! recoveryPointTypes:list! excludeVaults:list selectionWindowDays:int=30"
RESTORE_TESTING_PLAN = recorded("aws:backup/restoreTestingPlan:RestoreTestingPlan",
    fields("name* scheduleExpression! scheduleExpressionTimezone~ startWindowHours:int~",
           recoveryPointSelection=block(_POINTS, required=True)),  # the name replaces: provider documentation
    id="{name}",
    chosen={"scheduleExpressionTimezone": "Etc/UTC", "startWindowHours": "24",
            "arn": _ARN + "restore-testing-plan:{name}"},
    autoname="name", tagged=True,
)  # fmt: skip
RESTORE_TESTING_SELECTION = recorded("aws:backup/restoreTestingSelection:RestoreTestingSelection",
    # those that replace: provider documentation
    fields("""name* restoreTestingPlanName!* protectedResourceType!* iamRoleArn! protectedResourceArns:list~
           restoreMetadataOverrides:map~ validationWindowHours:int~""",
           protectedResourceConditions=block(stringEquals=_PAIR, stringNotEquals=_PAIR)),
    id="{name}:{restoreTestingPlanName}",
    autoname="name",
)  # fmt: skip

REGION_SETTINGS = recorded("aws:backup/regionSettings:RegionSettings",
    fields("resourceTypeOptInPreference:map! resourceTypeManagementPreference:map~"),
    id="{region}", overwrites=True,
)  # fmt: skip
GLOBAL_SETTINGS = recorded("aws:backup/globalSettings:GlobalSettings",
    fields("globalSettings:map!"), id="{account}", overwrites=True,
)  # fmt: skip

TYPES = (
    *(VAULT, VAULT_LOCK, VAULT_POLICY, VAULT_NOTIFICATIONS, PLAN, SELECTION),
    *(RESTORE_TESTING_PLAN, RESTORE_TESTING_SELECTION, REGION_SETTINGS, GLOBAL_SETTINGS),
)
