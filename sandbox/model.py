"""What a resource type is: its properties and the AWS calls that create, read, update and delete it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.driver import Resource

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Property:
    """One input. `kind`: string, integer, boolean, json, strings, map, object or objects (these two have `fields`).

    replace: a change replaces the resource. computed: AWS chooses a value when none is given. ordered: the order of
    a list matters. local: kept by the provider, AWS has no such thing (forceDestroy). boto: the name in AWS's API where it is not the camelCase name with another case or number.
    """

    kind: str
    required: bool = False
    replace: bool = False
    computed: bool = False
    ordered: bool = False
    default: Any = None
    local: bool = False
    boto: str = ""
    fields: Mapping[str, Property] = field(default_factory=lambda: NOTHING)


def text(**options: Any) -> Property:
    return Property(kind="string", **options)


def number(**options: Any) -> Property:
    return Property(kind="integer", **options)


def flag(**options: Any) -> Property:
    return Property(kind="boolean", **options)


def document(**options: Any) -> Property:
    """A JSON document in a string: compared by meaning, not by spelling."""
    return Property(kind="json", **options)


def texts(**options: Any) -> Property:
    return Property(kind="strings", **options)


def block(fields: Mapping[str, Property], **options: Any) -> Property:
    return Property(kind="object", fields=fields, **options)


def blocks(fields: Mapping[str, Property], **options: Any) -> Property:
    return Property(kind="objects", fields=fields, **options)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One AWS call. `operation` is boto3's method name; `send` the inputs that go into it (None: all it has room for).

    args: further arguments; "{id}", "{region}", "{account}" and "{anyInput}" are filled in. into: the member of the
    request that holds the inputs, if not the request itself. result: JMESPath of the answer (create: the new id;
    read: the object whose members are the properties). only: skipped unless this input is set (create) or changed (update).
    """

    operation: str
    args: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    send: tuple[str, ...] | None = None
    into: str = ""
    result: str = ""
    only: str = ""


Step = Call | Callable[["Resource"], Any]


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service takes and gives tags: on creation, by a change (set, removed), and as part of a reading."""

    on_create: Callable[[Mapping[str, str]], Mapping[str, Any]]
    change: Callable[[Resource, Mapping[str, str], frozenset[str]], None]
    read: Callable[[Resource, Mapping[str, Any]], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A type that the sandbox serves.

    create: the first step gives the id (a Call's `result`, or what a function returns; `id` is a template used
    instead). read: steps whose objects are merged; a function returns a dictionary or None when the resource is gone.
    update: steps run with the changed inputs; a Call runs when an input of its `send` (or `only`) changed.
    outputs: computed properties taken from the reading by name. formats: computed ones made from known parts.
    autoname: the input that gets a generated name. unique: name or key is unique, so delete before replacing.
    import_id: inputs that the id of an import gives, as a regular expression with named groups.
    unverified: inputs (nested ones by dotted path) that moto does not keep, with the reason.
    """

    token: str
    service: str
    inputs: Mapping[str, Property]
    create: tuple[Step, ...]
    read: tuple[Step, ...]
    delete: tuple[Step, ...]
    update: tuple[Step, ...] = ()
    outputs: tuple[str, ...] = ()
    formats: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    id: str = ""
    import_id: str = ""
    autoname: str = ""
    autoname_format: str = "{name}"
    unique: bool = False
    tags: Tagging | None = None
    unverified: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    remedy: str = ""  # what to do about a property that is left out on purpose
    file: str = ""  # the module that declares it, for error messages; filled in by the registry

    def all_inputs(self) -> dict[str, Property]:
        """The declared inputs and those that every type has (`region`, and `tags` where it takes them)."""
        common = {"region": text(replace=True, computed=True)}
        if self.tags:
            common |= {"tags": Property(kind="map"), "tagsAll": Property(kind="map")}
        return {**self.inputs, **common}
