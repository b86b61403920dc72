"""The resource graph that every rule reads: resources by URN, by type and by what others call them."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from policies import property_types, tokens
from policies.resource import Resource
from policies.values import UNKNOWN, Block, Mistyped, Partial, Place, Secret, Undecided, Wrong, decode, secret_texts

T = TypeVar("T")
# What other resources, besides by `id` and `arn`, may call a resource by.
_IDENTITIES: dict[str, tuple[str, ...]] = {
    tokens.BUCKET: ("bucket",),
    tokens.KEY: ("keyId",),
    tokens.SECRET: ("name",),
    tokens.VPC: ("defaultSecurityGroupId", "defaultRouteTableId"),
    tokens.KEY_REPLICA: ("keyId",),
    tokens.LOG_GROUP: ("name",),
    tokens.TOPIC: ("name",),
    tokens.DATABASE_CLUSTER: ("clusterIdentifier",),
    tokens.DATABASE_INSTANCE: ("identifier",),
    tokens.DATABASE_CLUSTER_PARAMETERS: ("name",),
    tokens.DATABASE_PARAMETERS: ("name",),
    tokens.DATABASE_SUBNETS: ("name",),
    tokens.BACKUP_VAULT: ("name",),
    tokens.AIR_GAPPED_VAULT: ("name",),
    tokens.GROUP: ("name",),
    tokens.ROLE: ("name",),
    tokens.USER: ("name",),
    tokens.POLICY: ("name",),
    tokens.EKS_CLUSTER: ("name",),
    tokens.LAUNCH_TEMPLATE: ("name",),
}
# Services whose ARNs end in `kind:name`, such as `cluster:ledger`; elsewhere it is `kind/name`.
_NAMED_AFTER_COLON = ("backup", "rds")
# A reference to the left type stands for one to what its property names.
STANDS_FOR = {tokens.KEY_ALIAS: ("targetKeyId", tokens.KEY)}


@dataclass(frozen=True)
class Edge:
    """A reference: which resource refers by which property to which other; both by URN."""

    source: str
    property: str
    target: str


class Graph:
    """All resources of one stack, indexed once."""

    today: date | None = None  # in UTC; what rules that go by dates judge for
    registries: tuple[str, ...] = ()  # that images may come from; without any, every private one of ECR

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(sorted(resources, key=lambda resource: resource.urn))
        self.by_urn = {resource.urn: resource for resource in self.resources}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
        self._referrers: dict[tuple[str, str, tuple[str, ...]], _Referrers] = {}
        self._settings: dict[tuple[str, str], Any] = {}
        self._kept: dict[Callable[[Graph], Any], Any] = {}
        self.walked: dict[Edge, None] = {}  # what was followed since somebody emptied it, in order

    def kept(self, make: Callable[["Graph"], T]) -> T:
        """What `make`, a function of a rule's module, makes of this graph: once, however many resources ask for it.

        What it follows is not walked for the one that happens to ask first.
        """
        if make not in self._kept:
            walked = dict(self.walked)
            self._kept[make] = make(self)
            self.walked = walked
        made: T = self._kept[make]
        return made

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, ordered by type as given and then by URN."""
        return [resource for type_ in types for resource in self._by_type.get(type_, ())]

    def resolve(self, resource: Resource, path: str, *to: str) -> Resource | None:
        """The resource of one of the types `to` that `path` refers to; None if it is unset or outside the
        graph.

        Raises Undecided if the value is unknown and its producers do not tell.
        """
        found = self.references(resource, path, *to)
        return found[0] if found else None

    def references(self, resource: Resource, path: str, *to: str) -> tuple[Resource, ...]:
        """The resources of the types `to` that the value or list at `path` refers to.

        `path` is dotted, and goes through lists. A known value is looked up as an id, ARN or name; for an
        unknown one the resources that produce it decide, so that most references are known before any id is.
        They also decide for known values that nothing is called, if there are as many: policies see no ids.
        """
        found = self._references(resource, path, *to)
        self.walked.update((Edge(resource.urn, path, target.urn), None) for target in found)
        return found

    def _references(self, resource: Resource, path: str, *to: str) -> tuple[Resource, ...]:
        top = path.split(".")[0]
        found: dict[str, Resource] = {}
        unknown, missed = False, 0
        for value in _walk(resource.properties.get(top), path.split(".")[1:]):
            if isinstance(value, Wrong):
                raise value.error(path)
            if value is UNKNOWN:
                unknown = True
            elif hit := self.find(value, *to):
                found[hit.urn] = hit
            else:
                missed += 1
        if unknown or (missed and not found):
            producers = self._producers(resource, top, to)
            if unknown and not producers:
                raise resource.undecided(path)
            if unknown or len(producers) in (1, missed):
                found |= {producer.urn: producer for producer in producers}
        if missed and not found:
            nameless = [error for type_ in to for error in self._nameless.get(type_, ())]
            if nameless:  # one of them may turn out to be called so
                raise nameless[0]
        return tuple(found.values())

    def referrers(self, target: Resource, type_: str, path: str, *to: str) -> list[Resource]:
        """The resources of `type_` whose `path` refers to `target`.

        Raises Undecided if there is none but one of them has a reference that is not known yet. `to` are the
        types that the reference may have, by default the target's own.
        """
        found = self.possible_referrers(target, type_, path, *to)
        if not found and found.undecided:
            raise Undecided(*found.undecided)
        return list(found)

    def possible_referrers(self, target: Resource, type_: str, path: str, *to: str) -> Partial[Resource]:
        """The same, for rules that every referrer must pass: those known, and where others may be hidden."""
        key = (type_, path, to or (target.type,))
        if key not in self._referrers:
            self._referrers[key] = self._index(*key)
        index = self._referrers[key]
        self.walked.update((Edge(found.urn, path, target.urn), None) for found in index.by_target.get(target.urn, ()))
        return Partial(index.by_target.get(target.urn, ()), index.undecided)

    def find(self, value: Any, *to: str) -> Resource | None:
        """The resource of one of the types `to` that has `value` as its id, ARN or name."""
        if not isinstance(value, str):
            return None
        for candidate in _names_in(value):
            for type_ in to:
                if hit := self._names.get((type_, candidate)):
                    return hit
        return None

    def is_given(self, resource: Resource, path: str) -> bool:
        """Whether the program sets the property at `path`, dotted and through lists; an empty text is no value.

        What a resource of the graph produces is a value, though nobody knows it yet; raises Undecided for any other
        that is not known.
        """
        top, *inner = path.split(".")
        values = [value for value in _walk(resource.asked.get(top), inner) if value != ""]
        for value in values:
            if isinstance(value, Wrong):
                raise value.error(path)
        produced = any(urn in self.by_urn for urn in resource.property_dependencies.get(top, ()))
        if values and not produced and all(value is UNKNOWN for value in values):
            raise resource.undecided(path)
        return bool(values)

    def provider(self, resource: Resource) -> Resource | None:
        """The provider resource that serves `resource`; itself if it is one."""
        if resource.type.startswith("pulumi:providers:"):
            return resource
        return self.by_urn.get(resource.provider)

    def setting(self, provider: Resource, name: str) -> Any:
        """A provider's setting, decoded (composite ones are JSON text on the wire); raises Undecided if
        unknown.
        """
        key = (provider.urn, name)
        if key not in self._settings:
            value = provider.properties.get(name)
            text = value.value if isinstance(value, Secret) else value
            if isinstance(text, str) and text[:1] in "[{":
                value = _decoded(text)
            value = property_types.setting(name, value)
            self._settings[key] = Block({name: value}, "", provider._origin)
        return self._settings[key].get(name)

    def tag(self, resource: Resource, key: str) -> str | None:
        """The tag in force: the resource's own, else the provider's default, else what the cloud reports."""
        for block in self._tag_blocks(resource):
            if key in block:
                value = block[key]
                return value if value != "" else None
        return None

    def _tag_blocks(self, resource: Resource) -> Iterator[Block]:
        if "tags" in resource.props:
            yield resource.props.block("tags")
        if (provider := self.provider(resource)) and provider is not resource:
            defaults = self.setting(provider, "defaultTags")
            if defaults and "tags" in defaults:
                yield defaults.block("tags")
        if "tagsAll" in resource.props:
            yield resource.props.block("tagsAll")

    def account(self, resource: Resource) -> str | None:
        """The AWS account that the resource is in, from its provider, its ARN, or the ARNs of what else its provider
        serves if they agree; None if nothing tells.
        """
        if provider := self.provider(resource):
            allowed = self.setting(provider, "allowedAccountIds")
            if allowed and len(allowed) == 1:
                return str(allowed[0])
        return _account_in(resource) or self._accounts.get(resource.provider)

    @cached_property
    def _accounts(self) -> dict[str, str]:
        """By the URN of a provider, the one account that is in the ARNs of what it serves."""
        found: dict[str, set[str]] = defaultdict(set)
        for resource in self.resources:
            if resource.provider and (account := _account_in(resource)):
                found[resource.provider].add(account)
        return {provider: next(iter(accounts)) for provider, accounts in found.items() if len(accounts) == 1}

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Every secret text in the graph, for messages to leave out: longest first, for one may hold another."""
        texts = {
            text
            for resource in self.resources
            for properties in (resource.properties, resource.asked)
            for text in secret_texts(dict(properties))
        }
        return tuple(sorted(texts, key=lambda text: (-len(text), text)))

    @cached_property
    def _names(self) -> dict[tuple[str, str], Resource]:
        names: dict[tuple[str, str], Resource] = {}
        for resource in self.resources:
            for key in ("arn", *_IDENTITIES.get(resource.type, ())):
                value = resource.properties.get(key)
                if isinstance(value, str) and value:
                    names.setdefault((resource.type, value), resource)
            known_id = resource.id or resource.properties.get("id")
            if isinstance(known_id, str) and known_id:
                names.setdefault((resource.type, known_id), resource)
        self.__dict__["_names"] = names  # aliases are resolved by the names known so far
        for alias, (path, type_) in STANDS_FOR.items():
            for resource in self._by_type.get(alias, ()):
                name = resource.properties.get("name")
                target = self._decided(resource, path, type_)
                if isinstance(name, str) and target:
                    names.setdefault((type_, name), target)
        return names

    @cached_property
    def _nameless(self) -> dict[str, list[Undecided]]:
        """By type, what is not known yet about how its resources are called."""
        found: dict[str, list[Undecided]] = defaultdict(list)
        for resource in self.resources:
            keys = ("id", "arn", *_IDENTITIES.get(resource.type, ()))
            found[resource.type] += (resource.undecided(key) for key in keys if resource.asked.get(key) is UNKNOWN)
        for alias, (path, type_) in STANDS_FOR.items():
            for resource in self._by_type.get(alias, ()):
                unknown = resource.properties.get(path) is UNKNOWN
                if unknown and not self._producers(resource, path, (type_,)):
                    found[type_].append(resource.undecided(path))
                if resource.asked.get("name") is UNKNOWN:
                    found[type_].append(resource.undecided("name"))
        return found

    def _decided(self, resource: Resource, path: str, type_: str) -> Resource | None:
        try:
            found = self._references(resource, path, type_)
        except (Undecided, Mistyped):
            return None
        return found[0] if found else None

    def _producers(self, resource: Resource, top: str, to: tuple[str, ...]) -> list[Resource]:
        found: dict[str, Resource] = {}
        for urn in resource.property_dependencies.get(top, ()):
            producer = self.by_urn.get(urn)
            if producer and producer.type in STANDS_FOR and STANDS_FOR[producer.type][1] in to:
                producer = self._decided(producer, *STANDS_FOR[producer.type])
            if producer and producer.type in to:
                found[producer.urn] = producer
        return list(found.values())

    def _index(self, type_: str, path: str, to: tuple[str, ...]) -> "_Referrers":
        index = _Referrers()
        for resource in self._by_type.get(type_, ()):
            try:
                for target in self._references(resource, path, *to):
                    index.by_target[target.urn].append(resource)
            except Undecided as error:
                index.undecided += error.places
            except Mistyped as error:
                index.undecided.append(Place(resource.urn, path, (), str(error)))
        return index


def _decoded(text: str) -> Any:
    try:
        return decode(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _account_in(resource: Resource) -> str | None:
    parts = str(resource.properties.get("arn", "")).split(":")
    return parts[4] if len(parts) > 5 and re.fullmatch(r"\d{12}", parts[4]) else None


@dataclass
class _Referrers:
    by_target: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    undecided: list[Place] = field(default_factory=list)


def _walk(value: Any, keys: list[str]) -> Iterator[Any]:
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, keys)
    elif value is UNKNOWN or isinstance(value, Wrong) or (not keys and value is not None):
        yield value
    elif isinstance(value, dict) and keys:
        yield from _walk(value.get(keys[0]), keys[1:])


def _names_in(value: str) -> Iterator[str]:
    """The names that a reference may mean, most exact first: the value, and the parts that an ARN says
    exactly.
    """
    yield value
    parts = value.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        service, resource = parts[2], parts[5]
        if service == "s3":
            yield value.split("/", 1)[0]
            yield resource.split("/", 1)[0]
        elif service == "kms":
            yield resource.removeprefix("key/")
        elif service == "logs":
            yield value.removesuffix(":*")
            yield resource.removeprefix("log-group:").removesuffix(":*")
        elif service in _NAMED_AFTER_COLON:
            yield resource.rsplit(":", 1)[-1]
        else:
            yield resource.split("/", 1)[-1]
