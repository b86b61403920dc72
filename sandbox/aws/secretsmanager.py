"""Secrets, their versions, policies and rotation, through the Secrets Manager API."""

from __future__ import annotations

from typing import Any

from sandbox.forms import setting
from sandbox.model import Call, ResourceType, block, blocks, fields
from sandbox.resource import Resource
from sandbox.tagging import service_tags


def _read_secret(it: Resource) -> Any:
    """A secret that waits for its end is gone for the program, as for the official provider."""
    found = it.call("describe_secret", SecretId=it.id)
    replicas = [{"region": one["Region"]} for one in found.get("ReplicationStatus", [])]
    policy = it.call("get_resource_policy", SecretId=it.id).get("ResourcePolicy")
    return None if found.get("DeletedDate") else {**found, "replicas": replicas, "policy": policy}


def _write_policy(it: Resource) -> None:
    if "policy" in it.changed and it.inputs.get("policy"):
        it.call("put_resource_policy", SecretId=it.id, ResourcePolicy=it.inputs["policy"])


def _move_replicas(it: Resource) -> None:
    old, new = ({one["region"]: one for one in inputs.get("replicas") or []} for inputs in (it.old, it.inputs))
    if gone := sorted(old.keys() - new.keys()):
        it.call("remove_regions_from_replication", SecretId=it.id, RemoveReplicaRegions=gone)
    keys = {name: {"KmsKeyId": new[name]["kmsKeyId"]} if new[name].get("kmsKeyId") else {} for name in new}
    if added := [{"Region": name, **keys[name]} for name in sorted(new.keys() - old.keys())]:
        force = bool(it.inputs.get("forceOverwriteReplicaSecret"))
        call = "replicate_secret_to_regions"
        it.call(call, SecretId=it.id, AddReplicaRegions=added, ForceOverwriteReplicaSecret=force)


def _delete_secret(it: Resource) -> None:
    found = _read_secret(it)
    if not found:
        return
    if regions := [one["region"] for one in found["replicas"]]:
        it.call("remove_regions_from_replication", SecretId=it.id, RemoveReplicaRegions=regions)
    days = int(it.inputs.get("recoveryWindowInDays", 30))
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    it.call("delete_secret", SecretId=it.id, **how)


SECRET = ResourceType("aws:secretsmanager/secret:Secret", "secretsmanager",
    inputs=fields(  # namePrefix replaces: provider documentation
        """name* namePrefix*% description kmsKeyId policy:json~ recoveryWindowInDays:int%=30
        forceOverwriteReplicaSecret:bool%=false""",
        replicas=blocks("region! kmsKeyId", computed=True),
    ),
    autoname="name",
    create=(Call("create_secret", send=("name", "description", "kmsKeyId"), result="ARN"), _write_policy,
            _move_replicas),
    read=(_read_secret,),
    update=(Call("update_secret", args={"SecretId": "{id}"}, send=("description", "kmsKeyId")), _write_policy,
            _move_replicas),
    delete=(_delete_secret,),
    outputs=("arn",),
    tags=service_tags(read=""),
    unverified={"replicas.kmsKeyId": "moto encrypts every replica with the key of AWS"},
)  # fmt: skip


_VERSION = {"SecretId": "{secretId}", "VersionId": "{versionId}"}
_READ_VALUE = Call(
    "get_secret_value", args=_VERSION, send=(), result="merge(@, {secretId: '{secretId}', secretArn: ARN})"
)


def _drop_value(it: Resource) -> None:
    """A version goes when it has no stages left; the current one goes with its secret."""
    stages = it.run(Call("get_secret_value", args=_VERSION, send=(), result="VersionStages"))
    for stage in {*stages} - {"AWSCURRENT"}:
        moved = {"VersionStage": stage, "RemoveFromVersionId": "{versionId}"}
        it.run(Call("update_secret_version_stage", args=moved, send=("secretId",)))


SECRET_VERSION = ResourceType("aws:secretsmanager/secretVersion:SecretVersion", "secretsmanager",
    inputs=fields("secretId!* secretString*# secretBinary*# versionStages:list~"),
    create=(Call("put_secret_value", result="join('|', ['{secretId}', VersionId])"),),
    import_id=r"(?P<secretId>.+)\|(?P<versionId>[^|]+)",
    read=(_READ_VALUE,),
    delete=(_drop_value,),
    outputs=("arn", "secretArn", "versionId"),
)  # fmt: skip

SECRET_POLICY = setting("aws:secretsmanager/secretPolicy:SecretPolicy", "secretsmanager", "secretArn",
    fields("policy:json!@ResourcePolicy blockPublicPolicy:bool=false"),
    at="SecretId",
    put="put_resource_policy",
    get="get_resource_policy",
    result="ResourcePolicy && @",
    delete="delete_resource_policy",
    unverified={"blockPublicPolicy": "moto does not look for public access"},
)  # fmt: skip

SECRET_ROTATION = setting("aws:secretsmanager/secretRotation:SecretRotation", "secretsmanager", "secretId",
    fields("rotationLambdaArn rotateImmediately:bool=true",
           rotationRules=block("automaticallyAfterDays:int duration scheduleExpression")),
    put="rotate_secret",
    get="describe_secret",
    result="RotationEnabled && @",
    delete="cancel_rotate_secret",
    outputs=("rotationEnabled",),
    unverified={"rotateImmediately": "nothing rotates in the sandbox"},
)  # fmt: skip

TYPES = (SECRET, SECRET_VERSION, SECRET_POLICY, SECRET_ROTATION)
