"""A VPC with its tiers in every zone; adding a zone or a tier changes nothing that exists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, get_args

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2

from components.networks.endpoint_services import GatewayService, InterfaceService
from components.networks.isolation import guard_isolated
from components.networks.layout import SubnetBlock, TierBlock, subnets
from components.networks.routes import RoutePlan, Subnets, lay_routes
from components.service_endpoints import ServiceEndpoints, ServiceEndpointsArgs
from components.tags import DataClass, PciScope, classified, tagged
from components.traffic_logs import TrafficLogs, TrafficLogsArgs

TierKind = Literal["public", "private", "isolated"]


@dataclass(frozen=True, kw_only=True)
class NetworkTier:
    """One subnet in every zone, the `slot`-th block of size /`prefix` of the zone's block.

    public: reached from the internet; private: goes out through NAT and endpoints; isolated: no way out,
    reached by private subnets on the database's port alone. A class or scope of None is the environment's
    default.
    """

    kind: TierKind
    prefix: int
    slot: int
    data_class: DataClass | None = None
    pci_scope: PciScope | None = None


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a network is to be.

    `zones` are zone ids (`euc1-az1`). `nat_zones` have a NAT gateway; the other zones go through
    `nat_fallback`, or nowhere when it is None. Interface endpoints stand in the subnets of `endpoint_tier`.
    Raises ValueError for what does not fit together.
    """

    account_id: str
    region: str
    cidr: IPv4Network
    zones: tuple[str, ...]
    tiers: Mapping[str, NetworkTier]
    nat_zones: tuple[str, ...] = ()
    nat_fallback: str | None = None
    gateway_endpoints: tuple[GatewayService, ...] = ()
    interface_endpoints: tuple[InterfaceService, ...] = ()
    endpoint_tier: str | None = None
    dual_stack: bool = False  # IPv6 in public and private tiers; isolated ones speak IPv4 alone
    cluster_name: str
    log_bucket_arn: Input[str]
    protect: bool = True

    def __post_init__(self) -> None:
        subnets(self.cidr, self.zones, self.blocks())
        for name in self.tiers:
            if not re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", name):
                raise ValueError(f"a tier's name must be of a-z 0-9 -, got {name!r}")
        public = self.of_kind("public")
        if len(public) > 1:
            raise ValueError(f"there can be one public tier, for load balancers and NAT, got {', '.join(public)}")
        if self.nat_zones and not public:
            raise ValueError("NAT gateways need a public tier, and there is none")
        nat_zones = {*self.nat_zones, *([self.nat_fallback] if self.nat_fallback else [])}
        if unknown := sorted(nat_zones - {*self.zones}):
            raise ValueError(f"nat_zones must be among the zones {', '.join(self.zones)}, got {', '.join(unknown)}")
        if self.nat_fallback and self.nat_fallback not in self.nat_zones:
            raise ValueError(f"nat_fallback must be one of nat_zones, got {self.nat_fallback}")
        if self.endpoint_tier is None and self.interface_endpoints:
            raise ValueError("interface_endpoints need an endpoint_tier to stand in")
        if self.endpoint_tier is not None and self.endpoint_tier not in self.of_kind("private"):
            raise ValueError(f"endpoint_tier must be a private tier, got {self.endpoint_tier!r}")

    def nat_of(self, zone: str) -> str | None:
        """The zone of the NAT gateway that the private subnets of `zone` go out through."""
        return zone if zone in self.nat_zones else self.nat_fallback

    def of_kind(self, kind: TierKind) -> list[str]:
        """The names of the tiers of a kind, sorted."""
        return sorted(name for name, tier in self.tiers.items() if tier.kind == kind)

    def blocks(self) -> dict[str, TierBlock]:
        """Where the tiers stand in a zone's block."""
        return {name: TierBlock(tier.prefix, tier.slot) for name, tier in self.tiers.items()}


