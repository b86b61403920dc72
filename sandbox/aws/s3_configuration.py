"""A bucket's configurations that are resources of their own, through the S3 API: put, get, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forms import setting
from sandbox.model import Call, Property, ResourceType, block, blocks, each, flag, mapping, number, text


def _configuration(name: str, inputs: Mapping[str, Property], call: str, **options: Any) -> ResourceType:
    """All of them are keyed by the bucket; most calls differ in the verb alone."""
    calls = {"put": f"put_{call}", "get": f"get_{call}", "delete": f"delete_{call}"}
    return setting(f"aws:s3/{name[0].lower()}{name[1:]}:{name}", "s3", "bucket", inputs, **{**calls, **options})


def _put(call: str, **settings: Any) -> Call:
    """Another way to end a configuration: write what it was before."""
    return Call(f"put_{call}", args={"Bucket": "{bucket}", **settings}, send=())


OWNERSHIP = _configuration(
    "BucketOwnershipControls",
    {"rule": block({"objectOwnership": text(required=True)}, required=True)},
    "bucket_ownership_controls",
    into="OwnershipControls",
    result="OwnershipControls",
)

VERSIONING = _configuration(
    "BucketVersioning",
    {"versioningConfiguration": block({"status": text(required=True), "mfaDelete": text()}, required=True)},
    "bucket_versioning",
    result="Status && {versioningConfiguration: @}",
    # AWS cannot take versioning away, only suspend it
    delete=_put("bucket_versioning", VersioningConfiguration={"Status": "Suspended"}),
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
    "bucket_encryption",
    into="ServerSideEncryptionConfiguration",
    result="ServerSideEncryptionConfiguration",
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
    "bucket_logging",
    into="BucketLoggingStatus.LoggingEnabled",
    result="LoggingEnabled",
    delete=_put("bucket_logging", BucketLoggingStatus={}),
    unverified={"targetObjectKeyFormat": "moto takes the key format and forgets it"},
)

OBJECT_LOCK = _configuration(
    "BucketObjectLockConfiguration",
    {
        "objectLockEnabled": text(default="Enabled"),
        "rule": block({"defaultRetention": block({"mode": text(), "days": number(), "years": number()})}),
    },
    "object_lock_configuration",
    into="ObjectLockConfiguration",
    result="ObjectLockConfiguration",
    # AWS cannot take the lock away either, only the default retention
    delete=_put("object_lock_configuration", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}),
)

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
    "bucket_lifecycle_configuration",
    into="LifecycleConfiguration",
    delete="delete_bucket_lifecycle",
    unverified=dict.fromkeys(
        (
            *("rules.filter.objectSizeGreaterThan", "rules.filter.objectSizeLessThan"),
            *("rules.filter.and.objectSizeGreaterThan", "rules.filter.and.objectSizeLessThan"),
            "rules.noncurrentVersionExpiration.newerNoncurrentVersions",
            "rules.noncurrentVersionTransitions.newerNoncurrentVersions",
        ),
        "moto does not store it",
    ),
)

_STATUS = block({"status": text(required=True)})
_TAG = block(each(text, "key value", required=True))
_MINUTES = block({"minutes": number(required=True)})
_DESTINATION = {
    "bucket": text(required=True),
    **each(text, "account storageClass"),
    "accessControlTranslation": block({"owner": text(required=True)}),
    "encryptionConfiguration": block(
        {"replicaKmsKeyId": text(required=True)},
    ),
    "metrics": block({"status": text(required=True), "eventThreshold": _MINUTES}),
    "replicationTime": block({"status": text(required=True), "time": _MINUTES}),
}
_REPLICATION_RULE = {
    "id": text(computed=True),
    "status": text(required=True),
    "priority": number(),
    "prefix": text(),
    "filter": block({"prefix": text(), "tag": _TAG, "and": block({"prefix": text(), "tags": mapping()})}),
    **dict.fromkeys(("deleteMarkerReplication", "existingObjectReplication"), _STATUS),
    "destination": block(_DESTINATION, required=True),
    "sourceSelectionCriteria": block({"replicaModifications": _STATUS, "sseKmsEncryptedObjects": _STATUS}),
}
REPLICATION = _configuration(
    "BucketReplicationConfig",
    {"role": text(required=True), "rules": blocks(_REPLICATION_RULE, required=True), "token": text(secret=True)},
    "bucket_replication",
    into="ReplicationConfiguration",
    result="ReplicationConfiguration",
    unverified={"token": "moto knows no token to enable replication with a lock"},
)

TYPES = (OWNERSHIP, VERSIONING, ENCRYPTION, LOGGING, OBJECT_LOCK, LIFECYCLE, REPLICATION)
