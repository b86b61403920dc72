from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cidr import is_internet, networks, subtract, within

_V4 = st.builds(
    lambda address, prefix: str(ip_network((address, prefix), strict=False)),
    st.integers(0, 2**32 - 1).map(lambda n: str(IPv4Network(n).network_address)),
    st.integers(0, 32),
)


@given(st.sampled_from(("0.0.0.0/0", "::/0", "2000::/3")), st.data())
def test_the_world_is_the_internet_however_it_is_split(world: str, data: st.DataObject) -> None:
    parts = [ip_network(world)]
    for _ in range(data.draw(st.integers(0, 12))):
        chosen = parts.pop(data.draw(st.integers(0, len(parts) - 1)))
        parts += chosen.subnets()
    shuffled = data.draw(st.permutations(parts))
    assert is_internet(shuffled)


@given(st.lists(_V4, max_size=6))
def test_the_verdict_counts_each_address_once(cidrs: list[str]) -> None:
    ranges = networks(cidrs)
    assert is_internet([*ranges, *ranges]) == is_internet(ranges)
    total = sum(n.num_addresses for n in ranges)
    assert not is_internet(ranges) or total >= 2**31


@given(st.lists(_V4, max_size=5), st.lists(_V4, max_size=5), _V4)
def test_subtraction_leaves_exactly_what_was_not_removed(some: list[str], gone: list[str], probe: str) -> None:
    left = subtract(networks(some), networks(gone))
    address = IPv4Network(probe).network_address
    expected = any(address in n for n in networks(some)) and not any(address in n for n in networks(gone))
    assert any(address in n for n in left) == expected


def test_half_of_the_addresses_are_the_internet_and_less_is_not() -> None:
    assert is_internet(networks(["128.0.0.0/1"]))
    assert is_internet(networks(["0.0.0.0/2", "64.0.0.0/2"]))
    assert not is_internet(networks(["0.0.0.0/2", "64.0.0.0/3", "10.0.0.0/8"]))
    assert is_internet(networks(["2000::/4"]))
    assert not is_internet(networks(["2000::/5", "fc00::/7"]))
    assert not is_internet([])


def test_ranges_of_one_family_say_nothing_of_the_other() -> None:
    v4, v6 = IPv4Network("10.0.0.0/8"), IPv6Network("::/0")
    assert subtract([v4], [v6]) == [v4]
    assert not within(v4, [v6])
    assert within(IPv4Network("10.1.0.0/16"), networks(["10.0.0.0/9", "10.128.0.0/9"]))


def test_what_is_no_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="anywhere"):
        networks(["anywhere"])
