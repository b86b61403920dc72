"""How a service takes tags, as its own API model tells: what holds them, and how one tag is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.model import Tagging
from sandbox.resource import Resource

_On = str | Callable[[Resource], str]


def service_tags(
    on: _On = "",
    *,
    put: str = "tag_resource",
    remove: str = "untag_resource",
    read: str = "list_tags_for_resource",
    later: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Tagging:
    """Tags by three calls on what the template `on` names, or a function: its ARN, or its id if it has no other.

    read: empty where they stand in the answer that describes the resource.
    later: the call that creates has no room for tags, or its answer is no resource yet.
    extra: further fixed arguments of all three calls.
    """
    more = dict(extra or {})

    def change(it: Resource, changed: Mapping[str, str], removed: frozenset[str]) -> None:
        if removed:
            it.call(remove, **_target(it, remove, on or _arn(it), more), **more, **_keys(it, remove, removed))
        if changed:
            it.call(put, **_target(it, put, on or _arn(it), more), **more, **_tags(it, put, changed))

    def found(it: Resource, described: Mapping[str, Any]) -> dict[str, str]:
        if not read:
            return answered_tags(it, described)
        answer = it.call(read, **_target(it, read, on or _arn(it), more), **more)
        return tags_in(next((value for key, value in answer.items() if "tag" in key.lower()), None))

    return Tagging(on_create=creation_tags if not later else _none, change=change, read=found, later=later)


def answered_tags(_: Resource, answer: Mapping[str, Any]) -> dict[str, str]:
    """Tags that stand in the answer which describes the resource."""
    return tags_in(next((answer[key] for key in ("Tags", "tags", "TagList", "TagSet") if answer.get(key)), None))


def creation_tags(it: Resource, operation: str) -> dict[str, Any]:
    """The argument that gives the tags to the call that creates."""
    tags = it.inputs.get("tagsAll") or {}
    return _tags(it, operation, tags) if tags else {}


def tags_in(raw: Any) -> dict[str, str]:
    """Tags in any of AWS's forms, without AWS's own."""
    pairs = raw.items() if isinstance(raw, Mapping) else (_pair(one) for one in raw or ())
    return {key: value for key, value in pairs if not key.startswith("aws:")}


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _pair(one: Mapping[str, str]) -> tuple[str, str]:
    spelled = {key.lower().removeprefix("tag"): value for key, value in one.items()}
    return spelled["key"], spelled.get("value", "")


def _none(_: Resource, __: str) -> dict[str, Any]:
    return {}


def _target(it: Resource, operation: str, on: _On, more: Mapping[str, str]) -> dict[str, Any]:
    """The one argument that names the resource: a string, or a list of one."""
    shape = it.shape(operation)
    open_ = (key for key in shape.required_members if key not in more and not _is_tags(key, shape.members[key]))
    name, value = next(open_), on(it) if callable(on) else it.fill(on)
    return {name: [value] if shape.members[name].type_name == "list" else value}


def _arn(it: Resource) -> str:
    return it.type.formats.get("arn", "{id}")


def _is_tags(name: str, shape: Any) -> bool:
    return "tag" in name.lower() and shape.type_name in ("list", "map")


def _tags(it: Resource, operation: str, tags: Mapping[str, str]) -> dict[str, Any]:
    for name, shape in it.shape(operation).members.items():
        if _is_tags(name, shape) and shape.type_name == "map":
            return {name: dict(tags)}
        if _is_tags(name, shape) and shape.member.type_name == "structure":
            key, value = sorted(shape.member.members, key=lambda member: member.lower().endswith("value"))[:2]
            return {name: [{key: one, value: tags[one]} for one in sorted(tags)]}
    raise ValueError(f"{it.type.token} takes tags, but {operation} has no room for them: say `later`")


def _keys(it: Resource, operation: str, removed: frozenset[str]) -> dict[str, Any]:
    name, shape = next((key, one) for key, one in it.shape(operation).members.items() if _is_tags(key, one))
    keys = sorted(removed)
    return {name: [{"Key": key} for key in keys] if shape.member.type_name == "structure" else keys}
