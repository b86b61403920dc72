"""What most EC2 types share: tags on creation, the usual calls, attributes that are changed one at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, Property, ResourceType, Tagging, keyed
from sandbox.resource import Resource
from sandbox.tagging import answered_tags, pairs

ARN = "arn:aws:ec2:{region}:{account}"


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


def ec2_type(
    token: str,
    noun: str,
    inputs: Mapping[str, Property],
    *,
    shown: str = "",
    kind: str = "",
    arn: str = "",
    **options: Any,
) -> ResourceType:
    """A type whose calls are named after it: create_vpc, describe_vpcs, delete_vpc.

    shown: what is made of the one that is described, as JMESPath after its list.
    kind: EC2's word for it in tags; `arn` is its word in ARNs, where it has one.
    """
    name = re.sub("(?<!^)([A-Z])", r"_\1", noun).lower()
    told: dict[str, Any] = {
        "create": (Call(f"create_{name}", result=f"{noun}.{noun}Id"),),
        "read": (described(f"describe_{name}s", f"{noun}Ids", f"{noun}s{shown}"),),
        "delete": (keyed(f"delete_{name}", f"{noun}Id"),),
        "formats": {"arn": f"{ARN}:{arn}/{{id}}"} if arn else {},
        "tags": ec2_tags(kind or arn),
    }
    return ResourceType(token, "ec2", inputs=inputs, **{**told, **options})


def attributes(operation: str, key: str, *names: str) -> tuple[Call, ...]:
    """One call for each attribute, as EC2 demands; on creation only where it differs from the default."""
    return tuple(Call(operation, args={key: "{id}"}, send=(name,), only=name) for name in names)


def described(operation: str, ids: str, result: str) -> Call:
    """The one resource with this id; `result` names the list in the answer, with a condition if need be."""
    return Call(operation, args={ids: ["{id}"]}, send=(), result=f"{result} | [0]")
