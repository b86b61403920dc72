"""Networks: VPCs with tiers by zones, and what stands at their edge."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from platformctl.picture.model import Box, Cell
from platformctl.picture.reading.facts import refs, region, tag, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
ENDPOINT_SUBNETS = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
_KINDS = ("public", "private", "isolated")  # in the order of the rows
_PLAIN = "subnets"  # the tier of subnets that name none


@dataclass
class Draft:
    """A network while it is read: everything by the name of the tier."""

    vpc: Resource | None
    box: Box
    subnets: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)

    def order(self) -> list[str]:
        """The tiers from the edge inwards: public first, isolated last, card data after the rest of its kind."""
        return sorted(self.subnets, key=lambda tier: (_rank(self.kinds[tier]), self.scopes[tier] == "cde", tier))

    def of_kind(self, *kinds: str) -> str:
        """The first tier of one of the kinds, else the last one."""
        order = self.order()
        return next((tier for kind in kinds for tier in order if self.kinds[tier] == kind), order[-1])


def drafts(graph: Graph) -> list[Draft]:
    """Every VPC with its subnets; subnets of no known VPC are drawn as a network of their own."""
    found: dict[str, Draft] = {}
    for vpc in graph.of_type(tokens.VPC):
        found[vpc.urn] = Draft(vpc, _network(graph, vpc))
    for subnet in graph.of_type(tokens.SUBNET):
        vpcs = refs(graph, subnet, "vpcId", tokens.VPC)
        draft = found.get(vpcs[0].urn) if vpcs else None
        if draft is None:
            draft = found.setdefault("", Draft(None, Box("network", "network", "Network outside of this program")))
        tier = tag(graph, subnet, "tier") or _PLAIN
        draft.subnets[tier].append(subnet)
        draft.kinds.setdefault(tier, tag(graph, subnet, "tier-kind") or _guessed(subnet))
        draft.scopes.setdefault(tier, word(subnet, "tags", "pci-scope"))
    return [draft for draft in found.values() if draft.subnets]


def zones(draft: Draft) -> list[str]:
    """The zones of the subnets, in order."""
    return sorted({zone_of(subnet) for group in draft.subnets.values() for subnet in group})


def zone_of(subnet: Resource) -> str:
    """The zone of a subnet, by id or by name."""
    return word(subnet, "availabilityZoneId") or word(subnet, "availabilityZone") or "a zone not known yet"


def cells(draft: Draft, tier: str) -> tuple[Cell, ...]:
    """The subnets of a tier by zone."""
    by_zone: dict[str, list[Resource]] = defaultdict(list)
    for subnet in draft.subnets[tier]:
        by_zone[zone_of(subnet)].append(subnet)
    return tuple(
        Cell(
            zone,
            tuple(word(subnet, "cidrBlock") for subnet in by_zone[zone] if word(subnet, "cidrBlock")),
            tuple(subnet.urn for subnet in by_zone[zone]),
        )
        for zone in sorted(by_zone)
    )


def tier_of(draft: Draft, subnets: tuple[Resource, ...]) -> str | None:
    """The tier that most of these subnets are in; None if they are of another network."""
    counted = {tier: sum(subnet in group for subnet in subnets) for tier, group in draft.subnets.items()}
    best = max(draft.order(), key=lambda tier: counted[tier])
    return best if counted[best] else None


def gateways(graph: Graph, draft: Draft) -> list[tuple[str, Box]]:
    """The NAT gateways of a network as one box, in the tier of their subnets."""
    found = [(nat, refs(graph, nat, "subnetId", tokens.SUBNET)) for nat in graph.of_type(NAT_GATEWAY)]
    mine = [(nat, subnets[0]) for nat, subnets in found if tier_of(draft, subnets)]
    if not mine:
        return []
    where = ", ".join(sorted(zone_of(subnet) for _, subnet in mine))
    title = "NAT gateway" if len(mine) == 1 else "NAT gateways"
    box = Box(nat_id(draft), "nat", title, (f"in {where}",), tuple(nat.urn for nat, _ in mine))
    return [(tier_of(draft, tuple(subnet for _, subnet in mine)) or draft.order()[0], box)]


def nat_id(draft: Draft) -> str:
    """The id of the box of a network's NAT gateways."""
    return f"nat:{draft.box.id}"


def endpoints(graph: Graph, draft: Draft) -> list[tuple[str, Box]]:
    """The private endpoints of a network as one box, in the tier that most of them are in."""
    mine = [one for one in graph.of_type(tokens.VPC_ENDPOINT) if draft.vpc in refs(graph, one, "vpcId", tokens.VPC)]
    if not mine:
        return []
    subnets = [
        subnet
        for link in graph.of_type(ENDPOINT_SUBNETS)
        if set(refs(graph, link, "vpcEndpointId", tokens.VPC_ENDPOINT)) & set(mine)
        for subnet in refs(graph, link, "subnetId", tokens.SUBNET)
    ]
    subnets += [subnet for one in mine for subnet in refs(graph, one, "subnetIds", tokens.SUBNET)]
    kinds: dict[str, list[str]] = defaultdict(list)
    for one in mine:
        service = re.sub(r"^com\.amazonaws\.[a-z0-9-]+\.", "", word(one, "serviceName")) or one.name
        kinds[word(one, "vpcEndpointType").lower() or "gateway"].append(service)
    lines = tuple(f"{kind}: {', '.join(sorted(kinds[kind]))}" for kind in sorted(kinds, reverse=True))
    tier = tier_of(draft, tuple(subnets)) or draft.of_kind("private")
    return [(tier, Box("endpoints", "endpoint", "Private endpoints", lines, tuple(one.urn for one in mine)))]


def _network(graph: Graph, vpc: Resource) -> Box:
    ways = [
        one
        for one in graph.of_type(tokens.INTERNET_GATEWAY, tokens.PEERING)
        if vpc in refs(graph, one, "vpcId", tokens.VPC)
    ]
    cidrs = [word(vpc, "cidrBlock")]
    cidrs += [
        word(one, "cidrBlock") for one in graph.of_type(tokens.VPC_CIDR) if vpc in refs(graph, one, "vpcId", tokens.VPC)
    ]
    facts = ["internet gateway" if one.type == tokens.INTERNET_GATEWAY else "peering" for one in ways]
    title = " ".join(["VPC", *filter(None, cidrs)])
    lines = tuple(filter(None, (region(graph, vpc), *sorted(set(facts)))))
    urns = (vpc.urn, *(one.urn for one in ways), *filter(None, (vpc.parent,)))
    return Box(vpc.urn, "network", title, lines, urns, full=vpc.name)


def _guessed(subnet: Resource) -> str:
    name = subnet.name.lower()
    public = word(subnet, "mapPublicIpOnLaunch") == "true"
    return "public" if public or "public" in name else "isolated" if "isolated" in name else "private"


def _rank(kind: str) -> int:
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
