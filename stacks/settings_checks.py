"""What settings must be together: rules over several values, each with its remedy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from components.network_layout import VPC_PREFIXES, TierBlock, conflicts

PROJECT = "billing-platform"

_PREFIX_OF_ZONES = {
    "eu-central-1": "euc1",
    "eu-north-1": "eun1",
    "eu-south-1": "eus1",
    "eu-south-2": "eus2",
    "eu-west-1": "euw1",
    "eu-west-3": "euw3",
}
ZONES = {region: tuple(f"{prefix}-az{n}" for n in (1, 2, 3)) for region, prefix in _PREFIX_OF_ZONES.items()}
_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

# How many zones a tier needs in an environment, and why.
_FEWEST_ZONES = {
    "prod": (3, "with fewer, losing one leaves no majority to elect a database writer or to drain nodes to")
}
_FEWEST_ZONES_ELSEWHERE = (2, "load balancers, EKS and database subnet groups refuse to start in fewer")
_SHORTEST_RETENTION_DAYS = {"prod": (365, "PCI DSS 10.5.1 asks for twelve months of audit logs")}
_THROW_AWAY = ("sandbox",)


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands (dotted path as in the file), what stands there, what may, what to do."""

    key: str
    value: object
    allowed: str
    remedy: str

    def __str__(self) -> str:
        value = "is missing" if self.value is None else f"is {_short(self.value)}"
        return f"  {self.key} {value}\n    allowed: {self.allowed}\n    remedy:  {self.remedy}"


class SettingsError(Exception):
    """Every problem of an environment's settings; as text, one block for each."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in errors))
        self.errors = list(errors)


def check(values: Mapping[str, Any]) -> list[Problem]:
    """The problems of `values` (by dotted path without the project); rules that miss a value are left out."""
    return [
        Problem(key if ":" in key else f"{PROJECT}:{key}", value, allowed, remedy)
        for needs, rule in _RULES
        if all(name in values for name in needs)
        for key, value, allowed, remedy in rule(*(values[name] for name in needs))
    ]


_Found = Iterator[tuple[str, object, str, str]]


def _zones_of_region(region: str, zones: Sequence[str]) -> _Found:
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


def _enough_zones(environment: str, zones: Sequence[str], tiers: Mapping[str, Any]) -> _Found:
    fewest, why = _FEWEST_ZONES.get(environment, _FEWEST_ZONES_ELSEWHERE)
    if len(set(zones)) < fewest:
        allowed = f"at least {fewest} zones for the tiers {', '.join(sorted(tiers))} in {environment}: {why}"
        yield "network.zones", list(zones), allowed, "add zones: it changes no existing subnet"


def _private_block(cidr: IPv4Network) -> _Found:
    if not any(cidr.subnet_of(block) for block in _PRIVATE):
        blocks = ", ".join(str(block) for block in _PRIVATE)
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


def _apart_from_neighbours(cidr: IPv4Network, neighbours: Mapping[str, IPv4Network]) -> _Found:
    for name, neighbour in neighbours.items():
        if cidr.overlaps(neighbour):
            allowed = f"a block that does not overlap network.neighbours.{name} ({neighbour})"
            yield (
                "network.cidr",
                str(cidr),
                allowed,
                "take another block: overlapping networks can never be joined",
            )


def _tiers_fit(cidr: IPv4Network, tiers: Mapping[str, Any]) -> _Found:
    if cidr.prefixlen in VPC_PREFIXES:
        blocks = {name: TierBlock(tier.prefix, tier.slot) for name, tier in tiers.items()}
        for found in conflicts(cidr.prefixlen, blocks):
            place = f"prefix {blocks[found.tier].prefix}, slot {blocks[found.tier].slot}"
            allowed = f"tiers that do not overlap, inside a zone's block, with room for one more: {found.reason}"
            yield f"network.tiers.{found.tier}", place, allowed, found.remedy


def _public_tier(tiers: Mapping[str, Any], nat: Any) -> _Found:
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


def _nat_zone(zones: Sequence[str], nat: Any) -> _Found:
    if nat.mode == "single" and nat.zone not in zones:
        yield (
            "network.nat.zone",
            nat.zone,
            f"one of network.zones: {', '.join(zones)}",
            "name the gateway's zone",
        )
    if nat.mode != "single" and nat.zone is not None:
        yield "network.nat.zone", nat.zone, "nothing, unless network.nat.mode is single", "remove it"


def _endpoint_tier(tiers: Mapping[str, Any], endpoints: Any) -> _Found:
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


def _key_roles(account_id: str, administrators: Sequence[str], users: Mapping[str, Sequence[str]]) -> _Found:
    named = {"keys.administrators": administrators} | {f"keys.users.{name}": roles for name, roles in users.items()}
    for key, roles in named.items():
        for index, role in enumerate(roles):
            if role.split(":")[4] != account_id:
                allowed = f"a role of account.id {account_id}"
                yield (
                    f"{key}[{index}]",
                    role,
                    allowed,
                    "name a role of this account, which other accounts may assume",
                )
            if key != "keys.administrators" and role in administrators:
                allowed = "a role that is not in keys.administrators: who manages a key must not use it"
                yield f"{key}[{index}]", role, allowed, "name another role in one of the two"


def _log_lifetimes(environment: str, retention_days: int, archive_days: int, lock_days: int) -> _Found:
    if lock_days > retention_days:
        yield (
            "audit.lock_days",
            lock_days,
            f"at most audit.retention_days ({retention_days})",
            "lower it, or keep logs longer",
        )
    if archive_days >= retention_days:
        yield (
            "audit.archive_days",
            archive_days,
            f"less than audit.retention_days ({retention_days})",
            "lower it",
        )
    shortest, why = _SHORTEST_RETENTION_DAYS.get(environment, (1, ""))
    if retention_days < shortest:
        yield (
            "audit.retention_days",
            retention_days,
            f"at least {shortest} in {environment}: {why}",
            f"set {shortest} or more",
        )


def _protected(environment: str, protect: bool) -> _Found:
    if not protect and environment not in _THROW_AWAY:
        allowed = f"true, except in {', '.join(_THROW_AWAY)}: a mistake must not destroy what holds data"
        yield "policy.protect_stateful", protect, allowed, "remove it, or set true"


_Rule = Callable[..., _Found]
_RULES: tuple[tuple[tuple[str, ...], _Rule], ...] = (
    (("account.region", "network.zones"), _zones_of_region),
    (("environment", "network.zones", "network.tiers"), _enough_zones),
    (("network.cidr",), _private_block),
    (("network.cidr", "network.neighbours"), _apart_from_neighbours),
    (("network.cidr", "network.tiers"), _tiers_fit),
    (("network.tiers", "network.nat"), _public_tier),
    (("network.zones", "network.nat"), _nat_zone),
    (("network.tiers", "network.endpoints"), _endpoint_tier),
    (("account.id", "keys.administrators", "keys.users"), _key_roles),
    (("environment", "audit.retention_days", "audit.archive_days", "audit.lock_days"), _log_lifetimes),
    (("environment", "policy.protect_stateful"), _protected),
)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
