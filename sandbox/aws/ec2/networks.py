"""VPCs, subnets, gateways and addresses, through the EC2 API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.ec2.common import attributes, described, ec2_tags
from sandbox.model import Call, ResourceType, block, flag, keyed, number, text
from sandbox.resource import Resource

ARN = "arn:aws:ec2:{region}:{account}"


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


DUAL_STACK = "(Ipv6CidrBlockAssociationSet || `[]`)[?Ipv6CidrBlockState.State == 'associated']"
VPC_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")
VPC = ResourceType(
    "aws:ec2/vpc:Vpc",
    "ec2",
    inputs={
        "cidrBlock": text(replace=True, computed=True),
        "assignGeneratedIpv6CidrBlock": flag(boto="AmazonProvidedIpv6CidrBlock", computed=True),
        "instanceTenancy": text(default="default"),
        "enableDnsSupport": flag(default=True),
        "enableDnsHostnames": flag(computed=True),
        "enableNetworkAddressUsageMetrics": flag(computed=True),
    },
    create=(
        Call("create_vpc", result="Vpc.VpcId"),
        *attributes("modify_vpc_attribute", "VpcId", *VPC_ATTRIBUTES),
    ),
    read=(
        Call("describe_vpcs",
            args={"VpcIds": ["{id}"]},
            result="Vpcs[0].merge(@, {"
            f"assignGeneratedIpv6CidrBlock: to_string(length({DUAL_STACK}) > `0`),"
            f" ipv6CidrBlock: ({DUAL_STACK})[0].Ipv6CidrBlock,"
            f" ipv6AssociationId: ({DUAL_STACK})[0].AssociationId}})",
        ),
        *(
            Call("describe_vpc_attribute", args={"VpcId": "{id}", "Attribute": name})
            for name in VPC_ATTRIBUTES
        ),
        _vpc_defaults,
    ),
    update=(*attributes("modify_vpc_attribute", "VpcId", *VPC_ATTRIBUTES), _switch_ipv6),
    delete=(keyed("delete_vpc", "VpcId"),),
    outputs=("ownerId", "dhcpOptionsId", "ipv6CidrBlock", "ipv6AssociationId", "defaultSecurityGroupId",
             "defaultNetworkAclId", "defaultRouteTableId", "mainRouteTableId"),
    formats={"arn": ARN + ":vpc/{id}"},
    tags=ec2_tags("vpc"),
)  # fmt: skip

# moto sets this on the first subnet of a zone, AWS does not: sent always, even when it is the default
MAP_PUBLIC_IP = Call("modify_subnet_attribute", args={"SubnetId": "{id}"}, send=("mapPublicIpOnLaunch",))
SUBNET_ATTRIBUTES = ("assignIpv6AddressOnCreation", "enableDns64",
                     "enableResourceNameDnsARecordOnLaunch", "enableResourceNameDnsAaaaRecordOnLaunch",
                     "privateDnsHostnameTypeOnLaunch")  # fmt: skip


def _move_ipv6(it: Resource) -> None:
    if "ipv6CidrBlock" not in it.changed:
        return
    (subnet,) = it.call("describe_subnets", SubnetIds=[it.id])["Subnets"]
    for block_ in subnet.get("Ipv6CidrBlockAssociationSet", []):
        it.call("disassociate_subnet_cidr_block", AssociationId=block_["AssociationId"])
    if wanted := it.inputs.get("ipv6CidrBlock"):
        it.call("associate_subnet_cidr_block", SubnetId=it.id, Ipv6CidrBlock=wanted)


LAUNCH = "PrivateDnsNameOptionsOnLaunch"
SUBNET = ResourceType(
    "aws:ec2/subnet:Subnet",
    "ec2",
    inputs={
        "vpcId": text(required=True, replace=True),
        "cidrBlock": text(replace=True),
        "availabilityZone": text(replace=True, computed=True),
        "availabilityZoneId": text(replace=True, computed=True),  # replaces: provider documentation
        "ipv6CidrBlock": text(),  # in place: provider documentation
        "ipv6Native": flag(default=False, replace=True),  # replaces: provider documentation
        "mapPublicIpOnLaunch": flag(default=False),
        "assignIpv6AddressOnCreation": flag(default=False),
        "enableDns64": flag(default=False),
        "enableResourceNameDnsARecordOnLaunch": flag(default=False),
        "enableResourceNameDnsAaaaRecordOnLaunch": flag(default=False),
        "privateDnsHostnameTypeOnLaunch": text(computed=True),
    },
    create=(
        Call("create_subnet", result="Subnet.SubnetId"),
        MAP_PUBLIC_IP,
        *attributes("modify_subnet_attribute", "SubnetId", *SUBNET_ATTRIBUTES),
    ),
    read=(
        described(
            "describe_subnets",
            "SubnetIds",
            "Subnets[].merge(@, {ipv6CidrBlock: Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock,"
            " ipv6CidrBlockAssociationId: Ipv6CidrBlockAssociationSet[0].AssociationId,"
            f" enableResourceNameDnsARecordOnLaunch: {LAUNCH}.EnableResourceNameDnsARecord,"
            f" enableResourceNameDnsAaaaRecordOnLaunch: {LAUNCH}.EnableResourceNameDnsAAAARecord,"
            f" privateDnsHostnameTypeOnLaunch: {LAUNCH}.HostnameType}})",
        ),
    ),
    update=(_move_ipv6, MAP_PUBLIC_IP, *attributes("modify_subnet_attribute", "SubnetId", *SUBNET_ATTRIBUTES)),
    delete=(keyed("delete_subnet", "SubnetId"),),
    outputs=("ownerId", "ipv6CidrBlockAssociationId"),
    formats={"arn": ARN + ":subnet/{id}"},
    tags=ec2_tags("subnet"),
    unverified={
        "enableDns64": "moto takes the attribute and forgets it",
        "privateDnsHostnameTypeOnLaunch": "moto takes the attribute and always answers ip-name",
    },
)


def _move_internet_gateway(it: Resource) -> None:
    if old := it.old.get("vpcId"):
        it.call("detach_internet_gateway", InternetGatewayId=it.id, VpcId=old)
    if new := it.inputs.get("vpcId"):
        it.call("attach_internet_gateway", InternetGatewayId=it.id, VpcId=new)


def _detach_internet_gateway(it: Resource) -> None:
    for gateway in it.call("describe_internet_gateways", InternetGatewayIds=[it.id])["InternetGateways"]:
        for attachment in gateway["Attachments"]:
            it.call("detach_internet_gateway", InternetGatewayId=it.id, VpcId=attachment["VpcId"])


INTERNET_GATEWAY = ResourceType(
    "aws:ec2/internetGateway:InternetGateway",
    "ec2",
    inputs={"vpcId": text(computed=True)},
    create=(
        Call("create_internet_gateway", result="InternetGateway.InternetGatewayId"),
        Call("attach_internet_gateway", args={"InternetGatewayId": "{id}"}, only="vpcId"),
    ),
    read=(
        described(
            "describe_internet_gateways",
            "InternetGatewayIds",
            "InternetGateways[].merge(@, {vpcId: Attachments[0].VpcId})",
        ),
    ),
    update=(lambda it: _move_internet_gateway(it) if "vpcId" in it.changed else None,),
    delete=(
        _detach_internet_gateway,
        keyed("delete_internet_gateway", "InternetGatewayId"),
    ),
    outputs=("ownerId",),
    formats={"arn": ARN + ":internet-gateway/{id}"},
    tags=ec2_tags("internet-gateway"),
)

EGRESS_ONLY_INTERNET_GATEWAY = ResourceType(
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "ec2",
    inputs={"vpcId": text(required=True, replace=True)},  # replaces: provider documentation
    create=(
        Call(
            "create_egress_only_internet_gateway",
            result="EgressOnlyInternetGateway.EgressOnlyInternetGatewayId",
        ),
    ),
    read=(
        described(
            "describe_egress_only_internet_gateways",
            "EgressOnlyInternetGatewayIds",
            "EgressOnlyInternetGateways[].merge(@, {vpcId: Attachments[0].VpcId})",
        ),
    ),
    delete=(keyed("delete_egress_only_internet_gateway", "EgressOnlyInternetGatewayId"),),
    tags=ec2_tags("egress-only-internet-gateway"),
)

EIP = ResourceType(
    "aws:ec2/eip:Eip",
    "ec2",
    inputs={"domain": text(replace=True, computed=True)},
    create=(Call("allocate_address", result="AllocationId"),),
    read=(described("describe_addresses", "AllocationIds", "Addresses"),),
    delete=(keyed("release_address", "AllocationId"),),
    outputs=("allocationId", "publicIp"),
    formats={"arn": ARN + ":elastic-ip/{id}"},
    tags=ec2_tags("elastic-ip"),
)

NAT_GATEWAY = ResourceType(
    "aws:ec2/natGateway:NatGateway",
    "ec2",
    inputs={
        "subnetId": text(replace=True),
        "allocationId": text(replace=True),
        "connectivityType": text(default="public", replace=True),  # replaces: provider documentation
    },
    create=(Call("create_nat_gateway", result="NatGateway.NatGatewayId"),),
    read=(
        described(
            "describe_nat_gateways",
            "NatGatewayIds",
            "NatGateways[?State != 'deleted'].merge(@, NatGatewayAddresses[0] || `{}`)",
        ),
    ),
    delete=(keyed("delete_nat_gateway", "NatGatewayId"),),
    outputs=("associationId", "networkInterfaceId", "privateIp", "publicIp", "vpcId"),
    tags=ec2_tags("natgateway"),
)

_WATCHED = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}


def _create_flow_log(it: Resource) -> Any:
    kinds = [(it.inputs[name], kind) for name, kind in _WATCHED.items() if it.inputs.get(name)]
    if len(kinds) != 1:
        raise ValueError(f"a flow log watches exactly one of {', '.join(_WATCHED)}")
    ((target, kind),) = kinds
    watched = {"ResourceIds": [target], "ResourceType": kind}
    return it.run_tagged(Call("create_flow_logs", result="FlowLogIds[0]"), watched)


def _read_flow_log(it: Resource) -> Any:
    found = it.run(described("describe_flow_logs", "FlowLogIds", "FlowLogs"))
    prefixes = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
    name = next((name for prefix, name in prefixes.items() if found and found["ResourceId"].startswith(prefix)), "")
    return found and {**found, name: found["ResourceId"]}


FLOW_LOG = ResourceType(
    "aws:ec2/flowLog:FlowLog",
    "ec2",
    inputs={  # only the tags change in place: measured for four, provider documentation for the rest
        "vpcId": text(replace=True),
        "subnetId": text(replace=True),
        "eniId": text(replace=True),
        "trafficType": text(replace=True),
        "logDestinationType": text(default="cloud-watch-logs", replace=True),
        "logDestination": text(replace=True, computed=True),
        "logFormat": text(replace=True, computed=True),
        "maxAggregationInterval": number(default=600, replace=True),
        "iamRoleArn": text(boto="DeliverLogsPermissionArn", replace=True),
        "destinationOptions": block(
            {"fileFormat": text(), "hiveCompatiblePartitions": flag(), "perHourPartition": flag()},
            replace=True,
        ),
    },
    create=(_create_flow_log,),
    read=(_read_flow_log,),
    delete=(Call("delete_flow_logs", args={"FlowLogIds": ["{id}"]}, send=()),),
    formats={"arn": ARN + ":vpc-flow-log/{id}"},
    tags=ec2_tags("vpc-flow-log"),
    unverified={"destinationOptions": "moto takes the options and forgets them"},
)

TYPES = (VPC, SUBNET, INTERNET_GATEWAY, EGRESS_ONLY_INTERNET_GATEWAY, EIP, NAT_GATEWAY, FLOW_LOG)
