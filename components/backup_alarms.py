"""What tells that backups fail, or that they have silently stopped."""

from components.alarms import Alarm
from components.event_route import EventRoute

_NAMESPACE = "AWS/Backup"  # AWS Backup developer guide, "AWS Backup metrics with CloudWatch"
_TWO_HOURS_S, _PERIODS = 7200, 13  # 26 hours: a daily backup, and two hours for it to end


def vault_alarms(vault_name: str) -> tuple[Alarm, ...]:
    """Silence is the fault: a period without data counts as one without a backup."""
    of_vault = {"BackupVaultName": vault_name}
    return (
        Alarm(
            name="stopped",
            description="No backup was completed for 26 hours. First look: the jobs of the vault in AWS Backup.",
            namespace=_NAMESPACE,
            metric="NumberOfBackupJobsCompleted",
            statistic="Sum",
            dimensions=of_vault,
            comparison="LessThanThreshold",
            threshold=1,
            period_s=_TWO_HOURS_S,
            periods=_PERIODS,
            missing="breaching",
        ),
        *(
            Alarm(
                name=f"{kind.lower()}-failed",
                description=f"{kind} jobs of the vault failed. First look: their status messages in AWS Backup.",
                namespace=_NAMESPACE,
                metric=f"NumberOf{kind}JobsFailed",
                statistic="Sum",
                dimensions=of_vault,
                threshold=0,
                period_s=3600,
                periods=1,
                missing="notBreaching",
            )
            for kind in ("Backup", "Copy", "Restore")
        ),
    )


def vaults_changed() -> EventRoute:
    """Somebody touched what keeps the vaults: page, whoever it was."""
    return EventRoute(
        name="vault-changed",
        description="A vault's lock or policy was changed, or backups were deleted",
        pattern={
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "eventSource": ["backup.amazonaws.com"],
                "eventName": [
                    "DeleteBackupPlan",
                    "DeleteBackupSelection",
                    "DeleteBackupVault",
                    "DeleteBackupVaultAccessPolicy",
                    "DeleteBackupVaultLockConfiguration",
                    "DeleteRecoveryPoint",
                    "PutBackupVaultAccessPolicy",
                    "PutBackupVaultLockConfiguration",
                    "UpdateRecoveryPointLifecycle",
                ],
            },
        },
        sentence="<call> on backups by <who> in <account> <region>",
        paths={
            "call": "$.detail.eventName",
            "who": "$.detail.userIdentity.arn",
            "account": "$.account",
            "region": "$.region",
        },
    )
