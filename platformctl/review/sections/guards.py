"""The settings that keep data, evidence and keys from being lost, and when one of them is less than it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from policies import tokens

Weaker = Callable[[Any, Any], bool]
FOREVER = float("inf")
_LOCK_MODES = ("GOVERNANCE", "COMPLIANCE")


@dataclass(frozen=True)
class Guard:
    """A property of `types`; `default` is what it is where nobody sets it (the provider's documentation).

    With `companion`, the property is of a resource of that type, which names what it guards in `of`.
    """

    types: tuple[str, ...]
    path: str
    default: Any
    weaker: Weaker
    means: str
    companion: str = ""
    of: str = ""


def less_on(before: Any, after: Any) -> bool:
    """True, or what stands for it, to something else."""
    return _is_on(before) and not _is_on(after)


def less_off(before: Any, after: Any) -> bool:
    """A switch that takes protection away when it is on."""
    return not _is_on(before) and _is_on(after)


def lower(before: Any, after: Any) -> bool:
    """A number of days, or a capacity."""
    old, new = _number(before), _number(after)
    return old is not None and new is not None and new < old


def lower_days(before: Any, after: Any) -> bool:
    """Days, where 0 or none is for ever."""
    old, new = (_number(value) or FOREVER for value in (before, after))
    return new < old


def lower_mode(before: Any, after: Any) -> bool:
    ranks = [_LOCK_MODES.index(value) if value in _LOCK_MODES else -1 for value in (before, after)]
    return ranks[1] < ranks[0]


def gone(before: Any, after: Any) -> bool:
    return bool(before) and not after


def fewer(before: Any, after: Any) -> bool:
    """A list that lacks something that it had."""
    if not isinstance(before, list):
        return False
    left = after if isinstance(after, list) else []
    return any(item not in left for item in before)


def _is_on(value: Any) -> bool:
    return value is True or value in ("true", "Enabled", "enabled", "ACTIVE", "ENABLED", "IMMUTABLE", "Retain")


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


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
    Guard(("aws:cloudtrail/eventDataStore:EventDataStore",), "retentionPeriod", 2555, lower, "evidence is kept shorter"),
    Guard(_DATABASES, "storageEncrypted", False, less_on, "it is not encrypted at rest"),
    Guard(_DATABASES, "skipFinalSnapshot", False, less_off, "its deletion leaves no snapshot"),
    Guard(_DATABASES, "deleteAutomatedBackups", True, less_off, "its deletion takes its backups along"),
    Guard((tokens.DATABASE_CLUSTER,), "backupRetentionPeriod", 1, lower, "backups are kept shorter"),
    Guard((tokens.DATABASE_INSTANCE,), "backupRetentionPeriod", 0, lower, "backups are kept shorter"),
    Guard((tokens.DATABASE_INSTANCE,), "multiAz", False, less_on, "there is no standby any more"),
    Guard(_DATABASES, "iamDatabaseAuthenticationEnabled", False, less_on, "roles no longer log in by IAM"),
    Guard(_DATABASES, "enabledCloudwatchLogsExports", (), fewer, "a log is no longer kept outside of it"),
    Guard((tokens.TABLE,), "pointInTimeRecovery.enabled", False, less_on, "there is no point-in-time recovery"),
    Guard(("aws:elasticache/replicationGroup:ReplicationGroup",), "snapshotRetentionLimit", 0, lower,
          "snapshots are kept shorter"),
    Guard((tokens.KEY, tokens.KEY_REPLICA), "deletionWindowInDays", 30, lower, "its deletion can be stopped for less long"),
    Guard((tokens.KEY,), "enableKeyRotation", False, less_on, "the key no longer rotates"),
    Guard((tokens.KEY, tokens.KEY_REPLICA, tokens.EXTERNAL_KEY), "isEnabled", True, less_on, "nothing decrypts with it"),
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
    Guard((tokens.TRAIL,), "includeGlobalServiceEvents", True, less_on, "IAM and other global services are not recorded"),
    Guard((tokens.EKS_CLUSTER,), "enabledClusterLogTypes", (), fewer, "a log of the control plane is no longer kept"),
    Guard((tokens.THREAT_DETECTOR,), "enable", True, less_on, "threats are not looked for"),
    Guard((tokens.FILE_SYSTEM,), "encrypted", False, less_on, "it is not encrypted at rest"),
    Guard((tokens.STORAGE_CLASS,), "reclaimPolicy", "Delete", less_on, "volumes go with their claims"),
    Guard((tokens.EXTERNAL_SECRET,), "spec.target.deletionPolicy", "Retain", less_on, "the cluster's secret goes with it"),
    Guard(_BUCKETS, "versioningConfiguration.status", None, less_on, "objects are overwritten and deleted for good",
          tokens.BUCKET_VERSIONING, "bucket"),
    Guard(_BUCKETS, "versioningConfiguration.mfaDelete", None, less_on, "versions are deleted without a second factor",
          tokens.BUCKET_VERSIONING, "bucket"),
    Guard(_BUCKETS, f"{_LOCK}.mode", None, lower_mode, "locked objects can be deleted sooner, or by more people",
          tokens.BUCKET_OBJECT_LOCK, "bucket"),
    Guard(_BUCKETS, f"{_LOCK}.days", 0, lower, "objects are locked shorter", tokens.BUCKET_OBJECT_LOCK, "bucket"),
    Guard(_BUCKETS, f"{_LOCK}.years", 0, lower, "objects are locked shorter", tokens.BUCKET_OBJECT_LOCK, "bucket"),
    Guard(_BUCKETS, "rules", None, gone, "objects are not encrypted with the key", tokens.BUCKET_ENCRYPTION, "bucket"),
    Guard(_BUCKETS, "rules", None, gone, "nothing is copied elsewhere", tokens.BUCKET_REPLICATION, "bucket"),
    Guard(_BUCKETS, "targetBucket", None, gone, "requests are not logged", tokens.BUCKET_LOGGING, "bucket"),
    Guard(_VAULTS, "minRetentionDays", 0, lower, "recovery points can be deleted sooner",
          tokens.BACKUP_VAULT_LOCK, "backupVaultName"),
    Guard(_VAULTS, "backupVaultName", None, gone, "the vault is not locked any more",
          tokens.BACKUP_VAULT_LOCK, "backupVaultName"),
    Guard((tokens.VPC,), "trafficType", None, gone, "traffic is not logged", tokens.FLOW_LOG, "vpcId"),
    Guard((tokens.WEB_ACL,), "logDestinationConfigs", None, gone, "requests are not logged",
          tokens.WEB_ACL_LOGGING, "resourceArn"),
    Guard((tokens.DATABASE_INSTANCE,), "sourceDbInstanceArn", None, gone, "backups are not copied to another region",
          tokens.DATABASE_BACKUPS_REPLICATION, "sourceDbInstanceArn"),
    Guard((tokens.SECRET,), "rotationRules", None, gone, "the secret no longer rotates",
          tokens.SECRET_ROTATION, "secretId"),
)  # fmt: skip
# What guards the whole account or stack, or what it is not told of: its deletion alone takes protection away.
GUARDIANS: Mapping[str, str] = {
    tokens.TRAIL: "what is done in the account is not recorded",
    tokens.BACKUP_PLAN: "what it covers is not backed up",
    tokens.BACKUP_SELECTION: "what it selects is not backed up",
    tokens.THREAT_DETECTOR: "threats are not looked for",
    tokens.THREAT_DETECTOR_FEATURE: "threats of one kind are not looked for",
    tokens.CONFIG_RECORDER: "changes of resources are not recorded",
    tokens.SECURITY_HUB: "findings are not gathered",
    tokens.DNS_LOG_ASSOCIATION: "look-ups of names are not logged",
    tokens.SNAPSHOT_BLOCK: "snapshots can be made public",
    tokens.DISK_ENCRYPTION: "new volumes are not encrypted by default",
    tokens.ACCESS_ANALYZER: "access from outside is not looked for",
    tokens.PASSWORD_POLICY: "passwords of users are not held to anything",
    tokens.WEB_ACL_ASSOCIATION: "requests are not filtered",
    tokens.METRIC_ALARM: "nobody is told any more",
    tokens.ADMISSION_POLICY: "the cluster no longer refuses what it refused",
    tokens.ADMISSION_BINDING: "the cluster no longer refuses what it refused",
}
