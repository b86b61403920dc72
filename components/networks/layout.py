"""Which address block each subnet of a network owns, from its zone and tier alone.

The VPC is cut into eight zone blocks; the digits of a zone id (`euc1-az2`) say which one the zone owns. A
tier declares its prefix and which block of that size it takes inside every zone block. Nothing depends on
the position in a list, so adding or removing a zone or a tier moves no other subnet.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

ZONE_BITS = 3  # eight zone blocks: the zones of any AWS region, and room for more
UNIT_BITS = 5  # a zone block has 32 units; a tier owns whole units, because each is one IPv6 /64 of the VPC's /56
UNITS = 1 << UNIT_BITS
SMALLEST_PREFIX = 28  # AWS: a subnet is /16 to /28
VPC_PREFIXES = range(16, SMALLEST_PREFIX - ZONE_BITS - UNIT_BITS + 1)  # a unit must hold one smallest subnet


@dataclass(frozen=True)
class TierBlock:
    """A tier's place in every zone block: the `slot`-th block (from 0) of size /`prefix`."""

    prefix: int
    slot: int


@dataclass(frozen=True)
class SubnetBlock:
    """One subnet's addresses; `ipv6_index` is its /64 among the 256 of a VPC's /56."""

    zone: str
    tier: str
    cidr: IPv4Network
    ipv6_index: int


@dataclass(frozen=True)
class Conflict:
    """Why `tier` cannot stand where it is declared, and what to do; `other` is the tier in its way."""

    tier: str
    other: str | None
    reason: str
    remedy: str


def zone_number(zone: str) -> int:
    """2 for `euc1-az2`; ValueError for what is not a zone id or has no zone block (1 to 8)."""
    match = re.fullmatch(r"[a-z0-9]+-az([1-8])", zone)
    if not match:
        raise ValueError(f"{zone!r} is not a zone id such as euc1-az1 (a letter like eu-central-1a differs by account)")
    return int(match[1])


def tier_units(vpc_prefix: int, block: TierBlock) -> range:
    """The units of a zone block that a tier owns; a tier smaller than a unit owns all of it."""
    unit_prefix = vpc_prefix + ZONE_BITS + UNIT_BITS
    if block.prefix <= unit_prefix:
        width = 1 << (unit_prefix - block.prefix)
        return range(block.slot * width, (block.slot + 1) * width)
    unit = block.slot >> (block.prefix - unit_prefix)
    return range(unit, unit + 1)


def conflicts(vpc_prefix: int, tiers: Mapping[str, TierBlock]) -> list[Conflict]:
    """Every tier that does not fit or overlaps one before it by name, and whether one more tier has room."""
    found: list[Conflict] = []
    placed: dict[str, range] = {}
    zone_prefix = vpc_prefix + ZONE_BITS
    for name, block in sorted(tiers.items()):
        units = tier_units(vpc_prefix, block)
        if block.prefix <= zone_prefix or block.prefix > SMALLEST_PREFIX or block.slot < 0 or units.stop > UNITS:
            reason = f"/{block.prefix} in slot {block.slot} is not inside a zone block of /{zone_prefix}"
            found.append(Conflict(name, None, reason, _remedy(vpc_prefix, name, block, tiers)))
            continue
        for other, taken in placed.items():
            if units.start < taken.stop and taken.start < units.stop:
                unit = vpc_prefix + ZONE_BITS + UNIT_BITS
                reason = f"tiers {other} and {name} overlap in every zone (a tier owns whole blocks of /{unit})"
                found.append(Conflict(name, other, reason, _remedy(vpc_prefix, name, block, tiers)))
        placed[name] = units
    if not found and sum(len(units) for units in placed.values()) == UNITS:
        largest = min(tiers, key=lambda name: (tiers[name].prefix, name))
        remedy = f"make a tier smaller, such as {largest}, or the VPC larger"
        found.append(Conflict(largest, None, "the tiers fill every zone block: no room for one more tier", remedy))
    return found


def free_slot(vpc_prefix: int, prefix: int, others: Collection[TierBlock]) -> int | None:
    """The first slot for a tier of /`prefix` beside `others`, or None."""
    taken = {unit for block in others for unit in tier_units(vpc_prefix, block)}
    for slot in range(1 << max(0, prefix - vpc_prefix - ZONE_BITS)):
        if taken.isdisjoint(tier_units(vpc_prefix, TierBlock(prefix, slot))):
            return slot
    return None


def subnets(
    vpc: IPv4Network, zones: Collection[str], tiers: Mapping[str, TierBlock]
) -> dict[tuple[str, str], SubnetBlock]:
    """Every subnet by (zone id, tier name); ValueError that names each conflict and its remedy."""
    if vpc.prefixlen not in VPC_PREFIXES:
        raise ValueError(f"the VPC must be /{VPC_PREFIXES[0]} to /{VPC_PREFIXES[-1]}, got {vpc}")
    if len({zone_number(zone) for zone in zones}) != len(zones):
        raise ValueError(f"the zones must differ, got {', '.join(zones)}")
    if problems := conflicts(vpc.prefixlen, tiers):
        raise ValueError("; ".join(f"{problem.reason}: {problem.remedy}" for problem in problems))
    return {(zone, tier): _subnet(vpc, zone, tier, block) for zone in zones for tier, block in tiers.items()}


def _subnet(vpc: IPv4Network, zone: str, tier: str, block: TierBlock) -> SubnetBlock:
    index = zone_number(zone) - 1
    zone_size = vpc.num_addresses >> ZONE_BITS
    start = int(vpc.network_address) + index * zone_size + (block.slot << (32 - block.prefix))
    unit = tier_units(vpc.prefixlen, block).start
    return SubnetBlock(zone, tier, IPv4Network((start, block.prefix)), (index << UNIT_BITS) + unit)


def _remedy(vpc_prefix: int, name: str, block: TierBlock, tiers: Mapping[str, TierBlock]) -> str:
    others = [other for key, other in tiers.items() if key != name]
    for prefix in range(max(block.prefix, vpc_prefix + ZONE_BITS + 1), SMALLEST_PREFIX + 1):
        if (slot := free_slot(vpc_prefix, prefix, others)) is not None:
            return f"the next free place for {name} is prefix {prefix}, slot {slot}"
    return "no place is free: make a tier smaller or the VPC larger"
