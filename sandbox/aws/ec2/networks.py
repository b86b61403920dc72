"""VPCs, subnets, gateways and addresses, through the EC2 API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.ec2.common import attributes, ec2_type
from sandbox.forms import ties
from sandbox.model import Call, block, fields, keyed, listed
from sandbox.resource import Resource


def _vpc_defaults(it: Resource) -> dict[str, Any]:
    mine = [{"Name": "vpc-id", "Values": [it.id]}]
    groups = it.call("describe_security_groups", Filters=[*mine, {"Name": "group-name", "Values": ["default"]}])
    acls = it.call("describe_network_acls", Filters=[*mine, {"Name": "default", "Values": ["true"]}])
    tables = it.call("describe_route_tables", Filters=[*mine, {"Name": "association.main", "Values": ["true"]}])
    table = tables["RouteTables"][0]["RouteTableId"]
    return {
        "defaultSecurityGroupId": groups["SecurityGroups"][0]["GroupId"],
        "defaultNetworkAclId": acls["NetworkAcls"][0]["NetworkAclId"],
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
    }


def _switch_ipv6(it: Resource) -> None:
    """Dual stack comes and goes in place (provider documentation)."""
    if "assignGeneratedIpv6CidrBlock" not in it.changed:
        return
    (vpc,) = it.call("describe_vpcs", VpcIds=[it.id])["Vpcs"]
    for block_ in vpc.get("Ipv6CidrBlockAssociationSet", []):
        if block_["Ipv6CidrBlockState"]["State"] == "associated":
            it.call("disassociate_vpc_cidr_block", AssociationId=block_["AssociationId"])
    if it.inputs.get("assignGeneratedIpv6CidrBlock"):
        it.call("associate_vpc_cidr_block", VpcId=it.id, AmazonProvidedIpv6CidrBlock=True)


_V6 = "(Ipv6CidrBlockAssociationSet || `[]`)[?Ipv6CidrBlockState.State == 'associated']"
_VPC_SWITCHES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")
_SET_VPC = attributes("modify_vpc_attribute", "VpcId", *_VPC_SWITCHES)
VPC = ec2_type("aws:ec2/vpc:Vpc", "Vpc",
    fields("""cidrBlock*~ assignGeneratedIpv6CidrBlock:bool~@AmazonProvidedIpv6CidrBlock instanceTenancy=default
           enableDnsSupport:bool=true enableDnsHostnames:bool~ enableNetworkAddressUsageMetrics:bool~"""),
    arn="vpc",
    create=(Call("create_vpc", result="Vpc.VpcId"), *_SET_VPC),
    read=(listed("describe_vpcs", "VpcIds", "Vpcs[].merge(@, {assignGeneratedIpv6CidrBlock: "
                    f"to_string(length({_V6}) > `0`), ipv6CidrBlock: ({_V6})[0].Ipv6CidrBlock,"
                    f" ipv6AssociationId: ({_V6})[0].AssociationId}})"),
          *(Call("describe_vpc_attribute", args={"VpcId": "{id}", "Attribute": name}) for name in _VPC_SWITCHES),
          _vpc_defaults),
    update=(*_SET_VPC, _switch_ipv6),
    outputs=("ownerId", "dhcpOptionsId", "ipv6CidrBlock", "ipv6AssociationId", "defaultSecurityGroupId",
             "defaultNetworkAclId", "defaultRouteTableId", "mainRouteTableId"),
)  # fmt: skip


def _move_ipv6(it: Resource) -> None:
    if "ipv6CidrBlock" not in it.changed:
        return
    (subnet,) = it.call("describe_subnets", SubnetIds=[it.id])["Subnets"]
    for block_ in subnet.get("Ipv6CidrBlockAssociationSet", []):
        it.call("disassociate_subnet_cidr_block", AssociationId=block_["AssociationId"])
    if wanted := it.inputs.get("ipv6CidrBlock"):
        it.call("associate_subnet_cidr_block", SubnetId=it.id, Ipv6CidrBlock=wanted)


_LAUNCH = "PrivateDnsNameOptionsOnLaunch"
# moto maps public addresses in the first subnet of a zone, AWS does not: sent always, even when it is the default
_SET_SUBNET = (
    Call("modify_subnet_attribute", args={"SubnetId": "{id}"}, send=("mapPublicIpOnLaunch",)),
    *attributes("modify_subnet_attribute", "SubnetId", "assignIpv6AddressOnCreation", "enableDns64",
                "enableResourceNameDnsARecordOnLaunch", "enableResourceNameDnsAaaaRecordOnLaunch",
                "privateDnsHostnameTypeOnLaunch"),
)  # fmt: skip
SUBNET = ec2_type("aws:ec2/subnet:Subnet", "Subnet",
    # availabilityZoneId and ipv6Native replace, ipv6CidrBlock does not: provider documentation
    fields("""vpcId!* cidrBlock* availabilityZone*~ availabilityZoneId*~ ipv6CidrBlock ipv6Native:bool*=false
           mapPublicIpOnLaunch:bool=false assignIpv6AddressOnCreation:bool=false enableDns64:bool=false
           enableResourceNameDnsARecordOnLaunch:bool=false enableResourceNameDnsAaaaRecordOnLaunch:bool=false
           privateDnsHostnameTypeOnLaunch~"""),
    arn="subnet",
    shown="[].merge(@, {ipv6CidrBlock: Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock,"
    " ipv6CidrBlockAssociationId: Ipv6CidrBlockAssociationSet[0].AssociationId,"
    f" enableResourceNameDnsARecordOnLaunch: {_LAUNCH}.EnableResourceNameDnsARecord,"
    f" enableResourceNameDnsAaaaRecordOnLaunch: {_LAUNCH}.EnableResourceNameDnsAAAARecord,"
    f" privateDnsHostnameTypeOnLaunch: {_LAUNCH}.HostnameType}})",
    create=(Call("create_subnet", result="Subnet.SubnetId"), *_SET_SUBNET),
    update=(_move_ipv6, *_SET_SUBNET),
    outputs=("ownerId", "ipv6CidrBlockAssociationId"),
    unverified={
        "enableDns64": "moto takes the attribute and forgets it",
        "privateDnsHostnameTypeOnLaunch": "moto takes the attribute and always answers ip-name",
    },
)  # fmt: skip

_TIE_VPC, _LET_VPC_GO = ties(
    "vpcId", "attach_internet_gateway", "detach_internet_gateway", "InternetGatewayId", "VpcId"
)
_IN_VPC = "[].merge(@, {vpcId: Attachments[0].VpcId})"
INTERNET_GATEWAY = ec2_type("aws:ec2/internetGateway:InternetGateway", "InternetGateway",
    fields("vpcId~"),
    arn="internet-gateway",
    shown=_IN_VPC,
    create=(Call("create_internet_gateway", result="InternetGateway.InternetGatewayId"), _TIE_VPC),
    update=(_TIE_VPC,),
    delete=(_LET_VPC_GO, keyed("delete_internet_gateway", "InternetGatewayId")),
    outputs=("ownerId",),
)  # fmt: skip

EGRESS_ONLY_INTERNET_GATEWAY = ec2_type(
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "EgressOnlyInternetGateway",
    fields("vpcId!*"),  # replaces: provider documentation
    kind="egress-only-internet-gateway",
    shown=_IN_VPC,
)

EIP = ec2_type("aws:ec2/eip:Eip", "Address",
    fields("domain*~"),
    arn="elastic-ip",
    create=(Call("allocate_address", result="AllocationId"),),
    read=(listed("describe_addresses", "AllocationIds", "Addresses"),),
    delete=(keyed("release_address", "AllocationId"),),
    outputs=("allocationId", "publicIp"),
)  # fmt: skip

NAT_GATEWAY = ec2_type("aws:ec2/natGateway:NatGateway", "NatGateway",
    fields("subnetId* allocationId* connectivityType*=public"),  # the last replaces: provider documentation
    kind="natgateway",
    shown="[?State != 'deleted'].merge(@, NatGatewayAddresses[0] || `{}`)",
    outputs=("associationId", "networkInterfaceId", "privateIp", "publicIp", "vpcId"),
)  # fmt: skip

_WATCHED = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}


def _create_flow_log(it: Resource) -> Any:
    kinds = [(it.inputs[name], kind) for name, kind in _WATCHED.items() if it.inputs.get(name)]
    if len(kinds) != 1:
        raise ValueError(f"a flow log watches exactly one of {', '.join(_WATCHED)}")
    ((target, kind),) = kinds
    watched = {"ResourceIds": [target], "ResourceType": kind}
    return it.run_tagged(Call("create_flow_logs", result="FlowLogIds[0]"), watched)


def _read_flow_log(it: Resource) -> Any:
    found = it.run(listed("describe_flow_logs", "FlowLogIds", "FlowLogs"))
    prefixes = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
    name = next((name for prefix, name in prefixes.items() if found and found["ResourceId"].startswith(prefix)), "")
    return found and {**found, name: found["ResourceId"]}


FLOW_LOG = ec2_type("aws:ec2/flowLog:FlowLog", "FlowLog",
    fields(  # only the tags change in place: measured for four, provider documentation for the rest
        """vpcId* subnetId* eniId* trafficType* logDestinationType*=cloud-watch-logs logDestination*~ logFormat*~
        maxAggregationInterval:int*=600 iamRoleArn*@DeliverLogsPermissionArn""",
        destinationOptions=block("fileFormat hiveCompatiblePartitions:bool perHourPartition:bool", replace=True),
    ),
    arn="vpc-flow-log",
    create=(_create_flow_log,),
    read=(_read_flow_log,),
    delete=(Call("delete_flow_logs", args={"FlowLogIds": ["{id}"]}, send=()),),
)  # fmt: skip

TYPES = (VPC, SUBNET, INTERNET_GATEWAY, EGRESS_ONLY_INTERNET_GATEWAY, EIP, NAT_GATEWAY, FLOW_LOG)
