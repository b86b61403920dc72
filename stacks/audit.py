"""Where evidence is kept: the log buckets, and what holds for the whole account."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Output, ResourceOptions
from pulumi_aws import Provider

from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.bucket_policy import access_log_delivery, log_delivery
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.tags import classified
from stacks.keys import Keys
from stacks.settings import Settings


@dataclass(frozen=True)
class Audit:
    logs: PrivateBucket  # network and DNS logs, locked
    access_logs: PrivateBucket  # who touched the buckets; S3 does not deliver these into a locked bucket
    locations: Mapping[str, Output[str]]  # where to read: by kind of log, the folder that AWS writes to


def deploy_audit(settings: Settings, aws: Provider, keys: Keys) -> Audit:
    """The account's baseline, and a bucket for logs whose own accesses are logged into a second one."""
    account, audit = settings.account, settings.audit
    AccountBaseline("account", AccountBaselineArgs(account_id=account.id), ResourceOptions(provider=aws))
    access_logs = PrivateBucket(
        "access-logs",
        PrivateBucketArgs(
            bucket=_bucket_name(settings, "access-logs"),
            account_id=account.id,
            key_arn=None,
            access_log_bucket=None,
            expire_days=audit.access_log_days,
            writers=(access_log_delivery(_bucket_name(settings, "*")),),
            protect=settings.policy.protect_stateful,
        ),
        ResourceOptions(provider=aws),
    )
    logs = PrivateBucket(
        "logs",
        PrivateBucketArgs(
            bucket=_bucket_name(settings, "logs"),
            account_id=account.id,
            key_arn=keys.home["audit"].arn,
            access_log_bucket=access_logs.name,
            expire_days=audit.retention_days,
            archive_days=audit.archive_days,
            lock_days=audit.lock_days,
            writers=(log_delivery(account.id, account.region),),
            protect=settings.policy.protect_stateful,
            tags=classified("audit", None),
        ),
        ResourceOptions(provider=aws),
    )
    folders = {
        "flow": (logs, f"AWSLogs/aws-account-id={account.id}/aws-service=vpcflowlogs/"),
        "dns": (logs, f"AWSLogs/{account.id}/vpcdnsquerylogs/"),
        "access": (access_logs, ""),
    }
    locations = {kind: Output.concat("s3://", bucket.name, "/", key) for kind, (bucket, key) in folders.items()}
    return Audit(logs, access_logs, locations)


def _bucket_name(settings: Settings, purpose: str) -> str:
    """Unique in the world, and known before the bucket exists."""
    return f"{settings.account.organisation}-{settings.environment}-{purpose}-{settings.account.id}"
