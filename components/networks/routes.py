"""The ways out of a network: the internet gateway for public subnets, NAT of their zone for private ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ResourceOptions
from pulumi_aws import ec2

from components.tags import tagged

Subnets = Mapping[tuple[str, str], ec2.Subnet]  # by zone id and tier
_ANYWHERE, _ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"


@dataclass(frozen=True)
class NatGateway:
    gateway: ec2.NatGateway
    address: ec2.Eip


@dataclass(frozen=True, kw_only=True)
class RoutePlan:
    """The subnets by kind; `nat_of`: by zone id, in which zone the NAT gateway of its private subnets is."""

    public: Subnets
    private: Subnets
    isolated: Subnets
    nat_of: Mapping[str, str]
    dual_stack: bool
    protect: bool


@dataclass(frozen=True)
class Routes:
    public: ec2.RouteTable | None
    private: Mapping[str, ec2.RouteTable]  # by zone id
    isolated: ec2.RouteTable | None
    nat: Mapping[str, NatGateway]  # by zone id

    def tables(self) -> dict[str, ec2.RouteTable]:
        """All route tables: public, isolated, and the private ones by zone id."""
        shared = {"public": self.public, "isolated": self.isolated}
        return {key: table for key, table in {**shared, **self.private}.items() if table}


def lay_routes(name: str, vpc: ec2.Vpc, plan: RoutePlan, child: ResourceOptions) -> Routes:
    """Route tables for all subnets: one for the public ones, one for the private ones of each zone, and one
    without any route of its own for the isolated ones.
    """
    public: ec2.RouteTable | None = None
    nat: dict[str, NatGateway] = {}
    if plan.public:
        gateway = _internet_gateway(name, vpc, child)
        public = _public_table(name, vpc, plan, gateway, child)
        homes = {zone: subnet for (zone, _), subnet in plan.public.items() if zone in plan.nat_of.values()}
        after_gateway = ResourceOptions.merge(child, ResourceOptions(depends_on=[gateway]))
        nat = {zone: _nat(f"{name}-nat-{zone}", home, plan, after_gateway) for zone, home in homes.items()}
    private = _private_tables(name, vpc, plan, nat, child)
    isolated = _table(f"{name}-routes-isolated", vpc, child) if plan.isolated else None
    if isolated:
        _associate(name, plan.isolated, isolated, child)
    return Routes(public, private, isolated, nat)


def _internet_gateway(name: str, vpc: ec2.Vpc, child: ResourceOptions) -> ec2.InternetGateway:
    own = f"{name}-internet"
    return ec2.InternetGateway(own, vpc_id=vpc.id, tags=tagged(own), opts=child)


def _public_table(
    name: str, vpc: ec2.Vpc, plan: RoutePlan, gateway: ec2.InternetGateway, child: ResourceOptions
) -> ec2.RouteTable:
    table = _table(f"{name}-routes-public", vpc, child)
    ec2.Route(
        f"{name}-public-internet",
        route_table_id=table.id,
        destination_cidr_block=_ANYWHERE,
        gateway_id=gateway.id,
        opts=child,
    )
    if plan.dual_stack:
        ec2.Route(
            f"{name}-public-internet-ipv6",
            route_table_id=table.id,
            destination_ipv6_cidr_block=_ANYWHERE_IPV6,
            gateway_id=gateway.id,
            opts=child,
        )
    _associate(name, plan.public, table, child)
    return table


def _nat(own: str, home: ec2.Subnet, plan: RoutePlan, opts: ResourceOptions) -> NatGateway:
    """`opts` waits for the internet gateway, which NAT needs. Partners list its address: it is protected."""
    address = ec2.Eip(
        f"{own}-address",
        domain="vpc",
        tags=tagged(f"{own}-address"),
        opts=ResourceOptions.merge(opts, ResourceOptions(protect=plan.protect)),
    )
    gateway = ec2.NatGateway(own, allocation_id=address.allocation_id, subnet_id=home.id, tags=tagged(own), opts=opts)
    return NatGateway(gateway, address)


def _private_tables(
    name: str, vpc: ec2.Vpc, plan: RoutePlan, nat: Mapping[str, NatGateway], child: ResourceOptions
) -> dict[str, ec2.RouteTable]:
    tables: dict[str, ec2.RouteTable] = {}
    ipv6 = _egress_only_gateway(name, vpc, child) if plan.dual_stack and plan.private else None
    for zone in sorted({zone for zone, _ in plan.private}):
        table = tables[zone] = _table(f"{name}-routes-{zone}", vpc, child)
        _associate(name, {key: subnet for key, subnet in plan.private.items() if key[0] == zone}, table, child)
        if zone in plan.nat_of:
            ec2.Route(
                f"{name}-{zone}-internet",
                route_table_id=table.id,
                destination_cidr_block=_ANYWHERE,
                nat_gateway_id=nat[plan.nat_of[zone]].gateway.id,
                opts=child,
            )
        if ipv6:
            ec2.Route(
                f"{name}-{zone}-internet-ipv6",
                route_table_id=table.id,
                destination_ipv6_cidr_block=_ANYWHERE_IPV6,
                egress_only_gateway_id=ipv6.id,
                opts=child,
            )
    return tables


def _egress_only_gateway(name: str, vpc: ec2.Vpc, child: ResourceOptions) -> ec2.EgressOnlyInternetGateway:
    own = f"{name}-egress-only"
    return ec2.EgressOnlyInternetGateway(own, vpc_id=vpc.id, tags=tagged(own), opts=child)


def _associate(name: str, subnets: Subnets, table: ec2.RouteTable, child: ResourceOptions) -> None:
    for (zone, tier), subnet in subnets.items():
        ec2.RouteTableAssociation(f"{name}-{zone}-{tier}", subnet_id=subnet.id, route_table_id=table.id, opts=child)


def _table(own: str, vpc: ec2.Vpc, child: ResourceOptions) -> ec2.RouteTable:
    return ec2.RouteTable(own, vpc_id=vpc.id, tags=tagged(own), opts=child)
