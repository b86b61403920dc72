"""The network's addresses, zones, tiers and ways out."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import Field

from components.networks.endpoint_services import GatewayService, InterfaceService
from components.networks.layout import VPC_PREFIXES, TierBlock, conflicts
from components.tags import DataClass, PciScope
from stacks.reading import Check, Found
from stacks.sections.fields import Name, Strict, ZoneId

_PREFIX_OF_ZONES = {
    "eu-central-1": "euc1",
    "eu-north-1": "eun1",
    "eu-south-1": "eus1",
    "eu-south-2": "eus2",
    "eu-west-1": "euw1",
    "eu-west-3": "euw3",
}
ZONES = {region: tuple(f"{prefix}-az{n}" for n in (1, 2, 3)) for region, prefix in _PREFIX_OF_ZONES.items()}
PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

# How many zones a tier needs in an environment, and why.
_FEWEST_ZONES = {
    "prod": (3, "with fewer, losing one leaves no majority to elect a database writer or to drain nodes to")
}
_FEWEST_ZONES_ELSEWHERE = (2, "load balancers, EKS and database subnet groups refuse to start in fewer")


class Tier(Strict):
    kind: Literal["public", "private", "isolated"]
    """public: reached from the internet; private: goes out by NAT and endpoints; isolated: no way out."""
    prefix: Annotated[int, Field(ge=17, le=28)]
    """The size of its subnet in every zone: 24 is 251 usable addresses."""
    slot: Annotated[int, Field(ge=0)]
    """Which block of that size it takes in the zone's block, from 0. A change replaces the subnets."""
    data_class: DataClass | None = None
    pci_scope: PciScope | None = None


class Nat(Strict):
    mode: Literal["none", "single", "per_zone"]
    """How private subnets reach the internet: not at all, through one zone, or each through its own."""
    zone: ZoneId | None = None
    """Where the gateway stands; with mode single alone."""


class Endpoints(Strict):
    gateway: tuple[GatewayService, ...] = ()
    """Services reached through the route tables of the private subnets."""
    interface: tuple[InterfaceService, ...] = ()
    """Services reached through an address in the subnets of `tier`."""
    tier: Name | None = None
    """The private tier that holds the interface endpoints."""


class Network(Strict):
    cidr: IPv4Network
    """The VPC's addresses: RFC 1918, /16 to /20."""
    neighbours: dict[Name, IPv4Network] = Field(default_factory=dict)
    """Networks that this one may be joined with one day and must not overlap, by name."""
    zones: tuple[ZoneId, ...]
    """Zone ids, which mean the same place in every account; a zone's letter does not."""
    tiers: Annotated[dict[Name, Tier], Field(min_length=1)]
    nat: Nat
    endpoints: Endpoints
    dual_stack: bool = False
    """IPv6 beside IPv4 in the public and private tiers."""
    cluster_name: Name
    """The Kubernetes cluster that finds its subnets by tag."""


def _zones_of_region(region: str, zones: Sequence[str]) -> Found:
    for index, zone in enumerate(zones):
        if zone not in ZONES[region]:
            remedy = "take a zone of the region, or correct account.region"
            yield (
                f"network.zones[{index}]",
                zone,
                f"the zones of {region}: {', '.join(ZONES[region])}",
                remedy,
            )
    for index, zone in enumerate(zones):
        if zone in zones[:index]:
            yield f"network.zones[{index}]", zone, "each zone once", "remove it, or name another zone"


def _enough_zones(environment: str, zones: Sequence[str], tiers: Mapping[str, Any]) -> Found:
    fewest, why = _FEWEST_ZONES.get(environment, _FEWEST_ZONES_ELSEWHERE)
    if len(set(zones)) < fewest:
        allowed = f"at least {fewest} zones for the tiers {', '.join(sorted(tiers))} in {environment}: {why}"
        yield "network.zones", list(zones), allowed, "add zones: it changes no existing subnet"


