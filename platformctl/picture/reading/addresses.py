"""What an address range is, seen from an environment."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

ANYWHERE = ("0.0.0.0/0", "::/0")
# Ranges that no packet reaches the internet from: RFC 1918, 6598 (shared), 3927 (link-local), 4193 and 4291.
_INTERNAL = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


def within(cidr: str, ranges: Iterable[str]) -> bool:
    """Whether a range is inside of one of the others; a text that is no range is in none."""
    network = _network(cidr)
    return network is not None and any(_inside(network, _network(other)) for other in ranges)


def is_public(cidr: str) -> bool:
    """Whether a range has addresses of the internet."""
    network = _network(cidr)
    return network is not None and not any(_inside(network, internal) for internal in _INTERNAL)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _inside(network: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network | None) -> bool:
    if isinstance(network, IPv4Network) and isinstance(other, IPv4Network):
        return network.subnet_of(other)
    return isinstance(network, IPv6Network) and isinstance(other, IPv6Network) and network.subnet_of(other)
