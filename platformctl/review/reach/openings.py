"""Openings of the network, and which of them are new: by arithmetic on addresses and ports, not by comparing texts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from itertools import pairwise

from policies.cidr import Network, is_internet, subtract

EVERY = "*"  # protocol: all of them
ALL_PORTS = (0, 65_535)
PEERS_SHOWN = 3  # in one line
_NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "-1": EVERY, "all": EVERY}


@dataclass(frozen=True, order=True)
class Peer:
    """The other side, where it is named and not listed by address. What has the same key is the same."""

    key: str
    label: str = field(compare=False)
    addresses: tuple[Network, ...] = field(default=(), compare=False)  # that it surely lies in, where known
    certain: bool = field(default=True, compare=False)  # False: not known yet who or what that is


@dataclass(frozen=True)
class Opening:
    """One other side and the ports that are open for it."""

    protocol: str
    first: int
    last: int
    peer: Network | Peer
    by: str = field(default="", compare=False)  # the URN of what states it
    certain: bool = field(default=True, compare=False)
    was: tuple[Network, ...] = ()  # the part of the peer that was open before
    also: tuple[str, ...] = field(default=(), compare=False)  # and of what else does, for a part of it

    @property
    def sure(self) -> bool:
        return self.certain and (not isinstance(self.peer, Peer) or self.peer.certain)


Covers = Callable[[Peer, Collection[Network | Peer]], bool]


def listed(peer: Peer, before: Collection[Network | Peer]) -> bool:
    """Whether a peer could reach before: by name, or because all its addresses could."""
    ranges = [one for one in before if not isinstance(one, Peer)]
    return peer in before or bool(peer.addresses and not subtract(peer.addresses, ranges))


def protocol_of(written: str) -> str:
    return _NAMES.get(written.lower(), written.lower())


def widened(before: Collection[Opening], after: Collection[Opening], covers: Covers = listed) -> list[Opening]:
    """What is open after and was not before, in ports and ranges as large as they are open alike. Splitting a range,
    moving it to another rule, or stating it twice opens nothing.
    """
    had = [one for one in before if one.sure]
    unsure = {one for one in before if not one.sure}  # equal ones stay what they were
    asked = [one for one in after if one.sure or one not in unsure]
    names = sorted({one.protocol for one in (*had, *asked)} - {EVERY})
    everywhere = list(_of_protocol(EVERY, had, asked, covers))
    found = list(everywhere)
    for name in names:
        found += (one for one in _of_protocol(name, had, asked, covers) if not _told(one, everywhere))
    return [_stated(one, asked) for one in found]


def _told(one: Opening, everywhere: Iterable[Opening]) -> bool:
    return any(other.peer == one.peer for other in everywhere)


def _of_protocol(name: str, had: list[Opening], asked: list[Opening], covers: Covers) -> Iterator[Opening]:
    old = [one for one in had if one.protocol in (name, EVERY)]
    new = [one for one in asked if one.protocol in (name, EVERY)]
    cuts = sorted({cut for one in (*old, *new) for cut in (one.first, one.last + 1)})
    spans: dict[Network | Peer, list[tuple[int, int, tuple[Network, ...]]]] = defaultdict(list)
    for first, beyond in pairwise(cuts):
        before = [one.peer for one in old if one.first <= first <= one.last]
        after = [one.peer for one in new if one.first <= first <= one.last]
        for peer, was in _new_peers(before, after, covers):
            spans[peer].append((first, beyond - 1, was))
    for peer in sorted(spans, key=peer_rank):
        for first, last, was in _joined(spans[peer]):
            yield Opening(name, first, last, peer, was=was)


def _new_peers(
    before: Sequence[Network | Peer], after: Sequence[Network | Peer], covers: Covers
) -> Iterator[tuple[Network | Peer, tuple[Network, ...]]]:
    ranges = [one for one in before if not isinstance(one, Peer)]
    for network in collapsed(one for one in after if not isinstance(one, Peer)):
        if left := subtract([network], ranges):
            part = () if left == [network] else tuple(one for one in collapsed(ranges) if one.overlaps(network))
            yield network, part
    for peer in dict.fromkeys(one for one in after if isinstance(one, Peer)):
        if not covers(peer, before):
            yield peer, ()


def _joined(spans: list[tuple[int, int, tuple[Network, ...]]]) -> Iterator[tuple[int, int, tuple[Network, ...]]]:
    first, last, was = spans[0]
    for begin, end, part in spans[1:]:
        if begin == last + 1 and part == was:
            last = end
        else:
            yield first, last, was
            first, last, was = begin, end, part
    yield first, last, was


def _stated(one: Opening, after: Iterable[Opening]) -> Opening:
    """With what states it, and whether that is sure."""
    same = [other for other in after if _is_part(other, one)]
    sure = [other for other in same if other.sure]
    by, *also = sorted({other.by for other in sure or same})
    return replace(one, by=by, also=tuple(also), certain=bool(sure) or any(other.certain for other in same))


def _is_part(stated: Opening, found: Opening) -> bool:
    if stated.protocol not in (found.protocol, EVERY) or stated.first > found.last or stated.last < found.first:
        return False
    if isinstance(stated.peer, Peer) or isinstance(found.peer, Peer):
        return stated.peer == found.peer
    if stated.peer.version != found.peer.version or not stated.peer.overlaps(found.peer):
        return False
    return bool(subtract([stated.peer], found.was))


def collapsed(ranges: Iterable[Network]) -> list[Network]:
    """The same addresses in as few ranges as possible, those of IPv4 first."""
    every = list(ranges)
    v4 = [one for one in every if isinstance(one, IPv4Network)]
    v6 = [one for one in every if isinstance(one, IPv6Network)]
    return [*collapse_addresses(v4), *collapse_addresses(v6)]


def peer_rank(peer: Network | Peer) -> tuple[int, int, str, int, str]:
    """A stable order: ranges before names."""
    if isinstance(peer, Peer):
        return (1, 0, peer.key, 0, "")
    return (0, peer.version, "", int(peer.network_address), str(peer))


def port_text(one: Opening) -> str:
    """`tcp 5432`, `udp 1000-2000`, `all protocols`."""
    if one.protocol == EVERY:
        return "all protocols"
    if (one.first, one.last) == ALL_PORTS or one.protocol not in ("tcp", "udp", "sctp"):
        return f"{one.protocol} on all ports" if one.protocol in ("tcp", "udp", "sctp") else one.protocol
    return f"{one.protocol} {one.first}" if one.first == one.last else f"{one.protocol} {one.first}-{one.last}"


def is_open(peers: Iterable[Network | Peer]) -> bool:
    """Whether they are the internet together."""
    return is_internet([one for one in peers if not isinstance(one, Peer)])


def peer_text(one: Opening) -> str:
    """Who is on the other side, and which part of that was before."""
    if isinstance(one.peer, Peer):
        return one.peer.label
    named = f"the internet ({one.peer})" if is_internet([one.peer]) else str(one.peer)
    was = ", ".join(map(str, one.was[:PEERS_SHOWN])) + (" ..." if len(one.was) > PEERS_SHOWN else "")
    return f"{named}, before {was}" if was else named


def peers_text(openings: Sequence[Opening]) -> str:
    """The same of several."""
    shown = ", ".join(map(peer_text, openings[:PEERS_SHOWN]))
    more = len(openings) - PEERS_SHOWN
    listed = f"{shown} and {more} more ranges" if more > 0 else shown
    if len(openings) > 1 and is_open(one.peer for one in openings) and "the internet" not in shown:
        return f"the internet ({listed})"
    return listed
