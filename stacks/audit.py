"""Where evidence is kept: the archive, the trail and all that it rests on, and what holds for the whole account."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Output, ResourceOptions
from pulumi_aws import Provider

from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.account_names import bucket_name, foundation_role_arn, money_bucket_names, state_bucket_name
from components.audit_log import AuditLog, AuditLogArgs
from components.bucket_policy import access_log_delivery, load_balancer_delivery
from components.evidence.log_stream import LogStream, LogStreamArgs
from components.evidence.readers import AuditReaders, AuditReadersArgs
from components.evidence.streams import STREAMS, StreamName, prefix
from components.evidence.trail import Trail, TrailArgs
from components.evidence.trail_alarms import TrailAlarms, TrailAlarmsArgs
from components.evidence.watch import AuditWatch, AuditWatchArgs
from components.key_permissions import NamedKey
from components.notification_topic import NotificationTopic
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from stacks.keys import REPLICATION_ROLE, Keys
from stacks.notifications import Urgency
from stacks.settings import Settings

Topics = Mapping[Urgency, NotificationTopic]


@dataclass(frozen=True)
class Audit:
    """What other layers write evidence to. `key`: theirs for its log groups."""

    archive: PrivateBucket  # locked: what is in it stays
    landing: PrivateBucket  # of AWS Config, below `config/`: copied into the archive
    access_logs: PrivateBucket  # who touched the buckets; S3 does not deliver these into a locked bucket
    key: NamedKey
    trail_log_group_name: Output[str]
    reader_policy_arn: Output[str]
    locations: Mapping[str, Output[str]]  # where to read: by kind of log, the folder that AWS writes to
    topics: Topics


def deploy_audit(settings: Settings, aws: Provider, keys: Keys, topics: Topics) -> Audit:
    """The account's baseline, the archive with its copy and its readers, the trail and its alarms."""
    options = ResourceOptions(provider=aws)
    AccountBaseline("account", AccountBaselineArgs(account_id=settings.account.id), options)
    access_logs = PrivateBucket("access-logs", _access_logs(settings), options)
    key = NamedKey(f"{settings.environment}-audit", keys.home["audit"].arn)
    internal = NamedKey(f"{settings.environment}-internal", keys.home["internal"].arn)
    log = AuditLog("archive", _log(settings, keys, key, internal, access_logs, topics), options)
    trail = Trail("trail", _trail(settings, key, log), options)
    TrailAlarms(
        "trail-alarms",
        TrailAlarmsArgs(
            environment=settings.environment,
            account_id=settings.account.id,
            log_group_name=trail.log_group_name,
            archives=_bucket(settings, "archive").removesuffix(settings.account.id),
            topics={urgency: topic.arn for urgency, topic in topics.items()},
        ),
        options,
    )
    watched = tuple(_bucket(settings, purpose) for purpose in ("archive", "landing", "access-logs"))
    AuditWatch(
        "audit-watch",
        AuditWatchArgs(environment=settings.environment, buckets=watched, topic_arn=topics["page"].arn),
        options,
    )
    readers = AuditReaders("audit-readers", _readers(settings, key, internal, access_logs), options)
    return Audit(
        archive=log.archive,
        landing=log.landing,
        access_logs=access_logs,
        key=key,
        trail_log_group_name=trail.log_group_name,
        reader_policy_arn=readers.policy_arn,
        locations=_locations(settings, log.archive),
        topics=topics,
    )


def attach_stream(
    settings: Settings, aws: Provider, audit: Audit, *, stream: str, log_group_name: Output[str]
) -> LogStream:
    """Brings a log group's events into the archive. `stream` begins with what it is: `postgres-ledger`."""
    kind = next((name for name in STREAMS if name == stream.partition("-")[0]), None)
    if kind is None:
        raise ValueError(f"stream must begin with one of {', '.join(STREAMS)}, got {stream!r}")
    args = LogStreamArgs(
        stream=stream,
        environment=settings.environment,
        account_id=settings.account.id,
        region=settings.account.region,
        log_group_name=log_group_name,
        bucket=_bucket(settings, "archive"),
        bucket_arn=audit.archive.arn,
        prefix=_prefix(settings, kind),
        key_alias=audit.key.alias,
        key_arn=audit.key.arn,
        error_log_days=settings.audit.log_group_days,
        topic_arn=audit.topics["page"].arn,
        protect=settings.policy.protect_stateful,
    )
    return LogStream(f"stream-{stream}", args, ResourceOptions(provider=aws))


