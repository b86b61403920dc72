"""The archive of evidence: one locked bucket, its copy in another region, and where evidence lands that none takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions

from components.account_names import bucket_name, platform_role_arn
from components.bucket_policy import access_log_delivery, config_delivery, log_delivery, trail_delivery
from components.evidence.archive_policy import archive_statements
from components.evidence.log_stream import delivery_role
from components.evidence.replication import Copying, Place, Replication, ReplicationArgs
from components.evidence.streams import STREAMS, RetentionClass, lifetimes, prefix
from components.evidence.trail import trail_arn
from components.key_permissions import NamedKey
from components.policy_document import Statement
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.retention import LockMode
from components.tags import classified


@dataclass(frozen=True, kw_only=True)
class AuditLogArgs:
    """Whose archive it is, what locks it and for how long.

    access_logs: of this region; the component makes the one of the recovery region.
    landing_key: not that of evidence, which is none before it is locked; its policy must let AWS Config use it.
    retention_days, archive_days: see components.evidence.streams.
    landing_days: how long what was copied into the archive stays where it landed.
    protect: False, for what may be thrown away, leaves out that nobody may take anything away.
    """

    organisation: str
    environment: str
    account_id: str
    region: str
    recovery_region: str
    key: NamedKey
    recovery_key: NamedKey
    landing_key: NamedKey
    access_logs: PrivateBucket
    topic_arn: Input[str]
    replication_role: str
    retention_days: Mapping[RetentionClass, int]
    archive_days: int | None
    lock_mode: LockMode
    lock_days: int
    landing_days: int
    protect: bool = True

    def __post_init__(self) -> None:
        if self.region == self.recovery_region:
            raise ValueError(f"recovery_region must be another than region ({self.region}): both would be lost at once")

    def bucket(self, purpose: str) -> str:
        return bucket_name(self.organisation, self.environment, purpose, self.account_id)


class AuditLog(ComponentResource):
    """Everything that arrives is locked, copied to the recovery region within 15 minutes, and ended on time.

    AWS Config refuses a bucket with a lock, and S3 does not deliver access logs into one: those land in buckets of
    their own, whose objects are copied into both archives.
    """

    archive: PrivateBucket
    recovery: PrivateBucket
    landing: PrivateBucket  # of AWS Config, below `config/`

    def __init__(self, name: str, args: AuditLogArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:AuditLog", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.archive = PrivateBucket(name, _archive(args, at_home=True, access_logs=args.access_logs), child)
        recovery_access = PrivateBucket(f"{name}-recovery-access", _recovery_access(args), child)
        self.recovery = PrivateBucket(
            f"{name}-recovery", _archive(args, at_home=False, access_logs=recovery_access), child
        )
        self.landing = PrivateBucket(f"{name}-landing", _landing(args), child)
        Replication(
            f"{name}-replication",
            ReplicationArgs(
                role_name=args.replication_role,
                account_id=args.account_id,
                copying=self._copying(args),
                topic_arn=args.topic_arn,
            ),
            child,
        )
        self.register_outputs({})

    def _copying(self, args: AuditLogArgs) -> Mapping[str, Copying]:
        archive = Place(args.bucket("archive"), args.region, args.key, self.archive)
        recovery = Place(args.bucket("archive-recovery"), args.recovery_region, args.recovery_key, self.recovery)
        landing = Place(args.bucket("landing"), args.region, args.landing_key, self.landing)
        access_logs = Place(args.bucket("access-logs"), args.region, None, args.access_logs)
        both = {"archive": archive, "recovery": recovery}
        return {
            "archive": Copying(archive, {"recovery": recovery}),
            "landing": Copying(landing, both, (prefix("config", args.account_id),)),
            "access": Copying(access_logs, both, (prefix("access", args.account_id),)),
        }


def _archive(args: AuditLogArgs, *, at_home: bool, access_logs: PrivateBucket) -> PrivateBucketArgs:
    bucket = args.bucket("archive" if at_home else "archive-recovery")
    arn = trail_arn(args.region, args.account_id, args.environment)
    writers = (
        log_delivery(args.account_id, args.region),
        trail_delivery(arn, prefix("trail", args.account_id), args.account_id),
    )
    return PrivateBucketArgs(
        bucket=bucket,
        account_id=args.account_id,
        region=None if at_home else args.recovery_region,
        key_arn=args.key.arn if at_home else args.recovery_key.arn,
        access_log_bucket=access_logs.name,
        expire_days=None,
        lifetimes=lifetimes(args.account_id, args.retention_days, args.archive_days),
        lock_days=args.lock_days,
        lock_mode=args.lock_mode,
        writers=writers if at_home else (),
        statements=_denials(args, bucket) if args.protect else (),
        protect=args.protect,
        tags=classified("audit", None),
    )


def _denials(args: AuditLogArgs, bucket: str) -> tuple[Statement, ...]:
    deliverers = (
        platform_role_arn(args.account_id, args.replication_role),
        platform_role_arn(args.account_id, delivery_role(args.environment, "*")),
    )
    by_services = tuple(prefix(name, args.account_id) for name in STREAMS if name != "deployments")
    return archive_statements(bucket, args.account_id, deliverers, by_services, prefix("deployments", args.account_id))


def _recovery_access(args: AuditLogArgs) -> PrivateBucketArgs:
    """S3 delivers access logs only within a region. These are not copied: they tell of the copies' readers alone."""
    return PrivateBucketArgs(
        bucket=args.bucket("recovery-access"),
        account_id=args.account_id,
        region=args.recovery_region,
        key_arn=None,
        access_log_bucket=None,
        expire_days=args.retention_days["activity"],
        writers=(access_log_delivery(args.bucket("archive-recovery")),),
        protect=args.protect,
    )


def _landing(args: AuditLogArgs) -> PrivateBucketArgs:
    return PrivateBucketArgs(
        bucket=args.bucket("landing"),
        account_id=args.account_id,
        key_arn=args.landing_key.arn,
        access_log_bucket=args.access_logs.name,
        expire_days=args.landing_days,
        writers=(config_delivery(args.account_id, prefix("config", args.account_id)),),
        protect=args.protect,
    )
