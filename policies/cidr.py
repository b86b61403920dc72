"""Address ranges: when some of them together are the internet, and what is left when others are denied."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

Network = IPv4Network | IPv6Network

_HALF_OF_IPV4 = 2**31
_UNICAST_V6 = IPv6Network("2000::/3")
_HALF_OF_UNICAST_V6 = _UNICAST_V6.num_addresses // 2


def networks(cidrs: Iterable[str]) -> list[Network]:
    """The ranges; host bits are ignored, as the cloud ignores them. Raises ValueError for anything else."""
    return [ip_network(str.__str__(cidr), strict=False) for cidr in cidrs]


def is_internet(ranges: Iterable[Network]) -> bool:
    """Whether the ranges together hold at least half of all addresses of a family: whoever lists that much
    means everyone.

    A split such as 0.0.0.0/1 with 128.0.0.0/1, or the world without one address, is the internet too.
    """
    listed = list(ranges)
    v4 = collapse_addresses(n for n in listed if isinstance(n, IPv4Network))
    v6 = collapse_addresses(n for n in listed if isinstance(n, IPv6Network))
    return sum(n.num_addresses for n in v4) >= _HALF_OF_IPV4 or sum(_unicast(n) for n in v6) >= _HALF_OF_UNICAST_V6


def within(inner: Network, outer: Iterable[Network]) -> bool:
    """Whether one range lies inside the union of others."""
    return not subtract([inner], outer)


def subtract(ranges: Iterable[Network], removed: Iterable[Network]) -> list[Network]:
    """The addresses of `ranges` that are not in `removed`."""
    left = list(ranges)
    for gone in removed:
        left = [part for network in left for part in _without(network, gone)]
    return left


def _without(network: Network, gone: Network) -> list[Network]:
    if network.version != gone.version or not network.overlaps(gone):
        return [network]
    if isinstance(network, IPv4Network) and isinstance(gone, IPv4Network):
        return [] if network.subnet_of(gone) else list(network.address_exclude(gone))
    if isinstance(network, IPv6Network) and isinstance(gone, IPv6Network):
        return [] if network.subnet_of(gone) else list(network.address_exclude(gone))
    return [network]


def _unicast(network: IPv6Network) -> int:
    if network.supernet_of(_UNICAST_V6):
        return _UNICAST_V6.num_addresses
    return network.num_addresses if network.subnet_of(_UNICAST_V6) else 0
