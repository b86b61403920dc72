"""The ways out of a network: the internet gateway for public subnets, NAT of their zone for private ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ResourceOptions
from pulumi_aws import ec2

from components.tags import tagged

Subnets = Mapping[tuple[str, str], ec2.Subnet]  # by zone id and tier
_ANYWHERE, _ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"


@dataclass(frozen=True)
class InternetAccess:
    gateway: ec2.InternetGateway
    table: ec2.RouteTable


@dataclass(frozen=True)
class NatGateway:
    gateway: ec2.NatGateway
    address: ec2.Eip


def open_to_internet(
    name: str, vpc: ec2.Vpc, subnets: Subnets, dual_stack: bool, child: ResourceOptions
) -> InternetAccess | None:
    """The internet gateway and the one route table of the public subnets; None when there are none."""
    if not subnets:
        return None
    gateway = ec2.InternetGateway(
        f"{name}-internet", vpc_id=vpc.id, tags=tagged(f"{name}-internet"), opts=child
    )
    table = _table(f"{name}-routes-public", vpc, child)
    ec2.Route(
        f"{name}-public-internet",
        route_table_id=table.id,
        destination_cidr_block=_ANYWHERE,
        gateway_id=gateway.id,
        opts=child,
    )
    if dual_stack:
        ec2.Route(
            f"{name}-public-internet-ipv6",
            route_table_id=table.id,
            destination_ipv6_cidr_block=_ANYWHERE_IPV6,
            gateway_id=gateway.id,
            opts=child,
        )
    associate(name, subnets, table, child)
    return InternetAccess(gateway, table)


def add_nat_gateways(
    name: str, public: InternetAccess, subnets: Mapping[str, ec2.Subnet], *, protect: bool, child: ResourceOptions
) -> dict[str, NatGateway]:
    """A NAT gateway in each of the public `subnets` (by zone id). Its address is protected: partners let it in by number."""
    return {zone: _nat_gateway(f"{name}-nat-{zone}", public, subnet, protect, child) for zone, subnet in subnets.items()}


def _nat_gateway(
    own: str, public: InternetAccess, subnet: ec2.Subnet, protect: bool, child: ResourceOptions
) -> NatGateway:
    address = ec2.Eip(
        f"{own}-address",
        domain="vpc",
        tags=tagged(f"{own}-address"),
        opts=ResourceOptions.merge(child, ResourceOptions(protect=protect)),
    )
    gateway = ec2.NatGateway(
        own,
        allocation_id=address.allocation_id,
        subnet_id=subnet.id,
        tags=tagged(own),
        # AWS: without the internet gateway a NAT gateway fails to start.
        opts=ResourceOptions.merge(child, ResourceOptions(depends_on=[public.gateway])),
    )
    return NatGateway(gateway, address)


def route_private(
    name: str,
    vpc: ec2.Vpc,
    subnets: Subnets,
    nat: Mapping[str, ec2.NatGateway],
    egress_only: ec2.EgressOnlyInternetGateway | None,
    child: ResourceOptions,
) -> dict[str, ec2.RouteTable]:
    """A route table for the private subnets of each zone, by zone id, through the zone's gateway in `nat` if it has one."""
    tables: dict[str, ec2.RouteTable] = {}
    for zone in sorted({zone for zone, _ in subnets}):
        table = tables[zone] = _table(f"{name}-routes-{zone}", vpc, child)
        associate(name, {key: subnet for key, subnet in subnets.items() if key[0] == zone}, table, child)
        if zone in nat:
            ec2.Route(
                f"{name}-{zone}-internet",
                route_table_id=table.id,
                destination_cidr_block=_ANYWHERE,
                nat_gateway_id=nat[zone].id,
                opts=child,
            )
        if egress_only:
            ec2.Route(
                f"{name}-{zone}-internet-ipv6",
                route_table_id=table.id,
                destination_ipv6_cidr_block=_ANYWHERE_IPV6,
                egress_only_gateway_id=egress_only.id,
                opts=child,
            )
    return tables


def add_egress_only_gateway(name: str, vpc: ec2.Vpc, child: ResourceOptions) -> ec2.EgressOnlyInternetGateway:
    """Lets IPv6 out and nothing in."""
    own = f"{name}-egress-only"
    return ec2.EgressOnlyInternetGateway(own, vpc_id=vpc.id, tags=tagged(own), opts=child)


def no_way_out(name: str, vpc: ec2.Vpc, subnets: Subnets, child: ResourceOptions) -> ec2.RouteTable:
    """A route table without a single route of its own: only the VPC itself is reached."""
    table = _table(f"{name}-routes-isolated", vpc, child)
    associate(name, subnets, table, child)
    return table


def associate(name: str, subnets: Subnets, table: ec2.RouteTable, child: ResourceOptions) -> None:
    for (zone, tier), subnet in subnets.items():
        ec2.RouteTableAssociation(
            f"{name}-{zone}-{tier}", subnet_id=subnet.id, route_table_id=table.id, opts=child
        )


def _table(own: str, vpc: ec2.Vpc, child: ResourceOptions) -> ec2.RouteTable:
    return ec2.RouteTable(own, vpc_id=vpc.id, tags=tagged(own), opts=child)
