"""A bucket's configurations that are resources of their own, through the S3 API: put, get, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, Property, ResourceType, Step, block, blocks, flag, number, text


def _configuration(
    name: str,
    inputs: Mapping[str, Property],
    *,
    put: str,
    into: str,
    get: str,
    result: str,
    delete: tuple[Step, ...],
    unverified: Mapping[str, str] | None = None,
    common: Mapping[str, Any] | None = None,
) -> ResourceType:
    """All of them are keyed by the bucket, written whole, and read with one call."""
    write = Call(put, args={"Bucket": "{bucket}", **(common or {})}, into=into, send=tuple(inputs))
    return ResourceType(
        f"aws:s3/{name[0].lower()}{name[1:]}:{name}",
        "s3",
        inputs={"bucket": text(required=True, replace=True), **inputs},
        id="{bucket}",
        import_id="(?P<bucket>.+)",
        create=(write,),
        read=(Call(get, result=result), lambda it: {"bucket": it.id}),
        update=(write,),
        delete=delete,
        unverified=unverified or {},
    )


OWNERSHIP = _configuration(
    "BucketOwnershipControls",
    {"rule": block({"objectOwnership": text(required=True)}, required=True)},
    put="put_bucket_ownership_controls",
    into="OwnershipControls",
    get="get_bucket_ownership_controls",
    result="OwnershipControls",
    delete=(Call("delete_bucket_ownership_controls"),),
)

VERSIONING = _configuration(
    "BucketVersioning",
    {"versioningConfiguration": block({"status": text(required=True), "mfaDelete": text()}, required=True)},
    put="put_bucket_versioning",
    into="",
    get="get_bucket_versioning",
    result="Status && {versioningConfiguration: @}",
    delete=(  # AWS cannot take versioning away, only suspend it
        Call(
            "put_bucket_versioning",
            args={"Bucket": "{bucket}", "VersioningConfiguration": {"Status": "Suspended"}},
            send=(),
        ),
    ),
    unverified={"versioningConfiguration.mfaDelete": "moto does not store MFA delete"},
)

ENCRYPTION = _configuration(
    "BucketServerSideEncryptionConfiguration",
    {
        "rules": blocks(
            {
                "applyServerSideEncryptionByDefault": block(
                    {"sseAlgorithm": text(required=True), "kmsMasterKeyId": text()}
                ),
                "bucketKeyEnabled": flag(),
            },
            required=True,
        )
    },
    put="put_bucket_encryption",
    into="ServerSideEncryptionConfiguration",
    get="get_bucket_encryption",
    result="ServerSideEncryptionConfiguration",
    delete=(Call("delete_bucket_encryption"),),
)

LOGGING = _configuration(
    "BucketLogging",
    {
        "targetBucket": text(required=True),
        "targetPrefix": text(required=True),
        "targetObjectKeyFormat": block(
            {"partitionedPrefix": block({"partitionDateSource": text()}), "simplePrefix": block({})}
        ),
    },
    put="put_bucket_logging",
    into="BucketLoggingStatus.LoggingEnabled",
    get="get_bucket_logging",
    result="LoggingEnabled",
    delete=(Call("put_bucket_logging", args={"Bucket": "{bucket}", "BucketLoggingStatus": {}}, send=()),),
    unverified={"targetObjectKeyFormat": "moto takes the key format and forgets it"},
)

OBJECT_LOCK = _configuration(
    "BucketObjectLockConfiguration",
    {
        "objectLockEnabled": text(default="Enabled"),
        "rule": block({"defaultRetention": block({"mode": text(), "days": number(), "years": number()})}),
    },
    put="put_object_lock_configuration",
    into="ObjectLockConfiguration",
    get="get_object_lock_configuration",
    result="ObjectLockConfiguration",
    delete=(  # AWS cannot take the lock away either, only the default retention
        Call(
            "put_object_lock_configuration",
            args={"Bucket": "{bucket}", "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
            send=(),
        ),
    ),
)

_NOT_STORED = "moto does not store it"
_TRANSITION = {"storageClass": text(required=True), "days": number()}
_OLD = {"noncurrentDays": number(), "newerNoncurrentVersions": number()}
_SIZES = {"objectSizeGreaterThan": number(), "objectSizeLessThan": number()}
LIFECYCLE = _configuration(
    "BucketLifecycleConfiguration",
    {
        "rules": blocks(
            {
                "id": text(required=True),
                "status": text(required=True),
                "filter": block(
                    {
                        "prefix": text(),
                        "tag": block({"key": text(required=True), "value": text(required=True)}),
                        "and": block({"prefix": text(), "tags": Property(kind="map"), **_SIZES}),
                        **_SIZES,
                    }
                ),
                "expiration": block({"days": number(), "expiredObjectDeleteMarker": flag()}),
                "noncurrentVersionExpiration": block(_OLD),
                "abortIncompleteMultipartUpload": block({"daysAfterInitiation": number()}),
                "transitions": blocks(_TRANSITION),
                "noncurrentVersionTransitions": blocks({**_OLD, "storageClass": text(required=True)}),
            }
        )
    },
    put="put_bucket_lifecycle_configuration",
    into="LifecycleConfiguration",
    get="get_bucket_lifecycle_configuration",
    result="@",
    delete=(Call("delete_bucket_lifecycle"),),
    unverified={
        "rules.filter.objectSizeGreaterThan": _NOT_STORED,
        "rules.filter.objectSizeLessThan": _NOT_STORED,
        "rules.filter.and.objectSizeGreaterThan": _NOT_STORED,
        "rules.filter.and.objectSizeLessThan": _NOT_STORED,
        "rules.noncurrentVersionExpiration.newerNoncurrentVersions": _NOT_STORED,
        "rules.noncurrentVersionTransitions.newerNoncurrentVersions": _NOT_STORED,
    },
)

TYPES = (OWNERSHIP, VERSIONING, ENCRYPTION, LOGGING, OBJECT_LOCK, LIFECYCLE)
