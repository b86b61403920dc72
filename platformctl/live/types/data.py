"""Where data lies: buckets, snapshots, secrets and backups, as AWS tells them beyond what moto keeps."""

import dataclasses
from typing import Any

from platformctl.live.types.reader import reader
from policies import tokens
from sandbox.aws import kms, s3, secretsmanager
from sandbox.aws.backup import VAULT_LOCK
from sandbox.model import Call, ResourceType, block, blocks, fields
from sandbox.resource import Resource
from sandbox.retry import AwsError

_LEAST_GRACE_DAYS = 3  # API reference, PutBackupVaultLockConfiguration


def _bucket(it: Resource) -> Any:
    """Without HeadBucket, which needs the right to list what is in it."""
    try:
        lock = it.call("get_object_lock_configuration", Bucket=it.id)["ObjectLockConfiguration"]
    except AwsError as error:
        if error.code != "ObjectLockConfigurationNotFoundError":
            raise
        lock = {}
    return {"bucket": it.id, "objectLockEnabled": lock.get("ObjectLockEnabled") == "Enabled"}


BUCKET = dataclasses.replace(s3.BUCKET, read=(_bucket,))


def _acl(it: Resource) -> Any:
    """Only one that gives something to others than the owner: without it a bucket is private."""
    found = it.call("get_bucket_acl", Bucket=it.id)
    owner = found["Owner"].get("ID")
    grants = [one["Permission"] for one in found.get("Grants", []) if one["Grantee"].get("ID") != owner]
    return (
        {"bucket": it.id, "accessControlPolicy": {"grants": [{"permission": one} for one in grants]}}
        if grants
        else None
    )


BUCKET_ACL = reader(
    tokens.BUCKET_ACL, "s3", fields("bucket!", accessControlPolicy=block(grants=blocks("permission"))), _acl
)


def _secret(it: Resource) -> Any:
    """With the keys of its replicas, which moto does not tell apart."""
    found = it.call("describe_secret", SecretId=it.id)
    replicas = [
        {"region": one["Region"], "kmsKeyId": one.get("KmsKeyId")} for one in found.get("ReplicationStatus", [])
    ]
    policy = it.call("get_resource_policy", SecretId=it.id).get("ResourcePolicy")
    return None if found.get("DeletedDate") else {**found, "replicas": replicas, "policy": policy}


SECRET = dataclasses.replace(secretsmanager.SECRET, read=(_secret,))


def _customers(kind: ResourceType, *, replica: bool) -> ResourceType:
    """Keys of ours, the two types apart: those of AWS have other rules, and the listing tells neither."""

    def manager(it: Resource) -> Any:
        told = it.call("describe_key", KeyId=it.id)["KeyMetadata"]
        primary = told.get("MultiRegionConfiguration", {}).get("PrimaryKey", {}).get("Region")
        is_replica = primary not in (None, it.region)
        return {} if told["KeyManager"] == "CUSTOMER" and is_replica is replica else None

    return dataclasses.replace(kind, read=(manager, *kind.read))


def _snapshot(token: str, infix: str) -> ResourceType:
    """A manual snapshot with the accounts that may restore it; `infix` tells those of clusters in RDS's names."""
    kind, key = "db_cluster" if infix else "db", f"DB{infix}SnapshotIdentifier"
    listed = f"describe_{kind}_snapshots"
    attributes = f"DB{infix}SnapshotAttributesResult.DB{infix}SnapshotAttributes"
    shared = f"{attributes}[?AttributeName == 'restore'].AttributeValues[] | {{sharedAccounts: @}}"
    identifier = f"db{infix}SnapshotIdentifier"
    return reader(
        token,
        "rds",
        fields(f"{identifier}@{key} sharedAccounts:list kmsKeyId storageEncrypted:bool"),
        Call(listed, args={key: "{id}"}, send=(), result=f"DB{infix}Snapshots[0]"),
        Call(f"describe_{kind}_snapshot_attributes", args={key: "{id}"}, send=(), result=shared),
        formats={"arn": f"arn:aws:rds:{{region}}:{{account}}:{'cluster-' if infix else ''}snapshot:{{id}}"},
    )


def _lock(it: Resource) -> Any:
    """A lock with a date is one that nobody can take away from that day on."""
    found = it.call("describe_backup_vault", BackupVaultName=it.id)
    final = {"ChangeableForDays": _LEAST_GRACE_DAYS} if found.get("LockDate") else {}
    return {**found, **final} if found.get("Locked") else None


VAULT_POLICY = reader(
    tokens.BACKUP_VAULT_POLICY,
    "backup",
    fields("backupVaultName! policy:json!"),
    Call("get_backup_vault_access_policy", args={"BackupVaultName": "{id}"}, send=()),
)
_PAIRS = blocks("key@ConditionKey value@ConditionValue")
_CONDITIONS = dict.fromkeys(("stringEquals", "stringLikes", "stringNotEquals", "stringNotLikes"), _PAIRS)
SELECTION = reader(
    tokens.BACKUP_SELECTION,
    "backup",
    fields(
        "planId name@SelectionName iamRoleArn resources:list notResources:list",
        selectionTags=blocks("type@ConditionType key@ConditionKey value@ConditionValue", boto="ListOfTags"),
        conditions=block(_CONDITIONS),
    ),
    Call(
        "get_backup_selection",
        args={"BackupPlanId": "{planId}", "SelectionId": "{selection}"},
        send=(),
        result="BackupSelection.merge(@, {planId: '{planId}'})",
    ),
    import_id=r"(?P<planId>[^|]+)\|(?P<selection>.+)",
)

TYPES = (
    *(BUCKET, BUCKET_ACL, SECRET, VAULT_POLICY, SELECTION),
    dataclasses.replace(VAULT_LOCK, read=(_lock,)),
    _customers(kms.KEY, replica=False),
    _customers(kms.REPLICA_KEY, replica=True),
    _snapshot(tokens.DATABASE_SNAPSHOT, ""),
    _snapshot(tokens.DATABASE_CLUSTER_SNAPSHOT, "Cluster"),
)
