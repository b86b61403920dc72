"""Networks: what connects, and what may pass."""

from platformctl.live.listings.listing import Listing, of
from policies import tokens

_RULES = "SecurityGroupRules[?IsEgress == `{}`].SecurityGroupRuleId"
NETWORK = (
    Listing(tokens.VPC, "describe_vpcs", "Vpcs[?!IsDefault].VpcId", own="Vpcs[?IsDefault].VpcId"),
    Listing(
        tokens.SUBNET, "describe_subnets", "Subnets[?!DefaultForAz].SubnetId", own="Subnets[?DefaultForAz].SubnetId"
    ),
    Listing(tokens.SECURITY_GROUP, "describe_security_groups", "SecurityGroups[?GroupName != 'default'].GroupId"),
    Listing(
        tokens.DEFAULT_SECURITY_GROUP,
        "describe_security_groups",
        own="SecurityGroups[?GroupName == 'default'].GroupId",
    ),
    Listing(tokens.INGRESS_RULE, "describe_security_group_rules", _RULES.format("false")),
    Listing(tokens.EGRESS_RULE, "describe_security_group_rules", _RULES.format("true")),
    Listing(tokens.NETWORK_ACL, "describe_network_acls", "NetworkAcls[?!IsDefault].NetworkAclId"),
    of(
        tokens.NETWORK_ACL,
        tokens.NETWORK_ACL_RULE,
        "describe_network_acls",
        "NetworkAcls[].Entries[?RuleNumber < `32767`][].join(':', [to_string(RuleNumber), Protocol,"
        " to_string(Egress)])",
        args={"NetworkAclIds": ["{id}"]},
        form="{id}:{found}",
    ),
    Listing(
        tokens.ROUTE_TABLE,
        "describe_route_tables",
        "RouteTables[?length(Associations[?Main]) == `0`].RouteTableId",
        own="RouteTables[?length(Associations[?Main]) > `0`].RouteTableId",
    ),
    of(
        tokens.ROUTE_TABLE,
        tokens.ROUTE,
        "describe_route_tables",
        "RouteTables[].Routes[?GatewayId != 'local'][].[DestinationCidrBlock, DestinationIpv6CidrBlock][]",
        args={"RouteTableIds": ["{id}"]},
        form="{id}_{found}",
    ),
    Listing(
        tokens.ROUTE_TABLE_ASSOCIATION,
        "describe_route_tables",
        "RouteTables[].Associations[?!Main][].RouteTableAssociationId",
    ),
    Listing(
        tokens.MAIN_ROUTE_TABLE_ASSOCIATION,
        "describe_route_tables",
        own="RouteTables[].Associations[?Main][].RouteTableAssociationId",
    ),
    Listing(tokens.INTERNET_GATEWAY, "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    Listing(tokens.FLOW_LOG, "describe_flow_logs", "FlowLogs[].FlowLogId"),
    Listing(tokens.VPC_ENDPOINT, "describe_vpc_endpoints", "VpcEndpoints[?State != 'deleted'].VpcEndpointId"),
    Listing(
        tokens.PEERING,
        "describe_vpc_peering_connections",
        "VpcPeeringConnections[?Status.Code == 'active'].VpcPeeringConnectionId",
    ),
)
