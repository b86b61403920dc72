"""Keys and aliases, through the KMS API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.model import Call, Property, ResourceType, document, flag, keyed, number, text
from sandbox.resource import Resource
from sandbox.tagging import service_tags


def _set_rotation(it: Resource) -> None:
    if not it.id or not {"enableKeyRotation", "rotationPeriodInDays"} & it.changed:
        return
    if it.inputs.get("enableKeyRotation"):
        period = it.inputs.get("rotationPeriodInDays")
        it.call("enable_key_rotation", KeyId=it.id, **({"RotationPeriodInDays": period} if period else {}))
    elif it.old.get("enableKeyRotation"):
        it.call("disable_key_rotation", KeyId=it.id)


def _set_enabled(it: Resource) -> None:
    now, before = (_is_enabled(inputs) for inputs in (it.inputs, it.old))
    if now is not before:
        it.call("enable_key" if now else "disable_key", KeyId=it.id)


def _is_enabled(inputs: Mapping[str, Any]) -> bool:
    return inputs.get("isEnabled") is not False and inputs.get("enabled") is not False


def _read_key(it: Resource) -> Any:
    found = it.call("describe_key", KeyId=it.id)["KeyMetadata"]
    if found["KeyState"] == "PendingDeletion":
        return None
    rotation = it.call("get_key_rotation_status", KeyId=it.id)
    return {
        **found,
        **it.call("get_key_policy", KeyId=it.id, PolicyName="default"),
        "isEnabled": found["Enabled"],
        "enableKeyRotation": rotation["KeyRotationEnabled"],
        "keyRotationEnabled": rotation["KeyRotationEnabled"],
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
    }


_ANY_KEY: dict[str, Property] = {
    "description": text(computed=True),
    "policy": document(computed=True),
    "deletionWindowInDays": number(local=True),
    "bypassPolicyLockoutSafetyCheck": flag(default=False, local=True),
}
_WRITE = (
    Call("update_key_description", args={"KeyId": "{id}"}, send=("description",), only="description"),
    Call("put_key_policy", args={"KeyId": "{id}", "PolicyName": "default"}, send=("policy",), only="policy"),
)
_DELETE = Call(
    "schedule_key_deletion", args={"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"}, send=()
)
KEY = ResourceType(
    "aws:kms/key:Key",
    "kms",
    inputs={
        **_ANY_KEY,
        "keyUsage": text(default="ENCRYPT_DECRYPT", replace=True),  # replaces: provider documentation, so the next two
        "customerMasterKeySpec": text(default="SYMMETRIC_DEFAULT", replace=True),
        "multiRegion": flag(computed=True, replace=True),
        "isEnabled": flag(default=True),
        "enableKeyRotation": flag(default=False),
        "rotationPeriodInDays": number(computed=True),
    },
    create=(Call("create_key", result="KeyMetadata.KeyId"), _set_rotation, _set_enabled),
    read=(_read_key,),
    update=(*_WRITE, _set_rotation, _set_enabled),
    delete=(_DELETE,),
    outputs=("keyId", "arn"),
    tags=service_tags(read="list_resource_tags"),
    unverified={"rotationPeriodInDays": "moto rotates when told, but keeps no period"},
)


def _replicate(it: Resource) -> str:
    _, _, _, home, _, resource = it.inputs["primaryKeyArn"].split(":")
    args = {"KeyId": resource.removeprefix("key/"), "ReplicaRegion": it.region}
    it.session.call("kms", "replicate_key", args, region=home, gone=it.caller_gone)
    return str(args["KeyId"])


def _primary(it: Resource) -> Any:
    return {
        "primaryKeyArn": it.call("describe_key", KeyId=it.id)["KeyMetadata"]["MultiRegionConfiguration"]["PrimaryKey"][
            "Arn"
        ]
    }


REPLICA_KEY = ResourceType(
    "aws:kms/replicaKey:ReplicaKey",
    "kms",
    inputs={
        **_ANY_KEY,
        "primaryKeyArn": text(required=True, replace=True),  # replaces: provider documentation
        "enabled": flag(default=True),
    },
    create=(_replicate, *_WRITE, _set_enabled),
    read=(_read_key, _primary),
    update=(*_WRITE, _set_enabled),
    delete=(_DELETE,),
    outputs=("keyId", "arn", "keyRotationEnabled", "keySpec", "keyUsage"),
    tags=service_tags(read="list_resource_tags", later=True),
)


def _read_alias(it: Resource) -> Any:
    alias = next((one for one in _aliases(it) if one["AliasName"] == it.id), None)
    arn = f"arn:aws:kms:{it.region}:{it.session.account}:key/{alias['TargetKeyId']}" if alias else ""
    mine = {"targetKeyId": arn} if it.inputs.get("targetKeyId") == arn else {}
    return alias and {**alias, "name": it.id, "arn": alias["AliasArn"], "targetKeyArn": arn, **mine}


def _aliases(it: Resource) -> Iterator[dict[str, str]]:
    marker: dict[str, str] = {}
    while True:
        page = it.call("list_aliases", **marker)
        yield from page["Aliases"]
        if not page.get("NextMarker"):
            return
        marker = {"Marker": page["NextMarker"]}


ALIAS = ResourceType(
    "aws:kms/alias:Alias",
    "kms",
    inputs={
        "name": text(boto="AliasName", replace=True),
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
        "targetKeyId": text(required=True),
    },
    autoname="name",
    autoname_format="alias/{name}",
    create=(Call("create_alias"),),
    id="{name}",
    read=(_read_alias,),
    update=(Call("update_alias", send=("name", "targetKeyId")),),
    delete=(keyed("delete_alias", "AliasName"),),
    outputs=("arn", "targetKeyArn"),
    unique=True,
)

TYPES = (KEY, REPLICA_KEY, ALIAS)
