"""What most EC2 types share: tags on creation, the usual calls, attributes that are changed one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, Tagging
from sandbox.resource import Resource


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def ec2_tags(kind: str) -> Tagging:
    """Tags of an EC2 resource; `kind` is EC2's word for it in TagSpecifications."""

    def on_create(tags: Mapping[str, str]) -> Mapping[str, Any]:
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]} if tags else {}

    return Tagging(on_create=on_create, change=change_tags, read=read_tags)


def change_tags(it: Resource, put: Mapping[str, str], removed: frozenset[str]) -> None:
    if removed:
        it.call("delete_tags", Resources=[it.id], Tags=[{"Key": key} for key in sorted(removed)])
    if put:
        it.call("create_tags", Resources=[it.id], Tags=pairs(put))


def read_tags(_: Resource, answer: Mapping[str, Any]) -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags") or []}
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def attributes(operation: str, key: str, *names: str) -> tuple[Call, ...]:
    """One call for each attribute, as EC2 demands; on creation only where it differs from the default."""
    return tuple(Call(operation, args={key: "{id}"}, send=(name,), only=name) for name in names)


def described(operation: str, ids: str, result: str) -> Call:
    """The one resource with this id; `result` names the list in the answer, with a condition if need be."""
    return Call(operation, args={ids: ["{id}"]}, send=(), result=f"{result} | [0]")
