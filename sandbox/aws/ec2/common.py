"""What most EC2 types share: tags on creation, the usual calls, attributes that are changed one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, Tagging
from sandbox.resource import Resource
from sandbox.tagging import answered_tags, pairs


def ec2_tags(kind: str) -> Tagging:
    """Tags of an EC2 resource; `kind` is EC2's word for it in TagSpecifications."""

    def on_create(it: Resource, _: str) -> Mapping[str, Any]:
        tags = it.inputs.get("tagsAll")
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]} if tags else {}

    return Tagging(on_create=on_create, change=change_tags, read=answered_tags)


def change_tags(it: Resource, put: Mapping[str, str], removed: frozenset[str]) -> None:
    if removed:
        it.call("delete_tags", Resources=[it.id], Tags=[{"Key": key} for key in sorted(removed)])
    if put:
        it.call("create_tags", Resources=[it.id], Tags=pairs(put))


def attributes(operation: str, key: str, *names: str) -> tuple[Call, ...]:
    """One call for each attribute, as EC2 demands; on creation only where it differs from the default."""
    return tuple(Call(operation, args={key: "{id}"}, send=(name,), only=name) for name in names)


def described(operation: str, ids: str, result: str) -> Call:
    """The one resource with this id; `result` names the list in the answer, with a condition if need be."""
    return Call(operation, args={ids: ["{id}"]}, send=(), result=f"{result} | [0]")
