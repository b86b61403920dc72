"""Keys and aliases, through the KMS API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.forms import either
from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags


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


_ANY_KEY = "description~ policy:json~ deletionWindowInDays:int% bypassPolicyLockoutSafetyCheck:bool%=false"
_WRITE = (
    Call("update_key_description", args={"KeyId": "{id}"}, send=("description",), only="description"),
    Call("put_key_policy", args={"KeyId": "{id}", "PolicyName": "default"}, send=("policy",), only="policy"),
)
_SET_ROTATION = either("enableKeyRotation", "enable_key_rotation", "disable_key_rotation", "KeyId",
                       also="rotationPeriodInDays")  # fmt: skip
_DELETE = Call(
    "schedule_key_deletion", args={"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"}, send=()
)
KEY = ResourceType("aws:kms/key:Key", "kms",
    # the three that replace: provider documentation
    inputs=fields(f"""{_ANY_KEY} keyUsage*=ENCRYPT_DECRYPT customerMasterKeySpec*=SYMMETRIC_DEFAULT multiRegion:bool*~
           isEnabled:bool=true enableKeyRotation:bool=false rotationPeriodInDays:int~"""),
    create=(
        Call("create_key", result="KeyMetadata.KeyId"),
        _SET_ROTATION,
        either("isEnabled", "enable_key", "disable_key", "KeyId"),
    ),
    read=(_read_key,),
    update=(*_WRITE, _SET_ROTATION, either("isEnabled", "enable_key", "disable_key", "KeyId")),
    delete=(_DELETE,),
    outputs=("keyId", "arn"),
    tags=service_tags(read="list_resource_tags"),
    unverified={"rotationPeriodInDays": "moto rotates when told, but keeps no period"},
)  # fmt: skip


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


REPLICA_KEY = ResourceType("aws:kms/replicaKey:ReplicaKey", "kms",
    inputs=fields(f"{_ANY_KEY} primaryKeyArn!* enabled:bool=true"),  # the primary replaces: provider documentation
    create=(_replicate, *_WRITE, either("enabled", "enable_key", "disable_key", "KeyId")),
    read=(_read_key, _primary),
    update=(*_WRITE, either("enabled", "enable_key", "disable_key", "KeyId")),
    delete=(_DELETE,),
    outputs=("keyId", "arn", "keyRotationEnabled", "keySpec", "keyUsage"),
    tags=service_tags(read="list_resource_tags", later=True),
)  # fmt: skip


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


ALIAS = ResourceType("aws:kms/alias:Alias", "kms",
    inputs=fields("name*@AliasName namePrefix*% targetKeyId!"),  # namePrefix replaces: provider documentation
    autoname="name",
    autoname_format="alias/{name}",
    create=(Call("create_alias"),),
    id="{name}",
    read=(_read_alias,),
    update=(Call("update_alias", send=("name", "targetKeyId")),),
    delete=(keyed("delete_alias", "AliasName"),),
    outputs=("arn", "targetKeyArn"),
)  # fmt: skip

TYPES = (KEY, REPLICA_KEY, ALIAS)
