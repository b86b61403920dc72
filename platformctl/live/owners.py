"""Which of the account's resources the code knows: by physical id or ARN in a state, by name in the program."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from platformctl.live.discovery import Found
from platformctl.live.types import readers
from policies.resource import Resource
from policies.values import Secret, has_unknown
from sandbox.resource import spelled

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
        if hit := self.by_id(found.token, found.region, found.id):
            return hit
        told = readers()[found.token].told_by(found.id)
        kind = readers()[found.token]
        name = told.get(kind.autoname) if kind.autoname else None
        return self._by_key.get((found.token, found.region, name)) if name else None

    def by_id(self, token: str, region: str, id_: str) -> Resource | None:
        """The resource with this id, ARN or name."""
        return self._by_key.get((token, region, id_))

    def region_of(self, resource: Resource) -> str:
        """Where the code puts it."""
        region = resource.properties.get("region")
        return region if isinstance(region, str) else self._region

    def named(self, found: Found, properties: Mapping[str, Any]) -> Resource | None:
        """The same by what reading told: its ARN, its name, its Name tag."""
        kind = readers()[found.token]
        called = [properties.get("arn"), properties.get(kind.autoname) if kind.autoname else None]
        called.append(_tagged(properties))
        hits = (self._by_key.get((found.token, found.region, name)) for name in called if isinstance(name, str))
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
    if resource.id:
        yield resource.id
    for key in ("arn", kind.autoname):
        if key and isinstance(name := properties.get(key), str):
            yield name
    if kind.id and "{id}" not in kind.id:
        known = {key: value for key, value in properties.items() if isinstance(value, str | int | bool)}
        with suppress(KeyError):  # part of the name is not known before the cloud makes it
            yield kind.id.format_map({key: spelled(value) for key, value in known.items()})
    if not resource.id and (name := _tagged(properties)):
        yield name


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
