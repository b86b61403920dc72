"""Where requests come in: load balancers, the web firewall before them, and whom security groups let in."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from platformctl.picture.model import OUTSIDE, Box, Flow
from platformctl.picture.reading.addresses import ANYWHERE, within
from platformctl.picture.reading.facts import as_word, known, listed, mapping, produced, refs, texts, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

INTERNET = Box("internet", "outside", "Internet", ("clients",))
FIREWALL = "web firewall"
_ALB = "alb.ingress.kubernetes.io/"


@dataclass(frozen=True)
class Door:
    """A load balancer: its box, whether the internet reaches it, and the namespace that it leads to."""

    box: Box
    public: bool
    leads_to: str = ""
    guarded: bool = False


def doors(graph: Graph) -> list[Door]:
    """Every load balancer: those that a controller makes for an Ingress, and those that the program makes."""
    found = []
    for one in graph.of_type(tokens.INGRESS):
        notes = mapping(known(one, "metadata", "annotations"))
        public = notes.get(f"{_ALB}scheme") == "internet-facing"
        guarded = bool(produced(graph, one, "metadata", tokens.WEB_ACL) or as_word(notes.get(f"{_ALB}wafv2-acl-arn")))
        name = as_word(notes.get(f"{_ALB}load-balancer-name")) or word(one, "metadata", "name") or one.name
        ports = re.findall(r'"(\w+)": *(\d+)', as_word(notes.get(f"{_ALB}listen-ports")))
        lines = ("load balancer", _reach(public), " ".join(f"{kind} {port}" for kind, port in ports))
        box = Box(
            one.urn, "door", name.removeprefix(f"{one.stack}-"), tuple(filter(None, lines)), (one.urn,), full=name
        )
        found.append(Door(box, public, word(one, "metadata", "namespace"), guarded))
    for one in graph.of_type(tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER):
        public = word(one, "internal") != "true"
        box = Box(one.urn, "door", word(one, "name") or one.name, ("load balancer", _reach(public)), (one.urn,))
        found.append(Door(box, public, guarded=bool(_guards(graph, one))))
    return found


def firewall(graph: Graph) -> Box | None:
    """All web firewalls as one box."""
    found = graph.of_type(tokens.WEB_ACL)
    if not found:
        return None
    rules = sum(len(listed(one, "rules")) for one in found)
    urns = tuple(one.urn for one in graph.of_type(tokens.WEB_ACL, tokens.WEB_ACL_LOGGING, tokens.WEB_ACL_ASSOCIATION))
    return Box(FIREWALL, "firewall", "Web firewall", (f"{rules} rules",), urns)


def openings(graph: Graph, carriers: dict[str, tuple[Resource, ...]], ranges: list[str]) -> Iterator[tuple[Box, Flow]]:
    """Who outside of the networks is let in by a security group, for the boxes that carry it (by their id)."""
    holders: dict[str, list[str]] = defaultdict(list)
    for box, groups in carriers.items():
        for group in groups:
            holders[group.urn].append(box)
    for group, cidr, ports, name in _rules(graph):
        if within(cidr, ranges):
            continue
        source = INTERNET if cidr in ANYWHERE else Box(f"network:{cidr}", OUTSIDE, cidr, (name,) if name else ())
        for box in holders.get(group.urn, ()):
            yield source, Flow(source.id, box, "request", f"security group {group.name} lets {cidr} in{ports}")


def _rules(graph: Graph) -> Iterator[tuple[Resource, str, str, str]]:
    for rule in graph.of_type(tokens.INGRESS_RULE):
        for group in refs(graph, rule, "securityGroupId", tokens.SECURITY_GROUP, tokens.DEFAULT_SECURITY_GROUP):
            name = rule.name.removeprefix(f"{group.name}-") if rule.name.startswith(group.name) else ""
            for cidr in filter(None, (word(rule, "cidrIpv4"), word(rule, "cidrIpv6"))):
                yield group, cidr, _ports(word(rule, "fromPort"), word(rule, "toPort")), name
    for rule in graph.of_type(tokens.SECURITY_GROUP_RULE):
        if word(rule, "type") == "ingress":
            for group in refs(graph, rule, "securityGroupId", tokens.SECURITY_GROUP):
                ports = _ports(word(rule, "fromPort"), word(rule, "toPort"))
                yield from (
                    (group, cidr, ports, "")
                    for cidr in _cidrs(known(rule, "cidrBlocks"), known(rule, "ipv6CidrBlocks"))
                )
    for group in graph.of_type(tokens.SECURITY_GROUP, tokens.DEFAULT_SECURITY_GROUP):
        for inline in map(mapping, listed(group, "ingress")):
            ports = _ports(as_word(inline.get("fromPort")), as_word(inline.get("toPort")))
            cidrs = _cidrs(inline.get("cidrBlocks"), inline.get("ipv6CidrBlocks"))
            yield from ((group, cidr, ports, "") for cidr in cidrs)


def _cidrs(*values: object) -> Iterable[str]:
    return [cidr for value in values for cidr in texts(value)]


def _ports(first: str, last: str) -> str:
    if not first or first == "-1":
        return " on every port"
    return f" on port {first}" if first == last else f" on ports {first} to {last}"


def _reach(public: bool) -> str:
    return "internet-facing" if public else "internal"


def _guards(graph: Graph, balancer: Resource) -> list[Resource]:
    types = (tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER)
    return [
        one for one in graph.of_type(tokens.WEB_ACL_ASSOCIATION) if balancer in refs(graph, one, "resourceArn", *types)
    ]
