"""What security groups permit, read alike from inline blocks and from both kinds of separate rules."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.cidr import Network, is_internet, networks
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Problem, decide
from policies.rules.network import prefix_lists
from policies.values import Block, Partial, Place, Undecided

GROUPS = (tokens.SECURITY_GROUP, tokens.DEFAULT_SECURITY_GROUP)
SINGLE_RULES = {"ingress": tokens.INGRESS_RULE, "egress": tokens.EGRESS_RULE}
RULE_TYPES = (tokens.SECURITY_GROUP_RULE, tokens.INGRESS_RULE, tokens.EGRESS_RULE)
_ALL_PORTS = range(65_536)
_PROTOCOLS_WITH_PORTS = ("tcp", "udp", "6", "17")


@dataclass(frozen=True)
class Permission:
    """One permission of `resource`, written in `block`; what it says is read only when asked for."""

    resource: Resource
    block: Block
    graph: Graph

    def at(self, *keys: str) -> str:
        """The path of the first of `keys` that is set, for messages."""
        return self.block.at(next((key for key in keys if key in self.block), keys[0]))

    @property
    def source_property(self) -> str:
        return self.at("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks", *prefix_lists.KEYS)

    @property
    def protocol(self) -> str:
        """In lower case; `-1` for all of them, however that is written."""
        written = self.block.get("protocol", self.block.get("ipProtocol", "-1"))
        name = str(int(written)) if isinstance(written, float) else str(written).lower()
        return "-1" if name == "all" else name

    @property
    def ports(self) -> range:
        """The ports that are open; every one if the protocol has none or the rule names none."""
        if self.protocol not in _PROTOCOLS_WITH_PORTS:
            return _ALL_PORTS if self.protocol == "-1" else range(0)
        first, last = self.block.get("fromPort"), self.block.get("toPort")
        if first is None or last is None or (int(first), int(last)) == (-1, -1):
            return _ALL_PORTS
        return range(int(first), int(last) + 1)

    @property
    def ranges(self) -> list[Network]:
        """The address ranges on the other side, those of prefix lists too; groups are not among them."""
        listed = [*self.block.get("cidrBlocks", ()), *self.block.get("ipv6CidrBlocks", ())]
        single = (self.block.get(key) for key in ("cidrIpv4", "cidrIpv6"))
        named = prefix_lists.prefixes(self.resource, self.block, self.graph)
        return networks([*listed, *(cidr for cidr in single if cidr), *named])

    @property
    def names_ranges(self) -> bool:
        """Whether the other side is told by address at all, be it known which."""
        return any(self.block.raw.get(key) for key in prefix_lists.KEYS) or bool(self.ranges)

    def opens(self, ports: Iterable[int]) -> bool:
        opened = self.ports
        return any(port in opened for port in ports)


def own(resource: Resource, graph: Graph, direction: str) -> list[Permission]:
    """The permissions that a group or a rule states itself."""
    if resource.type in GROUPS:
        return [Permission(resource, block, graph) for block in resource.props.blocks(direction)]
    old = resource.type == tokens.SECURITY_GROUP_RULE
    stated = resource.props.get("type") == direction if old else resource.type == SINGLE_RULES[direction]
    return [Permission(resource, resource.props, graph)] if stated else []


def of_group(group: Resource, graph: Graph, direction: str) -> Partial[Permission]:
    """All permissions of a group: its own and those of the separate rules that name it."""
    found: list[Permission] = own(group, graph, direction)
    hidden: list[Place] = []
    for type_ in (tokens.SECURITY_GROUP_RULE, SINGLE_RULES[direction]):
        rules = graph.possible_referrers(group, type_, "securityGroupId", *GROUPS)
        hidden += rules.undecided
        for rule in rules:
            try:
                found += own(rule, graph, direction)
            except Undecided as error:
                hidden += error.places
    return Partial(found, hidden)


def each(
    resource: Resource, graph: Graph, direction: str, check: Callable[[Permission], Iterator[Problem]]
) -> Iterator[Problem]:
    """The problems of every permission that a group or a rule states itself."""
    return decide(own(resource, graph, direction), check)


def open_to_internet(
    resource: Resource, graph: Graph, direction: str, judge: Callable[[Permission], Iterator[Problem]]
) -> Iterator[Problem]:
    """What `judge` says of every permission for the internet.

    At a rule, its own addresses count; at a group also those that several rules only hold together for one
    port.
    """

    def check(permission: Permission) -> Iterator[Problem]:
        if is_internet(permission.ranges):
            yield from judge(permission)

    alone = [(check, permission) for permission in own(resource, graph, direction)]
    if resource.type not in GROUPS:
        return decide(alone, lambda case: case[0](case[1]))
    together = _together(of_group(resource, graph, direction))
    cases = Partial([*alone, *((judge, permission) for permission in together)], together.undecided)
    return decide(cases, lambda case: case[0](case[1]))


def _together(permissions: Partial[Permission]) -> Partial[Permission]:
    """Permissions that are no danger alone, but open a port to the internet together with others."""
    hidden = list(permissions.undecided)
    parts: list[Permission] = []
    for permission in permissions:
        try:
            if permission.ranges and not is_internet(permission.ranges) and permission.ports:
                parts.append(permission)
        except Undecided as error:
            hidden += error.places
    return Partial((part for part in parts if is_internet(_sharing(part, parts))), hidden)


def _sharing(permission: Permission, others: Iterable[Permission]) -> list[Network]:
    port = permission.ports[0]
    return [network for other in others if port in other.ports for network in other.ranges]


def inline(direction: str, **properties: Any) -> dict[str, Any]:
    """The inputs of a group with one inline permission, for examples."""
    return {direction: [{"protocol": "tcp", "description": "reason", **properties}]}
