"""Settings of resources themselves that keep data, evidence and keys from being lost."""

from platformctl.review.sections.protection.guard import Guard, fewer, less_off, less_on, lower, lower_days
from policies import tokens

_DATABASES = (tokens.DATABASE_CLUSTER, tokens.DATABASE_INSTANCE)
_BALANCERS = (tokens.LOAD_BALANCER,)
_BUCKETS = (tokens.BUCKET,)
_VAULTS = (tokens.BACKUP_VAULT,)
_LOCK = "rule.defaultRetention"

GUARDS = (
    Guard(
        (*_DATABASES, tokens.EKS_CLUSTER, "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"),
        "deletionProtection",
        False,
        less_on,
        "AWS no longer refuses to delete it",
    ),
    Guard((tokens.TABLE,), "deletionProtectionEnabled", False, less_on, "AWS no longer refuses to delete it"),
    Guard(_BALANCERS, "enableDeletionProtection", False, less_on, "AWS no longer refuses to delete it"),
    Guard((tokens.INSTANCE,), "disableApiTermination", False, less_on, "AWS no longer refuses to end it"),
    Guard(
        ("aws:cognito/userPool:UserPool",), "deletionProtection", None, less_on, "AWS no longer refuses to delete it"
    ),
    Guard(
        ("aws:cloudtrail/eventDataStore:EventDataStore",),
        "terminationProtectionEnabled",
        True,
        less_on,
        "AWS no longer refuses to delete it",
    ),
    Guard(
        ("aws:cloudtrail/eventDataStore:EventDataStore",), "retentionPeriod", 2555, lower, "evidence is kept shorter"
    ),
    Guard(_DATABASES, "storageEncrypted", False, less_on, "it is not encrypted at rest"),
    Guard(_DATABASES, "skipFinalSnapshot", False, less_off, "its deletion leaves no snapshot"),
    Guard(_DATABASES, "deleteAutomatedBackups", True, less_off, "its deletion takes its backups along"),
    Guard((tokens.DATABASE_CLUSTER,), "backupRetentionPeriod", 1, lower, "backups are kept shorter"),
    Guard((tokens.DATABASE_INSTANCE,), "backupRetentionPeriod", 0, lower, "backups are kept shorter"),
    Guard((tokens.DATABASE_INSTANCE,), "multiAz", False, less_on, "there is no standby any more"),
    Guard(_DATABASES, "iamDatabaseAuthenticationEnabled", False, less_on, "roles no longer log in by IAM"),
    Guard(_DATABASES, "enabledCloudwatchLogsExports", (), fewer, "a log is no longer kept outside of it"),
    Guard((tokens.TABLE,), "pointInTimeRecovery.enabled", False, less_on, "there is no point-in-time recovery"),
    Guard(
        ("aws:elasticache/replicationGroup:ReplicationGroup",),
        "snapshotRetentionLimit",
        0,
        lower,
        "snapshots are kept shorter",
    ),
    Guard(
        (tokens.KEY, tokens.KEY_REPLICA), "deletionWindowInDays", 30, lower, "its deletion can be stopped for less long"
    ),
    Guard((tokens.KEY,), "enableKeyRotation", False, less_on, "the key no longer rotates"),
    Guard(
        (tokens.KEY, tokens.KEY_REPLICA, tokens.EXTERNAL_KEY), "isEnabled", True, less_on, "nothing decrypts with it"
    ),
    Guard((tokens.SECRET,), "recoveryWindowInDays", 30, lower, "its deletion can be undone for less long"),
    Guard(_BUCKETS, "forceDestroy", False, less_off, "it is deleted with all objects in it"),
    Guard(_VAULTS, "forceDestroy", False, less_off, "it is deleted with all recovery points in it"),
    Guard((tokens.REPOSITORY,), "forceDelete", False, less_off, "it is deleted with all images in it"),
    Guard((tokens.REPOSITORY,), "imageTagMutability", "MUTABLE", less_on, "a tag can be moved to another image"),
    Guard((tokens.LOG_GROUP,), "retentionInDays", 0, lower_days, "logs are kept shorter"),
    Guard((tokens.LOG_GROUP,), "skipDestroy", False, less_on, "its deletion takes the logs along"),
    Guard((tokens.TRAIL,), "enableLogging", True, less_on, "nothing is recorded"),
    Guard((tokens.TRAIL,), "enableLogFileValidation", False, less_on, "altered logs are not seen"),
    Guard((tokens.TRAIL,), "isMultiRegionTrail", False, less_on, "other regions are not recorded"),
    Guard(
        (tokens.TRAIL,), "includeGlobalServiceEvents", True, less_on, "IAM and other global services are not recorded"
    ),
    Guard((tokens.EKS_CLUSTER,), "enabledClusterLogTypes", (), fewer, "a log of the control plane is no longer kept"),
    Guard((tokens.THREAT_DETECTOR,), "enable", True, less_on, "threats are not looked for"),
    Guard((tokens.FILE_SYSTEM,), "encrypted", False, less_on, "it is not encrypted at rest"),
    Guard((tokens.STORAGE_CLASS,), "reclaimPolicy", "Delete", less_on, "volumes go with their claims"),
    Guard(
        (tokens.EXTERNAL_SECRET,), "spec.target.deletionPolicy", "Retain", less_on, "the cluster's secret goes with it"
    ),
)
