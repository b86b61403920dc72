"""The rules of security groups, read alike from inline blocks and from both kinds of separate rules."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from platformctl.review.reach.openings import ALL_PORTS, EVERY, Peer, protocol_of
from policies import tokens
from policies.cidr import Network
from policies.resource import Resource
from policies.rules.network.permissions import GROUPS, SINGLE_RULES, Permission
from policies.values import REDACTED, UNKNOWN, Block, Mistyped, Secret, Undecided

DIRECTIONS = ("ingress", "egress")
_ICMP = ("icmp", "icmpv6")


def blocks(resource: Resource) -> Iterator[tuple[str, Block]]:
    """The permissions that a group or a rule states itself, by direction."""
    for direction in DIRECTIONS:
        if resource.type in GROUPS:
            try:
                yield from ((direction, block) for block in resource.props.blocks(direction))
            except (Undecided, Mistyped):
                hidden = Block({"cidrBlocks": [UNKNOWN]}, direction, resource._origin)
                yield direction, hidden
        elif resource.type == tokens.SECURITY_GROUP_RULE:
            if resource.properties.get("type") in (direction, UNKNOWN):
                yield direction, resource.props
        elif resource.type == SINGLE_RULES[direction]:
            yield direction, resource.props


def ports(permission: Permission) -> tuple[str, tuple[int, int]]:
    """The protocol, and the first and last port; raises what reading an unknown or odd value raises."""
    protocol = protocol_of(permission.protocol)
    if protocol == EVERY:
        return protocol, ALL_PORTS
    if protocol in _ICMP:  # fromPort is the type of the message, -1 any
        kind = permission.block.get("fromPort")
        return (protocol, ALL_PORTS) if kind is None or int(kind) == -1 else (f"{protocol} type {int(kind)}", (0, 0))
    open_ = permission.ports
    return protocol, (open_[0], open_[-1]) if open_ else ALL_PORTS


def network(value: Any, resource: Resource, path: str) -> Iterator[Network | Peer]:
    """A range, or a word for it where it may not be shown or is not known."""
    if value is None or value == "":
        return
    if isinstance(value, Secret):
        yield Peer(f"{resource.urn} {path} {value.value!r}", f"an address that is secret {REDACTED}")
    elif isinstance(value, str):
        try:
            yield ip_network(str.__str__(value), strict=False)
        except ValueError:
            yield Peer(value, f"{value}, which is no address range")
    else:
        yield unknown(resource, path, "an address")


def unknown(resource: Resource, path: str, what: str) -> Peer:
    """A word for what is not known, the same while the same resources produce it."""
    makers = resource.property_dependencies.get(path.split(".")[0].split("[")[0], ())
    named = ", ".join(sorted(urn.rpartition("::")[2] for urn in makers))
    return Peer(
        f"{path} {' '.join(sorted(makers)) or resource.urn}",
        f"{what} not known yet{f' ({named})' * bool(named)}",
        (),
        False,
    )


def listed(value: Any) -> list[Any]:
    """One value or a list of them, as a list; each of a secret one is secret."""
    if isinstance(value, Secret) and isinstance(value.value, list):
        return [Secret(item) for item in value.value]
    return value if isinstance(value, list) else [] if value is None else [value]
