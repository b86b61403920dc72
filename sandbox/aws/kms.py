"""Keys and aliases, through the KMS API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, document, flag, keyed, number, text
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
    wanted = it.inputs.get("isEnabled") is not False
    if wanted is not (it.old.get("isEnabled") is not False):
        it.call("enable_key" if wanted else "disable_key", KeyId=it.id)


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
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
    }


KEY = ResourceType(
    "aws:kms/key:Key",
    "kms",
    inputs={
        "description": text(computed=True),
        "policy": document(computed=True),
        "keyUsage": text(default="ENCRYPT_DECRYPT", replace=True),  # replaces: provider documentation, so the next two
        "customerMasterKeySpec": text(default="SYMMETRIC_DEFAULT", replace=True),
        "multiRegion": flag(computed=True, replace=True),
        "isEnabled": flag(default=True),
        "enableKeyRotation": flag(default=False),
        "rotationPeriodInDays": number(computed=True),
        "deletionWindowInDays": number(local=True),
        "bypassPolicyLockoutSafetyCheck": flag(default=False, local=True),
    },
    create=(Call("create_key", result="KeyMetadata.KeyId"), _set_rotation, _set_enabled),
    read=(_read_key,),
    update=(
        Call(
            "update_key_description",
            args={"KeyId": "{id}"},
            send=("description",),
            only="description",
        ),
        Call(
            "put_key_policy",
            args={"KeyId": "{id}", "PolicyName": "default"},
            send=("policy",),
            only="policy",
        ),
        _set_rotation,
        _set_enabled,
    ),
    delete=(
        Call(
            "schedule_key_deletion",
            args={"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"},
            send=(),
        ),
    ),
    outputs=("keyId", "arn"),
    tags=service_tags(read="list_resource_tags"),
    unverified={"rotationPeriodInDays": "moto rotates when told, but keeps no period"},
)


def _read_alias(it: Resource) -> Any:
    for page in _pages(it):
        for alias in page["Aliases"]:
            if alias["AliasName"] == it.id:
                key = alias["TargetKeyId"]
                mine = it.inputs.get("targetKeyId", "")
                arn = f"arn:aws:kms:{it.region}:{it.session.account}:key/{key}"
                return {
                    "name": it.id,
                    "arn": alias["AliasArn"],
                    "targetKeyId": mine if mine == arn else key,
                    "targetKeyArn": arn,
                }
    return None


def _pages(it: Resource) -> Any:
    marker: dict[str, str] = {}
    while True:
        page = it.call("list_aliases", **marker)
        yield page
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

TYPES = (KEY, ALIAS)
