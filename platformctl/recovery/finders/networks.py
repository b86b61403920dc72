"""Finders of networks: by the Name tag, or by what they join."""

from collections.abc import Mapping
from typing import Any

from platformctl.recovery.finders.looking import Clients, Find, Inputs, listed, named

_GONE = ("deleted", "deleting")  # EC2 lists some resources for a while after their end


def _by_name(operation: str, key: str, id_key: str, filters: str = "Filters") -> Find:
    def found(clients: Clients, inputs: Inputs) -> list[str]:
        name = (inputs.get("tags") or {}).get("Name")
        if not name:
            return []
        tagged = [{"Name": "tag:Name", "Values": [name]}]
        there = getattr(clients("ec2"), operation)(**{filters: tagged})[key]
        return [one[id_key] for one in there if _is_called(one, name)]

    return found


def _is_called(one: Mapping[str, Any], name: str) -> bool:
    tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
    return tags.get("Name") == name and str(one.get("State", "")).lower() not in _GONE


def _tables(clients: Clients, inputs: Inputs) -> list[dict[str, Any]]:
    return list(clients("ec2").describe_route_tables(RouteTableIds=[inputs["routeTableId"]])["RouteTables"])


def _route(clients: Clients, inputs: Inputs) -> str | None:
    destinations = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    wanted = next(inputs[key] for key in destinations if inputs.get(key))
    routes = (route for table in _tables(clients, inputs) for route in table["Routes"])
    there = any(wanted in (route.get(key[0].upper() + key[1:]) for key in destinations) for route in routes)
    return f"{inputs['routeTableId']}_{wanted}" if there else None


def _route_table_association(clients: Clients, inputs: Inputs) -> str | None:
    associations = (a for table in _tables(clients, inputs) for a in table["Associations"])
    there = any(a.get("SubnetId") == inputs.get("subnetId") for a in associations)
    return f"{inputs['subnetId']}/{inputs['routeTableId']}" if there else None


def _network_acl_rule(clients: Clients, inputs: Inputs) -> str | None:
    number, egress = int(inputs["ruleNumber"]), bool(inputs.get("egress", False))
    acls = clients("ec2").describe_network_acls(NetworkAclIds=[inputs["networkAclId"]])["NetworkAcls"]
    there = any(e["RuleNumber"] == number and e["Egress"] is egress for acl in acls for e in acl["Entries"])
    return f"{inputs['networkAclId']}:{number}:{inputs['protocol']}:{str(egress).lower()}" if there else None


def _endpoint_association(key: str, members: str) -> Find:
    def found(clients: Clients, inputs: Inputs) -> str | None:
        endpoints = clients("ec2").describe_vpc_endpoints(VpcEndpointIds=[inputs["vpcEndpointId"]])["VpcEndpoints"]
        there = any(inputs[key] in endpoint.get(members, ()) for endpoint in endpoints)
        return f"{inputs['vpcEndpointId']}/{inputs[key]}" if there else None

    return found


_GROUP_RULES = ("describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId")
NETWORKS: Mapping[str, Find] = {
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _by_name(
        "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"
    ),
    "aws:ec2/eip:Eip": _by_name("describe_addresses", "Addresses", "AllocationId"),
    "aws:ec2/flowLog:FlowLog": _by_name("describe_flow_logs", "FlowLogs", "FlowLogId", "Filter"),
    "aws:ec2/internetGateway:InternetGateway": _by_name(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "aws:ec2/natGateway:NatGateway": _by_name("describe_nat_gateways", "NatGateways", "NatGatewayId", "Filter"),
    "aws:ec2/networkAcl:NetworkAcl": _by_name("describe_network_acls", "NetworkAcls", "NetworkAclId"),
    "aws:ec2/networkAclRule:NetworkAclRule": _network_acl_rule,
    "aws:ec2/route:Route": _route,
    "aws:ec2/routeTable:RouteTable": _by_name("describe_route_tables", "RouteTables", "RouteTableId"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": _by_name("describe_security_groups", "SecurityGroups", "GroupId"),
    "aws:ec2/subnet:Subnet": _by_name("describe_subnets", "Subnets", "SubnetId"),
    "aws:ec2/vpc:Vpc": _by_name("describe_vpcs", "Vpcs", "VpcId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _by_name("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": _endpoint_association(
        "routeTableId", "RouteTableIds"
    ),
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": _endpoint_association("subnetId", "SubnetIds"),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": listed(
        "route53resolver",
        "list_resolver_query_log_configs",
        "ResolverQueryLogConfigs",
        named("Name"),
        "Id",
    ),
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": listed(
        "route53resolver",
        "list_resolver_query_log_config_associations",
        "ResolverQueryLogConfigAssociations",
        named("ResourceId", by="resourceId"),
        "Id",
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _by_name(*_GROUP_RULES),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _by_name(*_GROUP_RULES),
}
