"""Security groups: who may connect to what uses them, and where that may connect to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from platformctl.review.compared import label, raw
from platformctl.review.reach.group_rules import blocks, listed, network, ports, unknown
from platformctl.review.reach.openings import ALL_PORTS, EVERY, Opening, Peer
from policies import tokens
from policies.cidr import Network
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.network import prefix_lists
from policies.rules.network.permissions import GROUPS, RULE_TYPES, Permission
from policies.values import UNKNOWN, Block, Mistyped, Undecided

_CIDRS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
_MEMBERS = ("referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups")
_OWNED = ((tokens.EKS_CLUSTER, "vpcConfig.clusterSecurityGroupId"), (tokens.VPC, "defaultSecurityGroupId"))
_NOT_USERS = (*GROUPS, *RULE_TYPES)
Openings = Mapping[tuple[str, str], list[Opening]]  # by URN, or name, of what is reached, and direction


@dataclass
class Groups:
    """The groups of one graph: what each permits, and what uses it."""

    graph: Graph
    permits: dict[tuple[str, str], list[Opening]] = field(default_factory=lambda: defaultdict(list))
    users: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by group

    def __post_init__(self) -> None:
        self.owned = {
            value: one.urn
            for type_, path in _OWNED
            for one in self.graph.of_type(type_)
            if isinstance(value := raw(one, path), str)
        }
        for resource in self.graph.resources:
            if resource.type in _NOT_USERS:
                self._state(resource)
            elif resource.custom and not resource.type.startswith("pulumi:"):  # a stack's outputs use nothing
                for group in self._used(resource):
                    self.users[group].append(resource.urn)

    def openings(self) -> Openings:
        """By what uses groups, or by the group itself where nothing here does, all that they permit together."""
        found: dict[tuple[str, str], list[Opening]] = defaultdict(list)
        for (group, direction), permitted in self.permits.items():
            for one in permitted:
                for opening in self._between(one):
                    for user in self.users.get(group) or [group]:
                        found[user, direction].append(opening)
        return found

    def of_group(self, group: str, direction: str) -> list[Opening]:
        """What one group permits."""
        return [opening for one in self.permits.get((group, direction), ()) for opening in self._between(one)]

    def _between(self, one: Opening) -> Iterator[Opening]:
        """The members of a group that is the other side, by name; the group where nothing here is in it."""
        users = self.users.get(one.peer.key, []) if isinstance(one.peer, Peer) else []
        for user in users:
            assert isinstance(one.peer, Peer)
            member = self.graph.by_urn[user]
            peer = Peer(user, f"{label(member)}, by its group {one.peer.label}", one.peer.addresses, one.peer.certain)
            yield replace(one, peer=peer)
        if not users:
            yield one

    def _used(self, resource: Resource) -> list[str]:
        found = {
            urn
            for urns in resource.property_dependencies.values()
            for urn in urns
            if (one := self.graph.by_urn.get(urn)) and one.type in GROUPS
        }
        found |= {key for text in _texts(dict(resource.properties)) if (key := self._known(text))}
        return sorted(found - {resource.urn})

    def _known(self, text: str) -> str | None:
        if not text.startswith("sg-"):
            return None
        found = self.graph.find(text, *GROUPS)
        return found.urn if found else self.owned.get(text)

    def _state(self, resource: Resource) -> None:
        for direction, block in blocks(resource):
            top = "" if block is resource.props else direction
            groups = [resource.urn] if top else [peer.key for peer in self._named(resource, "securityGroupId", "")]
            for group in groups:
                self.permits[group, direction] += self._read(resource, block, group, top)

    def _read(self, resource: Resource, block: Block, group: str, top: str) -> Iterator[Opening]:
        permission = Permission(resource, block, self.graph)
        certain = True
        protocol, first, last = EVERY, *ALL_PORTS
        try:
            protocol, (first, last) = ports(permission)
        except (Undecided, Mistyped, ValueError, TypeError):
            certain = False
        for peer in self._peers(resource, block, group, top):
            yield Opening(protocol, first, last, peer, resource.urn, certain)

    def _peers(self, resource: Resource, block: Block, group: str, top: str) -> Iterator[Network | Peer]:
        for key in _CIDRS:
            for value in listed(block.raw.get(key)):
                yield from network(value, resource, block.at(key))
        for key in _MEMBERS:
            if block.raw.get(key):
                yield from self._named(resource, key, top, block)
        if block.raw.get("self") is True:
            yield self._peer(group)
        yield from self._of_lists(resource, block)

    def _of_lists(self, resource: Resource, block: Block) -> Iterator[Network | Peer]:
        ranges: list[Any]
        try:
            ranges = list(prefix_lists.prefixes(resource, block, self.graph))
        except Undecided:
            ranges = [UNKNOWN]
        for value in ranges:
            yield from network(value, resource, block.at("prefixListId"))
        for key in prefix_lists.KEYS:
            for value in listed(block.raw.get(key)):
                if not ranges and value is not UNKNOWN:
                    yield Peer(str(value), f"the prefix list {value}")
                elif not ranges:
                    makers = resource.property_dependencies.get(block.at(key).split(".")[0].split("[")[0], ())
                    yield from (Peer(urn, f"the addresses of {urn.rpartition('::')[2]}") for urn in makers)

    def _named(self, resource: Resource, key: str, top: str, block: Block | None = None) -> Iterator[Peer]:
        """The groups that a property names: known ones by id, others by what produces the value."""
        producers = [urn for urn in resource.property_dependencies.get(top or key, ()) if urn in self.graph.by_urn]
        of_groups = [urn for urn in producers if self.graph.by_urn[urn].type in GROUPS]
        for value in listed((block or resource.props).raw.get(key)):
            if isinstance(value, str):
                yield self._peer(self._known(value) or value)
            elif value is UNKNOWN and (of_groups or producers):
                named = of_groups or producers
                yield from (self._peer(urn, certain=len(named) == 1) for urn in named)
            else:
                yield unknown(resource, key, "a group")

    def _peer(self, key: str, *, certain: bool = True) -> Peer:
        one = self.graph.by_urn.get(key)
        if one is None:
            return Peer(key, f"the group {key}")
        return Peer(key, one.name, tuple(_of_vpc(one, self.graph)), certain)


def _of_vpc(group: Resource, graph: Graph) -> Iterator[Network]:
    """The ranges that everything in a group lies in: those of its VPC."""
    try:
        vpc = graph.resolve(group, "vpcId", tokens.VPC)
    except (Undecided, Mistyped):
        return
    if vpc:
        values = [vpc.properties.get(key) for key in ("cidrBlock", "ipv6CidrBlock")]
        more = graph.possible_referrers(vpc, tokens.VPC_CIDR, "vpcId")
        for value in (*values, *(one.properties.get("cidrBlock") for one in more)):
            yield from (one for one in network(value, vpc, "cidrBlock") if not isinstance(one, Peer))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part.strip() for part in value.split(",")) if "sg-" in value else ()
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
