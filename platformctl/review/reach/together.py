"""All that became reachable, the ways of the network first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from platformctl.review.compared import Compared, label
from platformctl.review.model import Item
from platformctl.review.reach.acls import Subnets
from platformctl.review.reach.documents import opened
from platformctl.review.reach.flags import flags
from platformctl.review.reach.groups import Groups
from platformctl.review.reach.joins import joins
from platformctl.review.reach.openings import (
    PEERS_SHOWN,
    Opening,
    Peer,
    is_open,
    peer_rank,
    peer_text,
    peers_text,
    port_text,
    widened,
)
from platformctl.review.reach.pod_rules import selects_more
from platformctl.review.reach.pods import Pods
from platformctl.review.reach.routes import reached, routes_of
from policies import tokens

_SUBJECTS_SHOWN = 6
# What an opening lets happen, by the kind of rule and direction; what it says where it may be.
_VERBS = {
    "ingress": ("accepts {port} from {peer}", "may accept {port} from {peer}"),
    "egress": ("reaches {peer} on {port}", "may reach {peer} on {port}"),
    "acl ingress": ("the network ACL lets {port} in from {peer}", "the network ACL may let {port} in from {peer}"),
    "acl egress": ("the network ACL lets {port} out to {peer}", "the network ACL may let {port} out to {peer}"),
    "route": ("a route leads to {peer} by {protocol}", "a route may lead to {peer} by {protocol}"),
    "pods ingress": ("its pods accept {port} from {peer}", "its pods may accept {port} from {peer}"),
    "pods egress": ("its pods reach {peer} on {port}", "its pods may reach {peer} on {port}"),
}


Found = tuple[str, str, Opening]  # what is open, in which way, and for whom


@dataclass(frozen=True)
class _Way:
    """What openings share that are told in one line."""

    about: str  # the resource that a reviewer finds in the change
    verb: str
    port: str
    protocol: str
    sure: bool


def reach(compared: Compared) -> Iterator[Item]:
    """One item for each opening that is new, with all that it is an opening of."""
    yield from _items(compared, _openings(compared))
    yield from flags(compared)
    yield from joins(compared)
    yield from opened(compared, but=(tokens.ROLE,))


def _openings(compared: Compared) -> Iterator[Found]:
    """Who, in which way, and what is new about it."""
    yield from _of_groups(compared)
    yield from _of_acls(compared)
    routed = routes_of(compared.before)
    for subnet, routes in sorted(routes_of(compared.after).items()):
        yield from ((subnet, "route", one) for one in widened(reached(routed.get(subnet, ())), routes))
    before, after = Pods(compared.before), Pods(compared.after)
    for subject, direction in sorted(after.subjects()):
        had, permitted = (side.openings(subject, direction) for side in (before, after))
        yield from ((subject, f"pods {direction}", one) for one in widened(had, permitted, selects_more))


def _of_groups(compared: Compared) -> Iterator[Found]:
    old, new = Groups(compared.before), Groups(compared.after)
    before = old.openings()
    for (subject, direction), permitted in sorted(new.openings().items()):
        had = before.get((subject, direction), old.of_group(subject, direction))
        yield from ((subject, direction, one) for one in widened(had, permitted))


def _of_acls(compared: Compared) -> Iterator[Found]:
    old, new = Subnets(compared.before), Subnets(compared.after)
    protocols = old.protocols | new.protocols
    for subnet in sorted(old.known & new.known):
        for direction in ("ingress", "egress"):
            had, allowed = (side.openings(subnet, direction, protocols) for side in (old, new))
            yield from ((subnet, f"acl {direction}", one) for one in widened(had, allowed))


def _items(compared: Compared, found: Iterable[Found]) -> Iterator[Item]:
    """What is said of several other sides, and of several subjects, together."""
    by_subject: dict[tuple[_Way, str], dict[Opening, None]] = defaultdict(dict)
    for subject, verb, one in found:
        way = _Way(_about(subject, one, compared), verb, port_text(one), one.protocol, one.sure)
        by_subject[way, subject][one] = None
    told: dict[tuple[_Way, tuple[Opening, ...]], list[str]] = defaultdict(list)
    for (way, subject), openings in by_subject.items():
        told[way, tuple(sorted(openings, key=lambda one: peer_rank(one.peer)))].append(subject)
    for key in sorted(told, key=lambda key: _rank(*key)):
        yield _item(compared, *key, told[key])


def _rank(way: _Way, openings: Sequence[Opening]) -> tuple[bool, int, bool]:
    """The internet first."""
    return not is_open(one.peer for one in openings), list(_VERBS).index(way.verb), not way.sure


def _about(subject: str, opening: Opening, compared: Compared) -> str:
    """The resource that a reviewer finds in the change: what states the opening, or else what moved under it."""
    peer = opening.peer.key if isinstance(opening.peer, Peer) else ""
    return next((urn for urn in (opening.by, subject, peer) if urn in compared.changes), opening.by or subject)


def _item(compared: Compared, way: _Way, openings: Sequence[Opening], subjects: Sequence[str]) -> Item:
    words = _VERBS[way.verb][0 if way.sure else 1]
    names = [_named(urn, compared) for urn in subjects]
    alone = len(names) == 1
    details = [] if alone else [f"it is {name}" for name in names[:_SUBJECTS_SHOWN]]
    if len(names) > _SUBJECTS_SHOWN:
        details.append(f"and {len(names) - _SUBJECTS_SHOWN} more")
    if len(openings) > PEERS_SHOWN:
        details += [peer_text(one) for one in openings[PEERS_SHOWN : PEERS_SHOWN + _SUBJECTS_SHOWN]]
    states = dict.fromkeys(by for one in openings for by in (one.by, *one.also) if by and by != way.about)
    details += [f"stated by {_named(urn, compared)}" for urn in states]
    told = words.format(peer=peers_text(openings), port=way.port, protocol=way.protocol)
    return compared.item(way.about, f"{names[0] if alone else f'{len(names)} resources'}: {told}", *details)


def _named(urn: str, compared: Compared) -> str:
    resource = compared.after.by_urn.get(urn) or compared.before.by_urn.get(urn)
    return f"{label(resource)}{'' if urn in compared.before.by_urn else ', new'}" if resource else urn
