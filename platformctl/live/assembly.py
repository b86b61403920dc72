"""Makes the graph that the rules judge: each resource once, under the URN of the code that knows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.live.discovery import NotRead
from platformctl.live.forms import one_form
from platformctl.live.listings import SETTINGS
from platformctl.live.owners import Owners, secret_keys
from platformctl.live.reading import Read
from platformctl.live.types import readers
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource, unread
from policies.values import UNKNOWN, Secret


@dataclass(frozen=True)
class Stack:
    """Under which names the account's resources go that no code knows."""

    environment: str
    project: str
    account: str
    region: str

    def urn(self, token: str, name: str) -> str:
        return f"urn:pulumi:{self.environment}::{self.project}::{token}::{name}"

    @property
    def provider(self) -> Resource:
        """The account as a provider: without default tags, for what is read has all its tags."""
        settings = {"region": self.region, "allowedAccountIds": f'["{self.account}"]'}
        return Resource(self.urn(tokens.AWS_PROVIDER, "aws"), tokens.AWS_PROVIDER, "aws", settings, settings)


@dataclass(frozen=True)
class Assembled:
    """The graph, and what is said of it besides the rules' verdicts."""

    graph: Graph
    managed: frozenset[str]  # URNs that the code gave
    own: frozenset[str]  # URNs of what AWS made by itself
    unread: frozenset[str]  # URNs that stand for what could not be read
    unmanaged: tuple[Read, ...]


def assemble(
    read: Iterable[Read], not_read: Iterable[NotRead], owners: Owners, stack: Stack, aliases: Mapping[str, str]
) -> Assembled:
    """`aliases`: what AWS's own keys are called, by their ids and ARNs; a reference to one is no key of ours."""
    provider = stack.provider
    known = [(one, owners.of(one.found) or owners.named(one.found, one.properties)) for one in read]
    pairs = list(one_form(known))
    made = [_resource(one, owner, stack, provider.urn, aliases) for one, owner in pairs]
    missing = [_unread(one, stack, provider.urn, owners) for one in not_read]
    return Assembled(
        graph=Graph({one.urn: one for one in (*missing, *made, provider)}.values()),
        managed=frozenset(owner.urn for _, owner in pairs if owner),
        own=frozenset(resource.urn for resource, (one, owner) in zip(made, pairs, strict=True) if _is_own(one, owner)),
        unread=frozenset(one.urn for one in missing),
        unmanaged=tuple(
            one for one, owner in pairs if not owner and not one.found.own and one.found.token not in SETTINGS
        ),
    )


def _is_own(one: Read, owner: Resource | None) -> bool:
    return one.found.own and owner is None


def _resource(one: Read, owner: Resource | None, stack: Stack, provider: str, aliases: Mapping[str, str]) -> Resource:
    token = one.found.token
    asked, properties = _renamed(dict(one.asked), aliases), _renamed(dict(one.properties), aliases)
    kind = readers()[token]
    rest: dict[str, Any] = {}
    if owner is None:
        untold = {name: UNKNOWN for name, prop in kind.inputs.items() if prop.local}
        properties = {**untold, **properties}
        urn, name = stack.urn(token, one.arn), one.arn
    else:
        local = {name for name, prop in kind.inputs.items() if prop.local}
        properties = {**{key: value for key, value in asked.items() if key in local}, **properties}
        urn, name = owner.urn, owner.name
        rest = {"parent": owner.parent, "protect": owner.protect, "source": owner.source}
        for key in secret_keys(owner) & properties.keys():
            properties[key] = Secret(properties[key])
    return Resource(urn, token, name, properties, asked, provider=provider, id=one.id, **rest)


def _renamed(value: Any, aliases: Mapping[str, str]) -> Any:
    """References to AWS's own keys as the aliases that tell them from ours."""
    if isinstance(value, dict):
        return {key: _renamed(item, aliases) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, aliases) for item in value]
    return aliases.get(value, value) if isinstance(value, str) else value


def _unread(one: NotRead, stack: Stack, provider: str, owners: Owners) -> Resource:
    """One resource that could not be read goes by its own name; else all of its type do, in that region."""
    owner = owners.by_id(one.token, one.region, one.id) if one.id else None
    where = f"{one.id} in {one.region}" if one.id else one.region
    name = owner.name if owner else f"what was not read in {where} ({one.reason})"
    urn = owner.urn if owner else stack.urn(one.token, name)
    return unread(urn=urn, type_=one.token, name=name, region=one.region, provider=provider, id=one.id)


def gone(
    assembled: Assembled, owners: Owners, types: Iterable[str], regions: Iterable[str], not_read: Iterable[NotRead]
) -> Iterator[str]:
    """URNs of what a state holds and the account does not, as far as type and region were read."""
    read = {(token, region) for token in types for region in regions}
    read -= {(one.token, one.region) for one in not_read}
    for resource in owners.all():
        place = (resource.type, owners.region_of(resource))
        if resource.id and place in read and resource.urn not in assembled.managed:
            yield resource.urn
