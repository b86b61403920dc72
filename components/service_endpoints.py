"""Private ways from a network to AWS services, for our own accounts alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2
from pulumi_aws.vpc import SecurityGroupIngressRule

from components.networks.endpoint_policy import endpoint_policy
from components.networks.endpoint_services import GatewayService, InterfaceService
from components.networks.layout import SubnetBlock
from components.tags import tagged

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class ServiceEndpointsArgs:
    """`account_ids`: whose principals and resources may meet. `clients`: the subnets that may connect."""

    account_ids: tuple[str, ...]
    region: str
    vpc_id: Input[str]
    gateway: tuple[GatewayService, ...]
    interface: tuple[InterfaceService, ...]
    route_table_ids: Mapping[str, Input[str]]  # by zone id, for gateway endpoints
    subnet_ids: Mapping[str, Input[str]]  # by zone id, one in each, for interface endpoints
    clients: tuple[SubnetBlock, ...]

    def __post_init__(self) -> None:
        if not self.account_ids:
            raise ValueError("account_ids must name at least one account")
        if self.interface and not self.subnet_ids:
            raise ValueError(f"the endpoints of {', '.join(self.interface)} need subnets to stand in")


class ServiceEndpoints(ComponentResource):
    """Gateway and interface endpoints. What they serve is attached one by one: another zone changes none."""

    ids: Mapping[str, Output[str]]  # by service

    def __init__(self, name: str, args: ServiceEndpointsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:network:ServiceEndpoints", name, {}, opts)
        child = ResourceOptions(parent=self)
        endpoints: dict[str, ec2.VpcEndpoint] = {}
        for service in args.gateway:
            endpoints[service] = _gateway(name, service, args, child)
        if args.interface:
            group = _group(name, args, child)
            for interface in args.interface:
                endpoints[interface] = _interface(name, interface, args, group, child)
        self.ids = {service: endpoint.id for service, endpoint in endpoints.items()}
        self.register_outputs({"ids": self.ids})


def _gateway(name: str, service: GatewayService, args: ServiceEndpointsArgs, child: ResourceOptions) -> ec2.VpcEndpoint:
    own = f"{name}-{service}"
    endpoint = ec2.VpcEndpoint(
        own,
        vpc_id=args.vpc_id,
        service_name=f"com.amazonaws.{args.region}.{service}",
        vpc_endpoint_type="Gateway",
        policy=endpoint_policy(service, args.region, args.account_ids),
        tags=tagged(own),
        opts=child,
    )
    for zone, table_id in args.route_table_ids.items():
        ec2.VpcEndpointRouteTableAssociation(
            f"{own}-{zone}", vpc_endpoint_id=endpoint.id, route_table_id=table_id, opts=child
        )
    return endpoint


def _interface(
    name: str,
    service: InterfaceService,
    args: ServiceEndpointsArgs,
    group: ec2.SecurityGroup,
    child: ResourceOptions,
) -> ec2.VpcEndpoint:
    own = f"{name}-{service.replace('.', '-')}"
    endpoint = ec2.VpcEndpoint(
        own,
        vpc_id=args.vpc_id,
        service_name=f"com.amazonaws.{args.region}.{service}",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        security_group_ids=[group.id],
        policy=endpoint_policy(service, args.region, args.account_ids),
        tags=tagged(own),
        opts=child,
    )
    for zone, subnet_id in args.subnet_ids.items():
        ec2.VpcEndpointSubnetAssociation(f"{own}-{zone}", vpc_endpoint_id=endpoint.id, subnet_id=subnet_id, opts=child)
    return endpoint


def _group(name: str, args: ServiceEndpointsArgs, child: ResourceOptions) -> ec2.SecurityGroup:
    """Private subnets may ask; the endpoints themselves begin no connection, so nothing is let out."""
    group = ec2.SecurityGroup(
        name,
        vpc_id=args.vpc_id,
        description="Interface endpoints of AWS services",
        tags=tagged(name),
        opts=child,
    )
    for block in args.clients:
        own = f"{name}-{block.zone}-{block.tier}"
        SecurityGroupIngressRule(
            own,
            security_group_id=group.id,
            description=f"AWS APIs for the {block.tier} subnet in {block.zone}",
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            cidr_ipv4=str(block.cidr),
            tags=tagged(own),
            opts=child,
        )
    return group
