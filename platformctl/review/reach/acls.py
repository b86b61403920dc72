"""Network ACLs: what each subnet lets in and out."""

from collections.abc import Iterator
from ipaddress import ip_network
from itertools import pairwise

from platformctl.review.reach.openings import ALL_PORTS, EVERY, Opening, Peer, protocol_of
from policies import tokens
from policies.cidr import Network, subtract
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Block, Mistyped, Undecided

_ACLS = (tokens.NETWORK_ACL, tokens.DEFAULT_NETWORK_ACL)
_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
_OTHER = "other protocols"  # what no entry names
_EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


class Subnets:
    """The subnets of one graph with the entries of the ACL that each has, in AWS's order."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known = {subnet.urn for subnet in graph.of_type(tokens.SUBNET)}
        self._acls = {urn: self._acl(graph.by_urn[urn]) for urn in self.known}
        self._entries = {acl.urn: self._of(acl) for acl in graph.of_type(*_ACLS)}
        self.protocols = {_OTHER} | {
            name for entries in self._entries.values() for _, block in entries if (name := _protocol(block)) != EVERY
        }

    def openings(self, subnet: str, direction: str, protocols: set[str]) -> list[Opening]:
        """What the subnet's ACL allows, by protocol, as far as no earlier entry denies it."""
        acl = self._acls[subnet]
        if acl is None:
            return [Opening(name, *ALL_PORTS, everyone, "") for name in sorted(protocols) for everyone in _EVERYWHERE]
        entries = [(by, block) for by, block in self._entries[acl] if _is(block, direction)]
        return [one for name in sorted(protocols) for one in _allowed(name, entries)]

    def _acl(self, subnet: Resource) -> str | None:
        for type_, path in (
            (_ASSOCIATION, "subnetId"),
            (tokens.NETWORK_ACL, "subnetIds"),
            (tokens.DEFAULT_NETWORK_ACL, "subnetIds"),
        ):
            for one in self.graph.possible_referrers(subnet, type_, path):
                acl = _resolved(self.graph, one) if type_ == _ASSOCIATION else one
                if acl:
                    return acl.urn
        managed = self.graph.of_type(tokens.DEFAULT_NETWORK_ACL)
        return managed[0].urn if len(managed) == 1 else None

    def _of(self, acl: Resource) -> list[tuple[str, Block]]:
        found = [
            (acl.urn, Block(dict(block.raw) | {"egress": key == "egress"}, block.path, acl._origin))
            for key in ("ingress", "egress")
            for block in _inline(acl, key)
        ]
        rules = self.graph.possible_referrers(acl, tokens.NETWORK_ACL_RULE, "networkAclId", *_ACLS)
        found += [(rule.urn, rule.props) for rule in rules]
        return sorted(found, key=lambda entry: (_number(entry[1]), entry[0]))


def _allowed(name: str, entries: list[tuple[str, Block]]) -> Iterator[Opening]:
    concerned = [(by, block) for by, block in entries if _protocol(block) in (name, EVERY)]
    cuts = sorted({cut for _, block in concerned for first, last in [_ports(block, name)] for cut in (first, last + 1)})
    for first, beyond in pairwise(cuts):
        denied: list[Network] = []
        for by, block in concerned:
            begin, end = _ports(block, name)
            if not begin <= first <= end:
                continue
            for peer in _peers(by, block):
                if not _allows(block):
                    denied += [] if isinstance(peer, Peer) else [peer]
                elif isinstance(peer, Peer):
                    yield Opening(name, first, beyond - 1, peer, by)
                else:
                    yield from (Opening(name, first, beyond - 1, left, by) for left in subtract([peer], denied))


def _peers(by: str, block: Block) -> Iterator[Network | Peer]:
    for key in ("cidrBlock", "ipv6CidrBlock"):
        value = block.raw.get(key)
        if isinstance(value, str) and value:
            try:
                yield ip_network(str.__str__(value), strict=False)
            except ValueError:
                continue
        elif value is not None and value != "":
            yield Peer(f"{by} {key}", "an address not known yet", (), False)


def _ports(block: Block, name: str) -> tuple[int, int]:
    if _protocol(block) == EVERY or name not in ("tcp", "udp"):
        return ALL_PORTS
    first, last = block.raw.get("fromPort"), block.raw.get("toPort")
    if isinstance(first, int | float) and isinstance(last, int | float):
        return int(first), int(last)
    return ALL_PORTS


def _protocol(block: Block) -> str:
    written = block.raw.get("protocol", "-1")
    return protocol_of(str(int(written)) if isinstance(written, float) else str(written))


def _allows(block: Block) -> bool:
    return str(block.raw.get("action", block.raw.get("ruleAction"))).lower() != "deny"


def _is(block: Block, direction: str) -> bool:
    egress = block.raw.get("egress")
    return egress is UNKNOWN or bool(egress) == (direction == "egress")


def _number(block: Block) -> int:
    number = block.raw.get("ruleNo", block.raw.get("ruleNumber", 0))
    return int(number) if isinstance(number, int | float) else 0


def _inline(acl: Resource, key: str) -> list[Block]:
    try:
        return acl.props.blocks(key)
    except (Undecided, Mistyped):
        return []


def _resolved(graph: Graph, association: Resource) -> Resource | None:
    try:
        return graph.resolve(association, "networkAclId", *_ACLS)
    except (Undecided, Mistyped):
        return None