def _private_block(cidr: IPv4Network) -> Found:
    if not any(cidr.subnet_of(block) for block in PRIVATE):
        blocks = ", ".join(str(block) for block in PRIVATE)
        yield (
            "network.cidr",
            str(cidr),
            f"inside {blocks} (RFC 1918)",
            "take a free block inside one of these",
        )
    if cidr.prefixlen not in VPC_PREFIXES:
        smallest, largest = VPC_PREFIXES[-1], VPC_PREFIXES[0]
        allowed = f"/{largest} (AWS's largest VPC) to /{smallest} (subnets of /28 in eight zone blocks)"
        yield "network.cidr", str(cidr), allowed, f"take a block of /{largest} to /{smallest}"


def _apart_from_neighbours(cidr: IPv4Network, neighbours: Mapping[str, IPv4Network]) -> Found:
    for name, neighbour in neighbours.items():
        if cidr.overlaps(neighbour):
            allowed = f"a block that does not overlap network.neighbours.{name} ({neighbour})"
            yield (
                "network.cidr",
                str(cidr),
                allowed,
                "take another block: overlapping networks can never be joined",
            )


def _tiers_fit(cidr: IPv4Network, tiers: Mapping[str, Any]) -> Found:
    if cidr.prefixlen in VPC_PREFIXES:
        blocks = {name: TierBlock(tier.prefix, tier.slot) for name, tier in tiers.items()}
        for found in conflicts(cidr.prefixlen, blocks):
            place = f"prefix {blocks[found.tier].prefix}, slot {blocks[found.tier].slot}"
            allowed = f"tiers that do not overlap, inside a zone's block, with room for one more: {found.reason}"
            yield f"network.tiers.{found.tier}", place, allowed, found.remedy


def _public_tier(tiers: Mapping[str, Any], nat: Any) -> Found:
    public = sorted(name for name, tier in tiers.items() if tier.kind == "public")
    if len(public) > 1:
        remedy = "keep one: it holds load balancers and NAT gateways, and nothing else"
        yield "network.tiers", ", ".join(public), "at most one public tier", remedy
    if nat.mode != "none" and not public:
        yield (
            "network.nat.mode",
            nat.mode,
            "none, because no tier is public",
            "add a public tier, or set mode to none",
        )


def _nat_zone(zones: Sequence[str], nat: Any) -> Found:
    if nat.mode == "single" and nat.zone not in zones:
        yield (
            "network.nat.zone",
            nat.zone,
            f"one of network.zones: {', '.join(zones)}",
            "name the gateway's zone",
        )
    if nat.mode != "single" and nat.zone is not None:
        yield "network.nat.zone", nat.zone, "nothing, unless network.nat.mode is single", "remove it"


def _endpoint_tier(tiers: Mapping[str, Any], endpoints: Any) -> Found:
    private = sorted(name for name, tier in tiers.items() if tier.kind == "private")
    if endpoints.interface and endpoints.tier not in private:
        allowed = f"a private tier: {', '.join(private) or 'there is none'}"
        yield (
            "network.endpoints.tier",
            endpoints.tier,
            allowed,
            "name the tier that holds the interface endpoints",
        )
    for kind in ("gateway", "interface"):
        services = getattr(endpoints, kind)
        for index, service in enumerate(services):
            if service in services[:index]:
                yield f"network.endpoints.{kind}[{index}]", service, "each service once", "remove it"


CHECKS: tuple[Check, ...] = (
    (("account.region", "network.zones"), _zones_of_region),
    (("environment", "network.zones", "network.tiers"), _enough_zones),
    (("network.cidr",), _private_block),
    (("network.cidr", "network.neighbours"), _apart_from_neighbours),
    (("network.cidr", "network.tiers"), _tiers_fit),
    (("network.tiers", "network.nat"), _public_tier),
    (("network.zones", "network.nat"), _nat_zone),
    (("network.tiers", "network.endpoints"), _endpoint_tier),
)
