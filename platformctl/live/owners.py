"""Which of the account's resources the code knows: by physical id or ARN in a state, by name in the program."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from platformctl.live.discovery import Found
from platformctl.live.listings import SETTINGS
from platformctl.live.types import readers
from policies import tokens
from policies.resource import Resource
from policies.values import Secret, has_unknown
from sandbox.aws.ec2.acls import PROTOCOLS
from sandbox.resource import spelled

_THE_ONE = "the one"
_CALLED = {
    tokens.SECURITY_HUB_STANDARD: "standardsArn",
    tokens.WEB_ACL_ASSOCIATION: "resourceArn",
}  # what tells those apart that have no name
_IN_TEMPLATE = re.compile(r"\{(\w+)\}")
_Key = tuple[str, str, str]  # type, region or "" for services without regions, what it is called


class Owners:
    """The resources of the known states and programs, by what the cloud calls them."""

    def __init__(self, resources: Iterable[Resource], region: str) -> None:
        """`region`: the environment's own, where a resource is that names none."""
        self._region = region
        self._by_key: dict[_Key, Resource] = {}
        named = [(key, resource) for resource in resources for key in self._keys(resource)]
        counted = Counter(key for key, _ in named)
        self._by_key = {key: resource for key, resource in named if counted[key] == 1}  # one name of two tells nothing

    def of(self, found: Found) -> Resource | None:
        """The resource of the code that this one is, by its import id."""
        kind = readers()[found.token]
        told = kind.told_by(found.id)
        ids = (value for name, value in told.items() if name not in kind.inputs)  # as the provider has them: shorter
        names = (told.get(name) for name in (kind.autoname,) if name)
        hits = (self.by_id(found.token, found.region, one) for one in (found.id, *ids, *names) if one)
        return next((hit for hit in hits if hit), None)

    def by_id(self, token: str, region: str, id_: str) -> Resource | None:
        """The resource with this id, ARN or name; where a region has one of the type, that one."""
        return self._by_key.get((token, region, _THE_ONE if token in SETTINGS else id_))

    def region_of(self, resource: Resource) -> str:
        """Where the code puts it."""
        region = resource.properties.get("region")
        return region if isinstance(region, str) else self._region

    def named(self, found: Found, properties: Mapping[str, Any]) -> Resource | None:
        """The same by what reading told: its ARN, its name, its Name tag."""
        kind = readers()[found.token]
        keys = ("arn", kind.autoname, _CALLED.get(found.token, ""))
        called = (*(properties.get(key) for key in keys if key), _tagged(properties))
        hits = (self.by_id(found.token, found.region, name) for name in called if isinstance(name, str))
        return next((hit for hit in hits if hit), None)

    def all(self) -> list[Resource]:
        """Every resource of the code that has a type which is read, once each."""
        return list({resource.urn: resource for resource in self._by_key.values()}.values())

    def _keys(self, resource: Resource) -> set[_Key]:
        if not resource.custom or resource.type not in readers():
            return set()
        return {(resource.type, self.region_of(resource), name) for name in _names(resource)}


def _names(resource: Resource) -> Iterator[str]:
    """Its id and ARN where it exists, and what the program calls it where that fixes the name in the cloud."""
    kind, properties = readers()[resource.type], resource.properties
    if resource.type in SETTINGS:
        yield _THE_ONE
    if resource.id:
        yield resource.id
    for key in ("arn", kind.autoname, _CALLED.get(resource.type, "")):
        if key and isinstance(name := properties.get(key), str):
            yield name
    if kind.id and "{id}" not in kind.id:
        yield from _import_id(resource)
    if not resource.id and (name := _tagged(properties)):
        yield name


def _import_id(resource: Resource) -> Iterator[str]:
    """As the listings make it, whatever the provider uses for an id; nothing while a part of it is unknown."""
    kind = readers()[resource.type]
    given = {name: prop.default for name, prop in kind.inputs.items()} | dict(resource.properties)
    given["protocol"] = PROTOCOLS.get(str(given.get("protocol")), given.get("protocol"))
    parts = {name: "" if given.get(name) is None else given[name] for name in _IN_TEMPLATE.findall(kind.id)}
    needed = [name for name in parts if kind.inputs.get(name) and kind.inputs[name].required]
    if all(isinstance(value, str | int) for value in parts.values()) and all(parts[name] != "" for name in needed):
        yield kind.id.format_map({name: spelled(value) for name, value in parts.items()})


def _tagged(properties: Mapping[str, Any]) -> str:
    """What EC2 and KMS have no names for, the Name tag tells."""
    tags = properties.get("tags")
    name = tags.get("Name") if isinstance(tags, Mapping) else None
    return f"tag:{name}" if isinstance(name, str) else ""


def inputs(resource: Resource | None) -> dict[str, Any]:
    """What the program asked for, as far as it is known and no secret."""
    asked = resource.asked if resource else {}
    return {key: value for key, value in asked.items() if not has_unknown(value) and not isinstance(value, Secret)}


def secret_keys(resource: Resource) -> set[str]:
    """The properties that hold secrets."""
    return {key for key, value in resource.properties.items() if isinstance(value, Secret)}
