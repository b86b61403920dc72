"""What protects another resource, and what protects the whole account or stack."""

from collections.abc import Mapping

from platformctl.review.sections.protection.guard import (
    Guard,
    less_on,
    lower,
    lower_mode,
)
from policies import tokens

_BUCKETS = (tokens.BUCKET,)
_VAULTS = (tokens.BACKUP_VAULT,)
_LOCK = "rule.defaultRetention"

COMPANIONS = (
    Guard(
        _BUCKETS,
        "versioningConfiguration.status",
        None,
        less_on,
        "objects are overwritten and deleted for good",
        tokens.BUCKET_VERSIONING,
        "bucket",
    ),
    Guard(
        _BUCKETS,
        "versioningConfiguration.mfaDelete",
        None,
        less_on,
        "versions are deleted without a second factor",
        tokens.BUCKET_VERSIONING,
        "bucket",
    ),
    Guard(
        _BUCKETS,
        f"{_LOCK}.mode",
        None,
        lower_mode,
        "locked objects can be deleted sooner, or by more people",
        tokens.BUCKET_OBJECT_LOCK,
        "bucket",
    ),
    Guard(_BUCKETS, f"{_LOCK}.days", 0, lower, "objects are locked shorter", tokens.BUCKET_OBJECT_LOCK, "bucket"),
    Guard(_BUCKETS, f"{_LOCK}.years", 0, lower, "objects are locked shorter", tokens.BUCKET_OBJECT_LOCK, "bucket"),
    Guard(_BUCKETS, "", False, less_on, "objects are not encrypted with the key", tokens.BUCKET_ENCRYPTION, "bucket"),
    Guard(_BUCKETS, "", False, less_on, "nothing is copied elsewhere", tokens.BUCKET_REPLICATION, "bucket"),
    Guard(_BUCKETS, "", False, less_on, "requests are not logged", tokens.BUCKET_LOGGING, "bucket"),
    Guard(
        _VAULTS,
        "minRetentionDays",
        0,
        lower,
        "recovery points can be deleted sooner",
        tokens.BACKUP_VAULT_LOCK,
        "backupVaultName",
    ),
    Guard(_VAULTS, "", False, less_on, "the vault is not locked any more", tokens.BACKUP_VAULT_LOCK, "backupVaultName"),
    Guard((tokens.VPC,), "", False, less_on, "traffic is not logged", tokens.FLOW_LOG, "vpcId"),
    Guard((tokens.WEB_ACL,), "", False, less_on, "requests are not logged", tokens.WEB_ACL_LOGGING, "resourceArn"),
    Guard(
        (tokens.DATABASE_INSTANCE,),
        "",
        False,
        less_on,
        "backups are not copied to another region",
        tokens.DATABASE_BACKUPS_REPLICATION,
        "sourceDbInstanceArn",
    ),
    Guard((tokens.SECRET,), "", False, less_on, "the secret no longer rotates", tokens.SECRET_ROTATION, "secretId"),
)
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