class Network(ComponentResource):
    """The VPC and everything in it. Subnets are called `<name>-<zone id>-<tier>`."""

    vpc_id: Output[str]
    subnet_ids: Mapping[str, Mapping[str, Output[str]]]  # by tier and zone id
    route_table_ids: Mapping[str, Output[str]]  # public, isolated, and the zone ids for the private ones
    nat_addresses: Mapping[str, Output[str]]  # public IPv4 by zone id: what partners allow in
    endpoint_ids: Mapping[str, Output[str]]  # by service

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:network:Network", name, {}, opts)
        child = ResourceOptions(parent=self)
        vpc = _vpc(name, args, child)
        TrafficLogs(f"{name}-logs", TrafficLogsArgs(vpc_id=vpc.id, bucket_arn=args.log_bucket_arn), child)

        blocks = subnets(args.cidr, args.zones, args.blocks())
        placed = {key: _subnet(name, args, vpc, block, child) for key, block in blocks.items()}
        public, private, isolated = (_of_tiers(placed, args.of_kind(kind)) for kind in get_args(TierKind))
        private_blocks = tuple(blocks[key] for key in private)
        plan = RoutePlan(
            public=public,
            private=private,
            isolated=isolated,
            nat_of={zone: way for zone in args.zones if (way := args.nat_of(zone))},
            dual_stack=args.dual_stack,
            protect=args.protect,
        )
        routes = lay_routes(name, vpc, plan, child)
        if isolated:
            guard_isolated(name, vpc, isolated, private_blocks, child)
        endpoints = ServiceEndpoints(
            f"{name}-endpoints",
            ServiceEndpointsArgs(
                account_ids=(args.account_id,),
                region=args.region,
                vpc_id=vpc.id,
                gateway=args.gateway_endpoints,
                interface=args.interface_endpoints,
                route_table_ids={zone: table.id for zone, table in routes.private.items()},
                subnet_ids={zone: placed[zone, args.endpoint_tier].id for zone in args.zones}
                if args.endpoint_tier
                else {},
                clients=private_blocks,
            ),
            child,
        )
        self.vpc_id = vpc.id
        self.subnet_ids = {tier: {zone: placed[zone, tier].id for zone in args.zones} for tier in args.tiers}
        self.route_table_ids = {key: table.id for key, table in routes.tables().items()}
        self.nat_addresses = {zone: nat.address.public_ip for zone, nat in routes.nat.items()}
        self.endpoint_ids = endpoints.ids
        self.register_outputs({"vpc_id": self.vpc_id, "subnet_ids": self.subnet_ids})


def _vpc(name: str, args: NetworkArgs, child: ResourceOptions) -> ec2.Vpc:
    vpc = ec2.Vpc(
        name,
        cidr_block=str(args.cidr),
        enable_dns_support=True,
        enable_dns_hostnames=True,
        assign_generated_ipv6_cidr_block=args.dual_stack,
        tags=tagged(name),
        opts=child,
    )
    # Adopts the group that AWS makes with the VPC, and takes its rules away.
    ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, tags=tagged(f"{name}-default"), opts=child)
    return vpc


def _of_tiers(placed: Subnets, tiers: list[str]) -> Subnets:
    return {key: subnet for key, subnet in placed.items() if key[1] in tiers}


def _subnet(name: str, args: NetworkArgs, vpc: ec2.Vpc, block: SubnetBlock, opts: ResourceOptions) -> ec2.Subnet:
    tier = args.tiers[block.tier]
    own = f"{name}-{block.zone}-{block.tier}"
    ipv6 = args.dual_stack and tier.kind != "isolated"
    return ec2.Subnet(
        own,
        vpc_id=vpc.id,
        availability_zone_id=block.zone,
        cidr_block=str(block.cidr),
        map_public_ip_on_launch=False,
        ipv6_cidr_block=vpc.ipv6_cidr_block.apply(lambda cidr: ipv6_block(cidr, block)) if ipv6 else None,
        # An IPv6 address in a public subnet is reachable from outside; in a private one it only goes out.
        assign_ipv6_address_on_creation=ipv6 and tier.kind == "private",
        tags=tagged(own, _discovery(args, block.tier, tier.kind), classified(tier.data_class, tier.pci_scope)),
        opts=opts,
    )


def ipv6_block(vpc_block: str, subnet: SubnetBlock) -> str:
    """The subnet's /64 of the VPC's /56."""
    network = IPv6Network(vpc_block)
    return str(IPv6Network((int(network.network_address) + (subnet.ipv6_index << 64), 64)))


def _discovery(args: NetworkArgs, tier: str, kind: TierKind) -> dict[str, str]:
    """How people, the load balancer controller and Karpenter find subnets."""
    tags = {"tier": tier, "tier-kind": kind}
    shared = {f"kubernetes.io/cluster/{args.cluster_name}": "shared"}
    return {
        "public": {**tags, **shared, "kubernetes.io/role/elb": "1"},
        "private": {
            **tags,
            **shared,
            "kubernetes.io/role/internal-elb": "1",
            "karpenter.sh/discovery": args.cluster_name,
        },
        "isolated": tags,
    }[kind]
