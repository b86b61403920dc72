"""A type that is only read, in the form of the sandbox's tables."""

from collections.abc import Mapping
from typing import Any

from sandbox.model import Property, ResourceType, Step, Tagging
from sandbox.resource import Resource
from sandbox.tagging import answered_tags, tags_in


def reader(token: str, service: str, inputs: Mapping[str, Property], *read: Step, **options: Any) -> ResourceType:
    """`read` as in ResourceType; there are no steps that would change anything."""
    return ResourceType(token, service, inputs=inputs, create=(), read=read, delete=(), **options)


def tags(operation: str, key: str, on: str = "{id}") -> Tagging:
    """Tags that one call tells, given what the template `on` makes under `key`; they are never written."""

    def found(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
        answer = it.call(operation, **{key: it.fill(on)})
        return tags_in(next((value for name, value in answer.items() if "tag" in name.lower()), None))

    return Tagging(on_create=lambda _, __: {}, change=lambda _, __, ___: None, read=found)


# Tags that stand in the answer which describes the resource.
TOLD = Tagging(on_create=lambda _, __: {}, change=lambda _, __, ___: None, read=answered_tags)
