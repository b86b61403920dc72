"""Which hosts outside the pods of a namespace may reach, as its NetworkPolicies say."""

from collections.abc import Iterator
from typing import Any

from platformctl.picture.model import OUTSIDE, Box
from platformctl.picture.reading.addresses import ANYWHERE, is_public, within
from platformctl.picture.reading.facts import as_word, known, listed, mapping, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_HOSTS = "platform/egress-hosts"  # the annotation by which a service names what its address ranges belong to
ANY_HOST = Box("any-host", OUTSIDE, "Any public host")


def hosts(graph: Graph, ranges: list[str]) -> Iterator[tuple[str, Box, str]]:
    """The namespace, the host that it may reach, and why; hosts in the environment's own networks are none."""
    for policy in graph.of_type(tokens.NETWORK_POLICY):
        namespace = word(policy, "metadata", "namespace")
        opened = [(cidr, ports) for cidr, ports in _opened(policy) if is_public(cidr) and not within(cidr, ranges)]
        named = [one for one in _named(policy) if one not in ("*", "none")]
        fixed = [(cidr, ports) for cidr, ports in opened if cidr not in ANYWHERE]
        for cidr, ports in opened:
            if cidr in ANYWHERE:
                yield namespace, ANY_HOST, f"{policy.name} lets it reach any public address{ports}"
        if named and fixed:
            for host in named:
                lines = (fixed[0][0],) if len(fixed) == 1 else ()
                box = Box(f"host:{host}", OUTSIDE, host, lines)
                yield namespace, box, f"{policy.name} lets it reach {host}{fixed[0][1]}"
        else:
            for cidr, ports in fixed:
                yield namespace, Box(f"host:{cidr}", OUTSIDE, cidr), f"{policy.name} lets it reach {cidr}{ports}"


def _named(policy: Resource) -> list[str]:
    notes = mapping(known(policy, "metadata", "annotations"))
    return [host for part in as_word(notes.get(_HOSTS)).split(",") if (host := part.strip())]


def _opened(policy: Resource) -> Iterator[tuple[str, str]]:
    for rule in map(mapping, listed(policy, "spec", "egress")):
        ports = ", ".join(filter(None, (as_word(mapping(one).get("port")) for one in _items(rule.get("ports")))))
        for peer in map(mapping, _items(rule.get("to"))):
            if cidr := as_word(mapping(peer.get("ipBlock")).get("cidr")):
                yield cidr, f" on port {ports}" if ports else ""


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
