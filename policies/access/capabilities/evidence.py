"""Losing what must be kept: the audit and the backups."""

from policies import tokens
from policies.access.capabilities.capability import Capability, Guarded

ALTER_AUDIT = Capability(
    "alter-audit",
    "Delete or alter audit",
    (
        Guarded(
            (
                "cloudtrail:StopLogging",
                "cloudtrail:DeleteTrail",
                "cloudtrail:UpdateTrail",
                "cloudtrail:PutEventSelectors",
            ),
            (tokens.TRAIL,),
        ),
        Guarded(("s3:DeleteObject", "s3:DeleteObjectVersion"), (tokens.BUCKET,), ("audit",), part="/x", named=True),
        Guarded(
            (
                "s3:DeleteBucket",
                "s3:PutBucketPolicy",
                "s3:PutLifecycleConfiguration",
                "s3:PutBucketObjectLockConfiguration",
            ),
            (tokens.BUCKET,),
            ("audit",),
            named=True,
        ),
        Guarded(
            ("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy"),
            (tokens.LOG_GROUP,),
            ("audit",),
        ),
        Guarded(
            ("kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"), (tokens.KEY,), ("audit",), named=True
        ),
        Guarded(
            ("config:StopConfigurationRecorder", "guardduty:DeleteDetector", "securityhub:DisableSecurityHub"),
        ),
    ),
)

DELETE_BACKUPS = Capability(
    "delete-backups",
    "Delete backups",
    (
        Guarded(
            (
                "backup:DeleteBackupVault",
                "backup:DeleteBackupVaultLockConfiguration",
                "backup:PutBackupVaultAccessPolicy",
            ),
            (tokens.BACKUP_VAULT,),
        ),
        Guarded(
            (
                "backup:DeleteRecoveryPoint",
                "backup:UpdateRecoveryPointLifecycle",
                "rds:DeleteDBSnapshot",
                "rds:DeleteDBClusterSnapshot",
                "rds:DeleteDBClusterAutomatedBackup",
                "rds:DeleteDBInstanceAutomatedBackup",
                "ec2:DeleteSnapshot",
            ),
        ),
    ),
)
