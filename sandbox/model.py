"""What a resource type is: its properties and the AWS calls that create, read, update and delete it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.resource import Resource

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Property:
    """One input.

    kind: string, integer, number, boolean, json, strings, map, object or objects (the last two have `fields`).
    replace: a change replaces the resource.
    computed: AWS chooses a value when none is given.
    default: what is sent where nothing is given; in nested fields the two also compare as the same.
    ordered: the order of a list matters.
    local: kept by the provider alone, AWS has no such thing (forceDestroy).
    secret: never shown, not even where the program forgot to mark it (an input of the resource itself).
    boto: the name in AWS's API where it is more than the same letters in another case or number; with dots where
        the API has it in structures of its own ("BufferingHints.SizeInMBs").
    """

    kind: str
    required: bool = False
    replace: bool = False
    computed: bool = False
    ordered: bool = False
    default: Any = None
    local: bool = False
    secret: bool = False
    boto: str = ""
    fields: Mapping[str, Property] = field(default_factory=lambda: NOTHING)


def text(**options: Any) -> Property:
    return Property(kind="string", **options)


def number(**options: Any) -> Property:
    return Property(kind="integer", **options)


def decimal(**options: Any) -> Property:
    return Property(kind="number", **options)


def flag(**options: Any) -> Property:
    return Property(kind="boolean", **options)


def mapping(**options: Any) -> Property:
    """A map from text to text."""
    return Property(kind="map", **options)


_IN_ID = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"(?P<name>\w+)(:(?P<kind>\w+))?(?P<marks>[!*~%#+]*)(@(?P<boto>[\w.]+))?(=(?P<default>\S+))?")
_KINDS = {"int": "integer", "num": "number", "bool": "boolean", "list": "strings"}
_MARKS = {"!": "required", "*": "replace", "~": "computed", "%": "local", "#": "secret", "+": "ordered"}
_DEFAULTS: Mapping[str, Callable[[str], Any]] = {"integer": int, "number": float, "boolean": "true".__eq__}


def fields(words: str, /, **more: Property) -> dict[str, Property]:
    """Inputs, a word for each: `name`, then as needed `:kind`, marks, `@NameInAWS`, `=default`.

    kind: int, num, bool, json, list (of strings), map; a string if none is given.
    marks: ! required, * a change replaces, ~ computed, % local, # secret, + ordered.
    """
    return dict(map(_field, words.split())) | more


def _field(word: str) -> tuple[str, Property]:
    found = _WORD.fullmatch(word)
    if not found or found["kind"] not in (None, "json", "map", *_KINDS):
        raise ValueError(f"{word!r} is no input: write name:kind, marks of {''.join(_MARKS)}, @NameInAWS, =default")
    kind = _KINDS.get(found["kind"] or "", found["kind"] or "string")
    default = found["default"] and _DEFAULTS.get(kind, str)(found["default"])
    marks: dict[str, Any] = {_MARKS[mark]: True for mark in found["marks"]}
    return found["name"], Property(kind=kind, boto=found["boto"] or "", default=default, **marks)


def block(inner: Mapping[str, Property] | str = "", /, **more: Any) -> Property:
    """A structure. Keywords whose values are properties are further fields of it, the others say more of itself."""
    return _structure("object", inner, more)


def blocks(inner: Mapping[str, Property] | str = "", /, **more: Any) -> Property:
    """A list of structures, said as in `block`."""
    return _structure("objects", inner, more)


def _structure(kind: str, inner: Mapping[str, Property] | str, more: Mapping[str, Any]) -> Property:
    nested = {name: one for name, one in more.items() if isinstance(one, Property)}
    options = {name: one for name, one in more.items() if name not in nested}
    return Property(kind=kind, fields={**(fields(inner) if isinstance(inner, str) else inner), **nested}, **options)


@dataclass(frozen=True)
class Call:
    """One AWS call.

    operation: boto3's name of the method.
    args: fixed arguments; "{id}", "{region}", "{account}" and "{anyInput}" are filled in, as in `result`.
    send: the inputs that go into the call; None means all it has room for.
    into: dotted path of the request's member that holds the inputs, if not the request itself; "Targets[]" is a list.
    result: JMESPath of the answer: on create the new id, on read the object whose members are the properties.
    only: follow-up calls on create and update are left out unless this input is given and not the default.
    """

    operation: str
    _: KW_ONLY
    args: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    send: tuple[str, ...] | None = None
    into: str = ""
    result: str = ""
    only: str = ""


def keyed(operation: str, key: str, result: str = "") -> Call:
    """A call that needs nothing but the id, as deletions do."""
    return Call(operation, args={key: "{id}"}, send=(), result=result)


def listed(operation: str, key: str, result: str) -> Call:
    """A call for several ids that asks for the one; `result` is the answer's list, with a condition if need be."""
    return Call(operation, args={key: ["{id}"]}, send=(), result=f"{result} | [0]")


