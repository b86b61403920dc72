"""The rules of NetworkPolicies: their ports and peers as openings."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from platformctl.review.compared import listing, mapping
from platformctl.review.reach.openings import ALL_PORTS, EVERY, Opening, Peer
from policies.cidr import Network, subtract
from policies.resource import Resource
from policies.values import UNKNOWN

_SIDES = {"ingress": "from", "egress": "to"}
_EVERYONE = Peer("everyone", "anyone")
_EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
Requirements = frozenset[str]


@dataclass(frozen=True, order=True)
class _Pods(Peer):
    """Pods by selector: what they must fulfil, each requirement a text, the more the fewer they are."""

    namespaces: Requirements = frozenset()
    pods: Requirements = frozenset()


def selects_more(peer: Peer, before: Collection[Network | Peer]) -> bool:
    """Whether before there was a peer that the new one is a part of."""
    if _EVERYONE in before or peer in before:
        return True
    return isinstance(peer, _Pods) and any(
        isinstance(one, _Pods) and one.namespaces <= peer.namespaces and one.pods <= peer.pods for one in before
    )


def everything(by: str = "") -> list[Opening]:
    """What pods may do that no policy selects."""
    return [Opening(EVERY, *ALL_PORTS, peer, by) for peer in (_EVERYONE, *_EVERYWHERE)]


def openings_of(
    policy: Resource, spec: Any, direction: str, namespace: Any, named: Mapping[str, int]
) -> Iterator[Opening]:
    """What one policy lets the pods do that it selects; `named` are the ports of the pods by name."""
    rules = UNKNOWN if spec is UNKNOWN else spec.get(direction)
    if rules is UNKNOWN:
        yield Opening(EVERY, *ALL_PORTS, Peer(policy.urn, "whoever it lets in: not known yet", (), False), policy.urn)
        return
    for rule in map(mapping, listing(rules)):
        for protocol, first, last in _ports(rule.get("ports"), named if direction == "ingress" else {}):
            for peer in _peers(rule.get(_SIDES[direction]), namespace, policy):
                yield Opening(protocol, first, last, peer, policy.urn)


def _ports(ports: Any, named: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    if not ports or ports is UNKNOWN:
        yield EVERY, *ALL_PORTS
        return
    for one in map(mapping, listing(ports)):
        protocol = str(one.get("protocol") or "TCP").lower()
        port, end = one.get("port"), one.get("endPort")
        if isinstance(port, str):
            port = named.get(port) if port in named else port
        if isinstance(port, str):
            yield f"{protocol} port {port}", *ALL_PORTS
        elif isinstance(port, int | float):
            yield protocol, int(port), int(end) if isinstance(end, int | float) else int(port)
        else:
            yield protocol, *ALL_PORTS


def _peers(peers: Any, namespace: Any, policy: Resource) -> Iterator[Network | Peer]:
    if not peers:
        yield from (_EVERYONE, *_EVERYWHERE)
        return
    for one in peers if isinstance(peers, list) else [UNKNOWN]:
        if not isinstance(one, Mapping):
            yield Peer(f"{policy.urn} peers", "somebody not known yet", (), False)
        elif isinstance(block := one.get("ipBlock"), Mapping):
            yield from _block(block, policy)
        else:
            yield _selected(one, namespace)


def _block(block: Mapping[str, Any], policy: Resource) -> Iterator[Network | Peer]:
    try:
        without = [ip_network(text, strict=False) for text in listing(block.get("except"))]
        whole = ip_network(block["cidr"], strict=False)
    except (ValueError, KeyError, TypeError):
        yield Peer(f"{policy.urn} ipBlock", "addresses not known yet", (), False)
    else:
        yield from subtract([whole], without)


def _selected(one: Mapping[str, Any], namespace: Any) -> _Pods:
    pods, among = one.get("podSelector"), one.get("namespaceSelector")
    where = _requirements(among) if among is not None else frozenset({f"{_NAMESPACE_NAME}={namespace}"})
    who = _requirements(pods)
    named = f"pods with {', '.join(sorted(who))}" if who else "all pods"
    place = f"namespaces with {', '.join(sorted(where))}" if where else "any namespace"
    own = among is None
    text = f"{named} of {'its own namespace' if own else place}"
    return _Pods(f"{sorted(where)} {sorted(who)}", text, namespaces=where, pods=who)


def _requirements(selector: Any) -> Requirements:
    labels, tests = mapping(mapping(selector).get("matchLabels")), listing(mapping(selector).get("matchExpressions"))
    return frozenset(f"{key}={value}" for key, value in labels.items()) | frozenset(
        _single(mapping(one)) or json.dumps(one, sort_keys=True, default=str) for one in tests
    )


def _single(one: Mapping[str, Any]) -> str:
    """`In` with one value is what matchLabels says."""
    values = listing(one.get("values"))
    return f"{one.get('key')}={values[0]}" if one.get("operator") == "In" and len(values) == 1 else ""
