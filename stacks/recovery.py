"""Backups of every class of data, and who is told when they fail."""

from collections.abc import Mapping

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.backup import Backup, BackupArgs
from components.backup_alarms import vaults_changed
from components.backup_rules import Objective, Retention
from components.event_route import EventRoutes, EventRoutesArgs
from components.notification_topic import NotificationTopic
from components.policy_document import trust
from components.service_role import ServiceRole, ServiceRoleArgs
from stacks.keys import Keys
from stacks.notifications import Urgency
from stacks.settings import Settings

_WORK = tuple(
    f"arn:aws:iam::aws:policy/{name}"
    for name in (
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
    )
)


def deploy_recovery(
    settings: Settings, aws: Provider, keys: Keys, topics: Mapping[Urgency, NotificationTopic]
) -> Mapping[str, Backup]:
    """Vaults and plans by data class; databases and buckets join one by their tag `backup`."""
    account, given = settings.account, ResourceOptions(provider=aws)
    role = ServiceRole(
        "backup",
        ServiceRoleArgs(
            role_name=f"{settings.environment}-backup",
            account_id=account.id,
            description="Makes backups and restores them",
            trust=(trust("Backup", "backup.amazonaws.com", account.id),),
            managed_policies=_WORK,
        ),
        given,
    )
    changed = ((vaults_changed(), topics["page"].arn),)
    EventRoutes("backup", EventRoutesArgs(environment=settings.environment, routes=changed), given)
    return {
        data_class: Backup(
            f"backup-{data_class}",
            BackupArgs(
                environment=settings.environment,
                data_class=data_class,
                region=account.region,
                recovery_region=account.recovery_region,
                key_arn=keys.home[data_class].arn,
                recovery_key_arn=keys.recovery[data_class].arn,
                role_arn=role.arn,
                objective=Objective(**one.model_dump(include={*Objective.__dataclass_fields__})),
                retention=Retention(daily_days=one.daily_days, monthly_days=one.monthly_days),
                immutable=settings.recovery.immutable,
                ticket_topic_arn=topics["ticket"].arn,
                page_topic_arn=topics["page"].arn,
                protect=settings.policy.protect_stateful,
            ),
            given,
        )
        for data_class, one in settings.recovery.classes.items()
    }
