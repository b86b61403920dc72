"""Route tables, routes and associations, through the EC2 API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.ec2.common import described, ec2_tags
from sandbox.aws.ec2.networks import ARN
from sandbox.model import Call, ResourceType, text
from sandbox.resource import Resource

ROUTE_TABLE = ResourceType(
    token="aws:ec2/routeTable:RouteTable",
    service="ec2",
    inputs={"vpcId": text(required=True, replace=True)},
    remedy="declare routes as aws.ec2.Route resources",
    create=(Call(operation="create_route_table", result="RouteTable.RouteTableId"),),
    read=(described("describe_route_tables", "RouteTableIds", "RouteTables"),),
    delete=(Call(operation="delete_route_table", args={"RouteTableId": "{id}"}, send=()),),
    outputs=("ownerId",),
    formats={"arn": ARN + ":route-table/{id}"},
    tags=ec2_tags("route-table"),
)

DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def _read_route(it: Resource) -> Any:
    table = it.run(
        Call(operation="describe_route_tables", args={"RouteTableIds": ["{routeTableId}"]}, send=())
    )
    for route in table["RouteTables"][0]["Routes"]:
        given = {name: route.get(name[0].upper() + name[1:]) for name in DESTINATIONS}
        if any(value and value == it.inputs.get(name) for name, value in given.items()):
            gateway = route.get("GatewayId", "")
            endpoint = {"GatewayId": None, "VpcEndpointId": gateway} if gateway.startswith("vpce-") else {}
            return {**route, **endpoint, "routeTableId": it.inputs["routeTableId"]}
    return None


ROUTE = ResourceType(
    token="aws:ec2/route:Route",
    service="ec2",
    inputs={
        "routeTableId": text(required=True, replace=True),
        "destinationCidrBlock": text(replace=True),  # replaces: provider documentation, so the next two
        "destinationIpv6CidrBlock": text(replace=True),
        "destinationPrefixListId": text(replace=True),
        "gatewayId": text(),
        "natGatewayId": text(),
        "egressOnlyGatewayId": text(boto="EgressOnlyInternetGatewayId"),
        "transitGatewayId": text(),
        "vpcPeeringConnectionId": text(),
        "networkInterfaceId": text(computed=True),
        "vpcEndpointId": text(),
    },
    create=(Call(operation="create_route"),),
    id="{routeTableId}_{destinationCidrBlock}{destinationIpv6CidrBlock}{destinationPrefixListId}",
    import_id=r"(?P<routeTableId>rtb-[^_]+)_((?P<destinationCidrBlock>[\d./]+)|(?P<destinationPrefixListId>pl-.+)"
    r"|(?P<destinationIpv6CidrBlock>.+))",
    read=(_read_route,),
    update=(Call(operation="replace_route"),),
    delete=(Call(operation="delete_route", send=("routeTableId", *DESTINATIONS)),),
    outputs=("state", "origin"),
    unique=True,
)


def _read_association(it: Resource) -> Any:
    """By id, or for an import (`subnet-1/rtb-1`) by what is associated."""
    target = it.inputs.get("subnetId") or it.inputs.get("gatewayId")
    for table in it.call("describe_route_tables")["RouteTables"]:
        for one in table["Associations"]:
            imported = "/" in it.id and target in (one.get("SubnetId"), one.get("GatewayId"))
            if one["RouteTableAssociationId"] == it.id or imported:
                it.id = one["RouteTableAssociationId"]
                return one
    return None


def _associate_again(it: Resource) -> None:
    if "routeTableId" in it.changed:
        args = {"AssociationId": it.id, "RouteTableId": it.inputs["routeTableId"]}
        it.id = it.call("replace_route_table_association", **args)["NewAssociationId"]


ROUTE_TABLE_ASSOCIATION = ResourceType(
    token="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    inputs={
        "routeTableId": text(required=True),
        "subnetId": text(replace=True),
        "gatewayId": text(replace=True),  # replaces: provider documentation
    },
    create=(Call(operation="associate_route_table", result="AssociationId"),),
    import_id=r"rtbassoc-.+|((?P<subnetId>subnet-[^/]+)|(?P<gatewayId>[^/]+))/(?P<routeTableId>rtb-.+)",
    read=(_read_association,),
    update=(_associate_again,),
    delete=(Call(operation="disassociate_route_table", args={"AssociationId": "{id}"}, send=()),),
    unique=True,
)

TYPES = (ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
