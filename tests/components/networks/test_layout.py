"""The layout of any network: nothing overlaps, nothing moves, and there is room for more."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.networks.layout import UNITS, TierBlock, conflicts, free_slot, subnets, tier_units, zone_number

ALL_ZONES = tuple(f"euc1-az{n}" for n in range(1, 9))
Tiers = dict[str, TierBlock]


@st.composite
def layouts(draw: st.DrawFn) -> tuple[IPv4Network, list[str], Tiers]:
    """A VPC, some of its zones in any order, and tiers that were accepted one after the other."""
    prefix = draw(st.integers(16, 20))
    vpc = IPv4Network((draw(st.integers(0, (1 << (prefix - 8)) - 1)) << (32 - prefix) | 10 << 24, prefix))
    zones = draw(st.lists(st.sampled_from(ALL_ZONES), min_size=1, max_size=7, unique=True))
    tiers: Tiers = {}
    for index in range(draw(st.integers(1, 8))):
        size = draw(st.integers(prefix + 4, 28))
        block = TierBlock(size, draw(st.integers(0, (1 << (size - prefix - 3)) - 1)))
        if not conflicts(prefix, {**tiers, f"tier{index}": block}):
            tiers[f"tier{index}"] = block
    return vpc, zones, draw(st.permutations(sorted(tiers.items())).map(dict))


@given(layouts())
def test_subnets_lie_inside_the_vpc_and_never_overlap(layout: tuple[IPv4Network, list[str], Tiers]) -> None:
    vpc, zones, tiers = layout
    placed = list(subnets(vpc, zones, tiers).values())
    assert len(placed) == len(zones) * len(tiers)
    assert all(block.cidr.subnet_of(vpc) for block in placed)
    assert not any(one.cidr.overlaps(other.cidr) for one, other in combinations(placed, 2))
    assert len({block.ipv6_index for block in placed}) == len(placed)
    assert all(0 <= block.ipv6_index < 256 for block in placed)


@given(layouts(), st.data())
def test_adding_or_removing_a_zone_or_tier_changes_no_other_subnet(
    layout: tuple[IPv4Network, list[str], Tiers], data: st.DataObject
) -> None:
    vpc, zones, tiers = layout
    whole = subnets(vpc, zones, tiers)
    kept_zones = data.draw(st.lists(st.sampled_from(zones), unique=True))
    kept_tiers = data.draw(st.lists(st.sampled_from(sorted(tiers)), unique=True))
    part = subnets(vpc, kept_zones, {name: tiers[name] for name in kept_tiers})
    assert part == {key: whole[key] for key in part}


@given(layouts())
def test_every_accepted_layout_has_room_for_one_more_zone_and_one_more_tier(
    layout: tuple[IPv4Network, list[str], Tiers],
) -> None:
    vpc, zones, tiers = layout
    slot = free_slot(vpc.prefixlen, 28, tiers.values())
    assert slot is not None
    more_zones = [*zones, next(zone for zone in ALL_ZONES if zone not in zones)]
    # The last unit may be taken now: the layout before was the one that had to have room.
    taken = {**tiers, "more": TierBlock(28, slot)}
    full = sum(len(tier_units(vpc.prefixlen, block)) for block in taken.values()) == UNITS
    before = subnets(vpc, zones, tiers)
    more = subnets(vpc, more_zones, tiers if full else taken)
    assert {key: more[key] for key in before} == before
    assert not any(one.cidr.overlaps(other.cidr) for one, other in combinations(more.values(), 2))


@given(layouts(), st.integers(0, 12), st.integers(0, 40))
def test_a_conflict_names_both_tiers_and_a_place_that_is_free(
    layout: tuple[IPv4Network, list[str], Tiers], larger: int, slot: int
) -> None:
    vpc, _, tiers = layout
    block = TierBlock(min(vpc.prefixlen + 4 + larger, 28), slot)
    units = tier_units(vpc.prefixlen, block)
    overlapped = [name for name, other in tiers.items() if {*units} & {*tier_units(vpc.prefixlen, other)}]
    found = conflicts(vpc.prefixlen, {**tiers, "zz-new": block})
    if units.stop <= UNITS:
        assert {conflict.other for conflict in found if conflict.tier == "zz-new" and conflict.other} == {*overlapped}
    for conflict in found:
        if conflict.other:
            assert conflict.other in conflict.reason
            assert conflict.tier in conflict.reason
        if "next free place" in conflict.remedy:
            prefix, free = (int(word.strip(",")) for word in conflict.remedy.split()[-3::2])
            moved = {**tiers, "zz-new": block, conflict.tier: TierBlock(prefix, free)}
            assert not [c for c in conflicts(vpc.prefixlen, moved) if c.tier == conflict.tier and c.other]


def test_each_zone_owns_the_block_that_its_number_selects() -> None:
    placed = subnets(IPv4Network("10.32.0.0/16"), ["euc1-az3", "euc1-az1"], {"apps": TierBlock(20, 1)})
    assert str(placed["euc1-az1", "apps"].cidr) == "10.32.16.0/20"
    assert str(placed["euc1-az3", "apps"].cidr) == "10.32.80.0/20"
    assert placed["euc1-az3", "apps"].ipv6_index == 2 * 32 + 16


@pytest.mark.parametrize("zone", ["eu-central-1a", "euc1-az0", "euc1-az9", "az1", ""])
def test_rejects_what_is_not_a_zone_id(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a zone id such as euc1-az1"):
        zone_number(zone)


def test_rejects_tiers_that_overlap_or_leave_their_zone_or_fill_it() -> None:
    vpc = IPv4Network("10.32.0.0/16")
    with pytest.raises(ValueError, match=r"tiers apps and data overlap.*next free place for data is prefix 24, slot 0"):
        subnets(vpc, ["euc1-az1"], {"apps": TierBlock(20, 1), "data": TierBlock(24, 16)})
    with pytest.raises(ValueError, match="/24 in slot 32 is not inside a zone block of /19"):
        subnets(vpc, ["euc1-az1"], {"apps": TierBlock(24, 32)})
    with pytest.raises(ValueError, match="no room for one more tier"):
        subnets(vpc, ["euc1-az1"], {"apps": TierBlock(20, 0), "cde": TierBlock(20, 1)})
    with pytest.raises(ValueError, match=r"the VPC must be /16 to /20, got 10\.0\.0\.0/21"):
        subnets(IPv4Network("10.0.0.0/21"), ["euc1-az1"], {"apps": TierBlock(26, 0)})
    with pytest.raises(ValueError, match="the zones must differ"):
        subnets(vpc, ["euc1-az1", "euw1-az1"], {"apps": TierBlock(24, 0)})
