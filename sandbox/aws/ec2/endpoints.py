"""VPC endpoints and what they are associated with, through the EC2 API."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.aws.ec2.common import ec2_type
from sandbox.model import Call, ResourceType, block, fields, listed
from sandbox.resource import Resource

LIVE = "VpcEndpoints[?State != 'deleted']"


def _read_endpoint(it: Resource) -> Any:
    shape = ".merge(@, {securityGroupIds: Groups[].GroupId})"
    found = it.run(listed("describe_vpc_endpoints", "VpcEndpointIds", LIVE + shape))
    if found and found["VpcEndpointType"] == "Gateway":
        named = [{"Name": "prefix-list-name", "Values": [found["ServiceName"]]}]
        lists = it.call("describe_prefix_lists", Filters=named)["PrefixLists"]
        prefix = lists[0]["PrefixListId"] if lists else None
        found = {**found, "PrivateDnsEnabled": False, "prefixListId": prefix}
    return found


def _modify_endpoint(it: Resource) -> None:
    change: dict[str, Any] = {}
    if "policy" in it.changed:
        change |= {"PolicyDocument": it.inputs["policy"]} if it.inputs.get("policy") else {"ResetPolicy": True}
    if "privateDnsEnabled" in it.changed:
        change["PrivateDnsEnabled"] = it.inputs.get("privateDnsEnabled", False)
    old, new = (set(inputs.get("securityGroupIds") or []) for inputs in (it.old, it.inputs))
    change |= {"AddSecurityGroupIds": sorted(new - old)} if new - old else {}
    change |= {"RemoveSecurityGroupIds": sorted(old - new)} if old - new else {}
    if change:
        it.call("modify_vpc_endpoint", VpcEndpointId=it.id, **change)


VPC_ENDPOINT = ec2_type("aws:ec2/vpcEndpoint:VpcEndpoint", "VpcEndpoint",
    fields(
        """vpcId!* serviceName!* vpcEndpointType*=Gateway policy:json~@PolicyDocument privateDnsEnabled:bool~
        securityGroupIds:list~ ipAddressType~ autoAccept:bool%""",
        dnsOptions=block("dnsRecordIpType privateDnsOnlyForInboundResolverEndpoint:bool"),
    ),
    arn="vpc-endpoint",
    remedy="subnets and route tables are joined by aws.ec2.VpcEndpointSubnetAssociation and "
    "VpcEndpointRouteTableAssociation; anything else is added in sandbox/aws/ec2/endpoints.py",
    read=(_read_endpoint,),
    update=(_modify_endpoint,),
    delete=(Call("delete_vpc_endpoints", args={"VpcEndpointIds": ["{id}"]}, send=()),),
    outputs=("ownerId", "state", "prefixListId", "networkInterfaceIds", "routeTableIds", "subnetIds"),
    unverified=dict.fromkeys(("ipAddressType", "dnsOptions"), "moto takes it and forgets it"),
)  # fmt: skip


def _association(token: str, name: str, members: str) -> ResourceType:
    """An endpoint's tie to a subnet or a route table: an entry in one of the endpoint's two lists."""

    def change(verb: str) -> Call:
        return Call("modify_vpc_endpoint", args={f"{verb}{members}": [f"{{{name}}}"]}, send=("vpcEndpointId",))

    def identified(it: Resource) -> dict[str, Any]:  # AWS has no id for it; an import says what it joins
        it.id = f"a-{it.inputs['vpcEndpointId']}{hashlib.sha256(it.inputs[name].encode()).hexdigest()[:8]}"
        return {}

    def add(it: Resource) -> str:
        it.run(change("Add"))
        identified(it)
        return it.id

    mine = f"VpcEndpoints[?State != 'deleted' && contains({members} || `[]`, '{{{name}}}')]"
    return ResourceType(token, "ec2",
        inputs=fields(f"vpcEndpointId!* {name}!*"),  # every change replaces: provider documentation
        create=(add,),
        import_id=rf"(?P<vpcEndpointId>vpce-[^/]+)/(?P<{name}>.+)",
        read=(Call("describe_vpc_endpoints", args={"VpcEndpointIds": ["{vpcEndpointId}"]}, send=(),
                   result=f"{mine}.merge(@, {{{name}: '{{{name}}}'}}) | [0]"), identified),
        delete=(change("Remove"),),
    )  # fmt: skip


_TIE = "aws:ec2/vpcEndpoint{0}Association:VpcEndpoint{0}Association"
SUBNET_ASSOCIATION = _association(_TIE.format("Subnet"), "subnetId", "SubnetIds")
ROUTE_TABLE_ASSOCIATION = _association(_TIE.format("RouteTable"), "routeTableId", "RouteTableIds")

TYPES = (VPC_ENDPOINT, SUBNET_ASSOCIATION, ROUTE_TABLE_ASSOCIATION)
