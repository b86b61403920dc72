"""One resource of the graph, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policies import tokens
from policies.property_types import checked, wrong
from policies.values import Block, Mistyped, Origin, Undecided, decode, has_unknown, nothing_known


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource, as a program asks for it or as a state records it.

    `properties` are what is known of it (outputs over inputs) and `asked` what the program asked for, both
    decoded: rules read them through `props` and `inputs`, which raise Undecided for a value that is not known
    yet.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    asked: Mapping[str, Any]
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""  # the provider's URN, without its id
    protect: bool = False
    custom: bool = True
    id: str = ""
    source: str = ""  # file:line, where known
    filled: tuple[str, ...] = ()  # inputs that the provider filled in, not the program
    alone: bool = False  # seen before the stack is: where its values come from is not told

    @cached_property
    def props(self) -> Block:
        """What is known of the resource: outputs over inputs."""
        return Block(self.properties, "", self._origin)

    @cached_property
    def inputs(self) -> Block:
        """What the program asked for."""
        return Block(self.asked, "", self._origin)

    @cached_property
    def mistyped(self) -> Mapping[str, tuple[Mistyped, ...]]:
        """By top-level property, why values in it are refused that are of another type than the provider takes."""
        keys = dict.fromkeys((*self.properties, *self.asked))
        found = {key: (*wrong(self.properties.get(key), key), *wrong(self.asked.get(key), key)) for key in keys}
        return {key: errors for key, errors in found.items() if errors}

    @cached_property
    def _origin(self) -> Origin:
        return Origin(self.urn, self.property_dependencies)

    @property
    def stack(self) -> str:
        """The stack's name, as the URN says it."""
        return self.urn.split("::")[0].removeprefix("urn:pulumi:")

    @property
    def project(self) -> str:
        """The project whose stack it is in, as the URN says it."""
        return self.urn.split("::")[1]

    def undecided(self, path: str) -> Undecided:
        """The error that says that `path` of this resource is not known yet."""
        return self._origin.undecided(path)

    def __repr__(self) -> str:
        return f"Resource({self.urn})"


def make(
    *, urn: str, type_: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any] | None = None, **rest: Any
) -> Resource:
    """A resource from properties in wire encoding.

    An output that is not known yet adds nothing: what the program asked for stands, and what it did not ask
    for is the provider's default, so that the same program has the same graph in the engine and without it.
    """
    token = tokens.canonical(type_)
    asked = checked(token, {key: decode(value) for key, value in inputs.items() if not key.startswith("__")})
    told = {key: decode(value) for key, value in (outputs or {}).items() if not key.startswith("__")}
    known = {key: value for key, value in told.items() if not has_unknown(value)}
    properties = {**asked, **checked(token, known)}
    rest["filled"] = tuple(inputs.get("__defaults") or ())
    name = rest.pop("name", "") or urn.rsplit("::", 1)[-1]
    return Resource(urn=urn, type=token, name=name, properties=properties, asked=asked, **rest)


def unread(*, urn: str, type_: str, name: str, region: str, **rest: Any) -> Resource:
    """A resource of which nothing but the region is known, in place of one that could not be read, or of all of
    a type: rules that look at it are undecided, and so is who refers to what.
    """
    known = nothing_known(region=region)
    return Resource(urn=urn, type=type_, name=name, properties=known, asked=known, **rest)
