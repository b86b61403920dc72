"""An S3 bucket that is never public, speaks TLS alone, keeps versions and ends its objects' lives on time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import s3

from components.bucket_policy import LogWriter, bucket_policy
from components.evidence.streams import ACCESS_LOG_PREFIX
from components.policy_document import Statement
from components.retention import Lifetime, LockMode
from components.tags import tagged

ABORT_UPLOADS_DAYS = 7  # parts of an upload that was given up cost money and are seen by nobody


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """What a bucket is for.

    `key_arn`: None only for a bucket that receives S3 access logs, which takes neither a customer key nor a
    lock: "You can use default bucket encryption on the destination bucket only if you use server-side
    encryption with Amazon S3 managed keys", and it "must not have an S3 Object Lock default retention
    period configuration" (S3 user guide, "Enabling Amazon S3 server access logging" and "Logging requests
    with server access logging"). `lock_days`: nobody can delete or change a version before it is so old; in mode
    COMPLIANCE not even root. Objects are kept for `expire_days`, or each as the one of `lifetimes` says whose prefix
    it has. `statements` are added to the bucket's policy. `region`: None for the provider's.
    """

    bucket: str
    account_id: str
    key_arn: Input[str] | None
    access_log_bucket: Input[str] | None  # None only for the bucket that receives the access logs
    expire_days: int | None  # None: only versions that were replaced come to an end, or what `lifetimes` say
    archive_days: int | None = None
    lifetimes: tuple[Lifetime, ...] = ()
    noncurrent_days: int = 90
    lock_days: int | None = None
    lock_mode: LockMode = "COMPLIANCE"
    statements: tuple[Statement, ...] = ()
    region: str | None = None
    writers: tuple[LogWriter, ...] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", self.bucket):
            raise ValueError(f"bucket must be 3 to 63 of a-z 0-9 - and not begin or end with -, got {self.bucket!r}")
        if (self.key_arn is None) != (self.access_log_bucket is None):
            raise ValueError(
                f"{self.bucket} must have both key_arn and access_log_bucket, or neither: see the docstring"
            )
        if self.key_arn is None and self.lock_days is not None:
            raise ValueError(f"{self.bucket} receives access logs, which S3 does not deliver to a locked bucket")
        if self.lifetimes and (self.expire_days, self.archive_days) != (None, None):
            raise ValueError(f"{self.bucket} must have either lifetimes, or expire_days and archive_days")
        shortest = min(one.expire_days or self.noncurrent_days for one in self.all_lifetimes())
        if self.lock_days is not None and not 1 <= self.lock_days <= shortest:
            allowed = f"1 to the shortest expire_days ({shortest})"
            raise ValueError(f"lock_days of {self.bucket} must be {allowed}, got {self.lock_days}")
        for one, other in pairwise(sorted(lifetime.prefix for lifetime in self.lifetimes)):
            if other.startswith(one):
                raise ValueError(f"lifetimes of {self.bucket} must not contain one another, got {one!r} and {other!r}")

    def all_lifetimes(self) -> tuple[Lifetime, ...]:
        """Those of prefixes, or else the one of the whole bucket."""
        whole = Lifetime(id="retention", prefix="", expire_days=self.expire_days, archive_days=self.archive_days)
        return self.lifetimes or (whole,)


class PrivateBucket(ComponentResource):
    """The bucket and all that makes it private. An unprotected one is destroyed with its objects, locks permitting."""

    name: Output[str]  # known in previews; whoever uses it waits for the bucket's policy
    arn: Output[str]

    def __init__(self, name: str, args: PrivateBucketArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:PrivateBucket", name, {}, opts)
        child = ResourceOptions(parent=self)
        bucket = s3.Bucket(
            name,
            region=args.region,
            bucket=args.bucket,
            force_destroy=not args.protect,
            object_lock_enabled=args.lock_days is not None,
            tags=tagged(name, args.tags),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        closed = s3.BucketPublicAccessBlock(
            name,
            region=args.region,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        s3.BucketOwnershipControls(
            name,
            region=args.region,
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=child,
        )
        versioning = s3.BucketVersioning(
            name,
            region=args.region,
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        s3.BucketServerSideEncryptionConfiguration(
            name, region=args.region, bucket=bucket.bucket, rules=[_encryption(args)], opts=child
        )
        after_versioning = ResourceOptions(parent=self, depends_on=[versioning])
        s3.BucketLifecycleConfiguration(
            name,
            region=args.region,
            bucket=bucket.bucket,
            rules=[_rule(one, args.noncurrent_days) for one in args.all_lifetimes()],
            opts=after_versioning,
        )
        if args.access_log_bucket is not None:
            s3.BucketLogging(
                name,
                region=args.region,
                bucket=bucket.bucket,
                target_bucket=args.access_log_bucket,
                target_prefix=f"{ACCESS_LOG_PREFIX}{args.bucket}/",
                opts=child,
            )
        if args.lock_days is not None:
            s3.BucketObjectLockConfiguration(
                name,
                region=args.region,
                bucket=bucket.bucket,
                rule={"default_retention": {"mode": args.lock_mode, "days": args.lock_days}},
                opts=after_versioning,
            )
        policy = s3.BucketPolicy(
            name,
            region=args.region,
            bucket=bucket.bucket,
            policy=json.dumps(bucket_policy(args.bucket, args.account_id, args.writers, args.statements)),
            opts=ResourceOptions(parent=self, depends_on=[closed]),  # S3 refuses two such changes at once
        )
        self.name = Output.all(bucket.bucket, policy.bucket).apply(lambda names: str(names[0]))
        self.arn = self.name.apply(lambda name: f"arn:aws:s3:::{name}")
        self.register_outputs({"name": self.name, "arn": self.arn})


def _encryption(args: PrivateBucketArgs) -> s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
    if args.key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    return {
        "apply_server_side_encryption_by_default": {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": args.key_arn,
        },
        "bucket_key_enabled": True,
    }


def _rule(lifetime: Lifetime, noncurrent_days: int) -> s3.BucketLifecycleConfigurationRuleArgsDict:
    rule: s3.BucketLifecycleConfigurationRuleArgsDict = {
        "id": lifetime.id,
        "status": "Enabled",
        "filter": {"prefix": lifetime.prefix} if lifetime.prefix else {},
        "noncurrent_version_expiration": {"noncurrent_days": noncurrent_days},
        "abort_incomplete_multipart_upload": {"days_after_initiation": ABORT_UPLOADS_DAYS},
    }
    if lifetime.expire_days is not None:
        rule["expiration"] = {"days": lifetime.expire_days}
    if lifetime.archive_days is not None:
        rule["transitions"] = [{"days": lifetime.archive_days, "storage_class": "GLACIER_IR"}]
    return rule
