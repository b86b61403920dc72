"""A bucket's configurations that are resources of their own, through the S3 API: put, get, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forms import setting
from sandbox.model import Call, Property, ResourceType, block, blocks, fields


def _configuration(name: str, inputs: Mapping[str, Property], call: str, **options: Any) -> ResourceType:
    """All of them are keyed by the bucket; most calls differ in the verb alone."""
    calls = {"put": f"put_{call}", "get": f"get_{call}", "delete": f"delete_{call}"}
    return setting(f"aws:s3/{name[0].lower()}{name[1:]}:{name}", "s3", "bucket", inputs, **{**calls, **options})


def _put(call: str, **settings: Any) -> Call:
    """Another way to end a configuration: write what it was before."""
    return Call(f"put_{call}", args={"Bucket": "{bucket}", **settings}, send=())


OWNERSHIP = _configuration("BucketOwnershipControls",
    {"rule": block("objectOwnership!", required=True)},
    "bucket_ownership_controls",
    into="OwnershipControls",
    result="OwnershipControls",
)  # fmt: skip

VERSIONING = _configuration("BucketVersioning",
    {"versioningConfiguration": block("status! mfaDelete", required=True)},
    "bucket_versioning",
    result="Status && {versioningConfiguration: @}",
    # AWS cannot take versioning away, only suspend it
    delete=_put("bucket_versioning", VersioningConfiguration={"Status": "Suspended"}),
    unverified={"versioningConfiguration.mfaDelete": "moto does not store MFA delete"},
)  # fmt: skip

_BY_DEFAULT = block("sseAlgorithm! kmsMasterKeyId")
_ENCRYPTION = fields("bucketKeyEnabled:bool", applyServerSideEncryptionByDefault=_BY_DEFAULT)
ENCRYPTION = _configuration("BucketServerSideEncryptionConfiguration",
    {"rules": blocks(_ENCRYPTION, required=True)},
    "bucket_encryption",
    into="ServerSideEncryptionConfiguration",
    result="ServerSideEncryptionConfiguration",
)  # fmt: skip

_KEY_FORMAT = {"partitionedPrefix": block("partitionDateSource"), "simplePrefix": block("")}
LOGGING = _configuration("BucketLogging",
    fields("targetBucket! targetPrefix!", targetObjectKeyFormat=block(_KEY_FORMAT)),
    "bucket_logging",
    into="BucketLoggingStatus.LoggingEnabled",
    result="LoggingEnabled",
    delete=_put("bucket_logging", BucketLoggingStatus={}),
    unverified={"targetObjectKeyFormat": "moto takes the key format and forgets it"},
)  # fmt: skip

OBJECT_LOCK = _configuration("BucketObjectLockConfiguration",
    fields("objectLockEnabled=Enabled", rule=block({"defaultRetention": block("mode days:int years:int")})),
    "object_lock_configuration",
    into="ObjectLockConfiguration",
    result="ObjectLockConfiguration",
    # AWS cannot take the lock away either, only the default retention
    delete=_put("object_lock_configuration", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}),
)  # fmt: skip

_SIZES = "objectSizeGreaterThan:int objectSizeLessThan:int"
_TAG = block("key! value!")
_OLD = "noncurrentDays:int newerNoncurrentVersions:int"
LIFECYCLE = _configuration("BucketLifecycleConfiguration",
    {"rules": blocks(fields(
        "id! status!",
        filter=block({**fields(f"prefix {_SIZES}", tag=_TAG), "and": block(f"prefix tags:map {_SIZES}")}),
        expiration=block("days:int expiredObjectDeleteMarker:bool"),
        noncurrentVersionExpiration=block(_OLD),
        abortIncompleteMultipartUpload=block("daysAfterInitiation:int"),
        transitions=blocks("storageClass! days:int"),
        noncurrentVersionTransitions=blocks(f"{_OLD} storageClass!"),
    ))},
    "bucket_lifecycle_configuration",
    into="LifecycleConfiguration",
    delete="delete_bucket_lifecycle",
    unverified=dict.fromkeys((
        *("rules.filter.objectSizeGreaterThan", "rules.filter.objectSizeLessThan"),
        *("rules.filter.and.objectSizeGreaterThan", "rules.filter.and.objectSizeLessThan"),
        "rules.noncurrentVersionExpiration.newerNoncurrentVersions",
        "rules.noncurrentVersionTransitions.newerNoncurrentVersions",
    ), "moto does not store it"),
)  # fmt: skip

_STATUS, _MINUTES = block("status!"), block("minutes:int!")
_DESTINATION = fields(
    "bucket! account storageClass",
    accessControlTranslation=block("owner!"),
    encryptionConfiguration=block("replicaKmsKeyId!"),
    metrics=block(fields("status!", eventThreshold=_MINUTES)),
    replicationTime=block(fields("status!", time=_MINUTES)),
)
REPLICATION = _configuration("BucketReplicationConfig",
    fields("role! token#", rules=blocks(fields(
        "id~ status! priority:int prefix",
        filter=block({**fields("prefix", tag=_TAG), "and": block("prefix tags:map")}),
        deleteMarkerReplication=_STATUS,
        existingObjectReplication=_STATUS,
        destination=block(_DESTINATION, required=True),
        sourceSelectionCriteria=block({"replicaModifications": _STATUS, "sseKmsEncryptedObjects": _STATUS}),
    ), required=True)),
    "bucket_replication",
    into="ReplicationConfiguration",
    result="ReplicationConfiguration",
    unverified={"token": "moto knows no token to enable replication with a lock"},
)  # fmt: skip

TYPES = (OWNERSHIP, VERSIONING, ENCRYPTION, LOGGING, OBJECT_LOCK, LIFECYCLE, REPLICATION)
