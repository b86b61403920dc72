"""Route tables, routes and associations, through the EC2 API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.ec2.common import described, ec2_type
from sandbox.forms import written
from sandbox.model import Call, ResourceType, fields
from sandbox.resource import Resource

_ROUTE_KEYS = {key: key[0].lower() + key[1:] for key in (
    *("GatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId", "VpcPeeringConnectionId"),
    "DestinationPrefixListId",
)} | {"DestinationCidrBlock": "cidrBlock", "DestinationIpv6CidrBlock": "ipv6CidrBlock",
      "EgressOnlyInternetGatewayId": "egressOnlyGatewayId"}  # fmt: skip


def _read_table(it: Resource) -> Any:
    """With its routes, as the official provider shows them: without the local one and those of gateway endpoints."""
    found = it.run(described("describe_route_tables", "RouteTableIds", "RouteTables"))
    routes = [
        {name: route[key] for key, name in _ROUTE_KEYS.items() if route.get(key)}
        for route in found["Routes"]
        if route.get("GatewayId") != "local" and not route.get("GatewayId", "").startswith("vpce-")
    ]
    return {**found, "routes": sorted(routes, key=str)}


ROUTE_TABLE = ec2_type("aws:ec2/routeTable:RouteTable", "RouteTable",
    fields("vpcId!*"),
    arn="route-table",
    remedy="declare routes as aws.ec2.Route resources",
    read=(_read_table,),
    outputs=("ownerId", "routes"),
)  # fmt: skip

DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def _read_route(it: Resource) -> Any:
    table = it.run(Call("describe_route_tables", args={"RouteTableIds": ["{routeTableId}"]}, send=()))
    for route in table["RouteTables"][0]["Routes"]:
        given = {name: route.get(name[0].upper() + name[1:]) for name in DESTINATIONS}
        if any(value and value == it.inputs.get(name) for name, value in given.items()):
            gateway = route.get("GatewayId", "")
            endpoint = {"GatewayId": None, "VpcEndpointId": gateway} if gateway.startswith("vpce-") else {}
            return {**route, **endpoint, "routeTableId": it.inputs["routeTableId"]}
    return None


ROUTE = written("aws:ec2/route:Route", "ec2",
    # destinations replace: provider documentation
    fields("""routeTableId!* destinationCidrBlock* destinationIpv6CidrBlock* destinationPrefixListId* gatewayId
           natGatewayId egressOnlyGatewayId@EgressOnlyInternetGatewayId transitGatewayId vpcPeeringConnectionId
           networkInterfaceId~ vpcEndpointId"""),
    put=Call("create_route"),
    update=(Call("replace_route"),),
    id="{routeTableId}_{destinationCidrBlock}{destinationIpv6CidrBlock}{destinationPrefixListId}",
    import_id=r"(?P<routeTableId>rtb-[^_]+)_((?P<destinationCidrBlock>[\d./]+)|(?P<destinationPrefixListId>pl-.+)"
    r"|(?P<destinationIpv6CidrBlock>.+))",
    get=_read_route,
    delete=Call("delete_route", send=("routeTableId", *DESTINATIONS)),
    outputs=("state", "origin"),
    unique=True,
)  # fmt: skip


def _association(it: Resource) -> dict[str, Any] | None:
    """By what is associated: another table gives another id, of which an update cannot tell the engine."""
    target = it.inputs.get("subnetId") or it.inputs.get("gatewayId")
    for table in it.call("describe_route_tables")["RouteTables"]:
        for one in table["Associations"]:
            same = target in (one.get("SubnetId"), one.get("GatewayId"))
            if not one["Main"] and (same if target else one["RouteTableAssociationId"] == it.id):
                return dict(one)
    return None


def _read_association(it: Resource) -> Any:
    found = _association(it)
    it.id = found["RouteTableAssociationId"] if found else it.id
    return found


def _associate_again(it: Resource) -> None:
    found = _association(it)
    if found and "routeTableId" in it.changed:
        old, new = found["RouteTableAssociationId"], it.inputs["routeTableId"]
        it.call("replace_route_table_association", AssociationId=old, RouteTableId=new)


def _disassociate(it: Resource) -> None:
    if found := _association(it):
        it.call("disassociate_route_table", AssociationId=found["RouteTableAssociationId"])


ROUTE_TABLE_ASSOCIATION = ResourceType("aws:ec2/routeTableAssociation:RouteTableAssociation", "ec2",
    inputs=fields("routeTableId! subnetId* gatewayId*"),  # the last replaces: provider documentation
    create=(Call("associate_route_table", result="AssociationId"),),
    import_id=r"rtbassoc-.+|((?P<subnetId>subnet-[^/]+)|(?P<gatewayId>[^/]+))/(?P<routeTableId>rtb-.+)",
    read=(_read_association,),
    update=(_associate_again,),
    delete=(_disassociate,),
    unique=True,
)  # fmt: skip

TYPES = (ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