Step = Call | Callable[["Resource"], Any]


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service takes tags, and how they are read from it or from the resource's own answer.

    on_create: the arguments that give them to the operation that creates.
    change: what was put and what was removed.
    later: they are written after the creation, by `change`.
    """

    on_create: Callable[[Resource, str], Mapping[str, Any]]
    change: Callable[[Resource, Mapping[str, str], frozenset[str]], None]
    read: Callable[[Resource, Mapping[str, Any]], Mapping[str, str]]
    later: bool = False


@dataclass(frozen=True)
class ResourceType:
    """A type that the sandbox serves.

    create: steps of which the first gives the id, unless `id` is a template for it.
    read: steps whose objects are merged; the first gives None when the resource is gone.
    update: steps; a Call runs when an input of its `send` changed, a function looks at `Resource.changed`.
    outputs: computed properties, taken from the reading by name.
    formats: computed properties, made from known parts.
    autoname: the input that gets a generated name when none is given, in the form of `autoname_format`.
    unique: its name or key exists once, so the old one is deleted before the replacement is made; as everything that
        gets its name from `autoname`, unless this says otherwise.
    import_id: a regular expression whose named groups are the inputs that the id of an import tells; an `id` that is
        made of inputs tells them by itself.
    unverified: inputs (nested ones by dotted path) that moto does not keep, with the reason.
    gone: what AWS's error says of a resource that does not exist, where it has no code of its own for that.
    recorded: why moto does not have the type at all, so that nothing of it is verified.
    """

    token: str
    service: str
    _: KW_ONLY
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
    unique: bool | None = None
    tags: Tagging | None = None
    unverified: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    gone: str = ""
    recorded: str = ""
    remedy: str = ""  # what to do about a property that is left out on purpose
    file: str = ""  # the module that declares it, for error messages; filled in by the registry

    @property
    def exists_once(self) -> bool:
        return bool(self.autoname) if self.unique is None else self.unique

    @property
    def id_pattern(self) -> str:
        """What reads inputs out of an id; empty for an id that tells none."""
        names = _IN_ID.findall(self.id)
        if self.import_id or not names or not set(names) <= set(self.inputs):
            return self.import_id
        start, *between = _IN_ID.split(self.id)[::2]
        groups = [f"(?P<{name}>{f'[^{re.escape(end[0])}]+' if end else '.+'}){re.escape(end)}"
                  for name, end in zip(names, between, strict=True)]  # fmt: skip
        return re.escape(start) + "".join(groups)

    def told_by(self, id_: str) -> dict[str, str]:
        """What the id says: inputs, and whatever else the pattern names."""
        found = re.fullmatch(self.id_pattern, id_) if id_ and self.id_pattern else None
        return {name: value for name, value in found.groupdict().items() if value} if found else {}

    def all_inputs(self) -> dict[str, Property]:
        """The declared inputs and those that every type has (`region`, and `tags` where it takes them)."""
        common = {"region": text(replace=True, computed=True)}
        if self.tags:
            common |= {"tags": Property(kind="map"), "tagsAll": Property(kind="map")}
        return {**self.inputs, **common}