def trail_location(settings: Settings) -> Mapping[str, str]:
    """Where the trail's files and digests are: what `platformctl audit verify` reads."""
    return {
        "bucket": _bucket(settings, "archive"),
        "prefix": _prefix(settings, "trail"),
        "name": settings.environment,
    }


def _access_logs(settings: Settings) -> PrivateBucketArgs:
    return PrivateBucketArgs(
        bucket=_bucket(settings, "access-logs"),
        account_id=settings.account.id,
        key_arn=None,
        access_log_bucket=None,
        expire_days=settings.audit.landing_days,
        writers=(
            access_log_delivery(_bucket(settings, "*")),
            load_balancer_delivery(settings.account.id, settings.account.region),
        ),
        protect=settings.policy.protect_stateful,
    )


def _log(
    settings: Settings, keys: Keys, key: NamedKey, internal: NamedKey, access_logs: PrivateBucket, topics: Topics
) -> AuditLogArgs:
    account, audit = settings.account, settings.audit
    return AuditLogArgs(
        organisation=account.organisation,
        environment=settings.environment,
        account_id=account.id,
        region=account.region,
        recovery_region=account.recovery_region,
        key=key,
        landing_key=internal,
        recovery_key=NamedKey(f"{settings.environment}-audit-recovery", keys.recovery["audit"].arn),
        access_logs=access_logs,
        topic_arn=topics["page"].arn,
        replication_role=f"{settings.environment}-{REPLICATION_ROLE}",
        retention_days=audit.retention_days.days(),
        archive_days=audit.archive_days,
        lock_mode="COMPLIANCE" if audit.lock_mode == "compliance" else "GOVERNANCE",
        lock_days=audit.lock_days,
        landing_days=audit.landing_days,
        protect=settings.policy.protect_stateful,
    )


def _trail(settings: Settings, key: NamedKey, log: AuditLog) -> TrailArgs:
    """The accesses to evidence, to state and to money are recorded object by object."""
    account = settings.account
    evidence = ("archive", "archive-recovery", "landing", "access-logs", "recovery-access", "audit-results")
    buckets = [_bucket(settings, purpose) for purpose in evidence]
    buckets.append(state_bucket_name(account.organisation, settings.environment, account.id))
    money = money_bucket_names(account.organisation, settings.environment)
    return TrailArgs(
        trail_name=settings.environment,
        account_id=account.id,
        region=account.region,
        bucket=log.archive.name,
        prefix=_prefix(settings, "trail"),
        key_arn=key.arn,
        object_arns=(*(f"arn:aws:s3:::{bucket}/" for bucket in buckets), f"arn:aws:s3:::{money}"),
        log_group_days=settings.audit.log_group_days,
        protect=settings.policy.protect_stateful,
    )


def _readers(settings: Settings, key: NamedKey, internal: NamedKey, access_logs: PrivateBucket) -> AuditReadersArgs:
    readers = {*settings.keys.users.get("audit", ()), foundation_role_arn(settings.account.id, "auditor")}
    return AuditReadersArgs(
        environment=settings.environment,
        account_id=settings.account.id,
        region=settings.account.region,
        archive=_bucket(settings, "archive"),
        results=_bucket(settings, "audit-results"),
        key=key,
        result_key=internal,
        readers=tuple(sorted(readers)),
        access_log_bucket=access_logs.name,
        protect=settings.policy.protect_stateful,
    )


def _locations(settings: Settings, archive: PrivateBucket) -> Mapping[str, Output[str]]:
    return {name: Output.concat("s3://", archive.name, "/", _prefix(settings, name)) for name in STREAMS}


def _prefix(settings: Settings, stream: StreamName) -> str:
    return prefix(stream, settings.account.id)


def _bucket(settings: Settings, purpose: str) -> str:
    account = settings.account
    return bucket_name(account.organisation, settings.environment, purpose, account.id)
