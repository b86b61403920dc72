"""Where in the cloud a resource is that an interrupted creation may have made: one table, by type."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from platformctl.clients import clients
from platformctl.recovery.data import DATA
from platformctl.recovery.names import BY_NAME, Clients, Find, Inputs
from platformctl.state import Resource
from platformctl.target import Target

_GONE = ("deleted", "deleting")  # EC2 lists some resources for a while after their end

# Making these again changes nothing: they set what their parent is like, and there is one of each, or they are written
# under a name. A subscription that exists is given back; of a secret's versions the last one counts.
MADE_AGAIN_HARMLESSLY = (
    "aws:s3/",
    *(f"aws:iam/{name}:" for name in ("accountPasswordPolicy", "rolePolicy", "rolePolicyAttachment")),
    *(f"aws:cloudwatch/{name}:" for name in ("compositeAlarm", "eventRule", "eventTarget", "metricAlarm")),
    *(f"aws:cloudwatch/{name}:" for name in ("logDataProtectionPolicy", "logMetricFilter", "logResourcePolicy")),
    "aws:cloudwatch/logSubscriptionFilter:",
    *("aws:sns/topicPolicy:", "aws:sns/topicSubscription:", "aws:sqs/queuePolicy:", "aws:sqs/redrivePolicy:"),
    *(f"aws:secretsmanager/{name}:" for name in ("secretPolicy", "secretRotation", "secretVersion")),
    *("aws:ebs/", "aws:ec2/instanceMetadataDefaults:"),
    *("aws:cfg/", "aws:guardduty/detectorFeature:", "aws:securityhub/standardsSubscription:"),
    *(f"aws:backup/{name}:" for name in ("globalSettings", "regionSettings", "vaultLockConfiguration")),
    *("aws:backup/vaultNotifications:", "aws:backup/vaultPolicy:"),
    "aws:ec2/defaultSecurityGroup:",
    "aws:ec2/networkAclAssociation:",
    "kubernetes:",  # applied server-side: what this same resource made is taken up, by its field manager
    "pulumi:providers:",
)


def find(target: Target, resource: Resource, known: Collection[str] = ()) -> str | None:
    """The import id of what this pending creation made in the cloud; None for nothing and for unknown types.

    What the state has is no answer (`known`, its ids): another resource, or the one to be replaced, of the same name.
    """
    finder, inputs = _FINDERS.get(resource["type"]), resource.get("inputs", {})
    elsewhere = str(inputs.get("region") or "")
    told = finder(clients(target, elsewhere), inputs) if finder else None
    there = told if isinstance(told, list) else [told]
    found = next((id_ for id_ in there if id_ and id_ not in known), None)
    return f"{found}@{elsewhere}" if found and elsewhere else found


def is_known(type_: str) -> bool:
    """Whether an interrupted creation of this type can be told from one that never reached the cloud."""
    return type_ in _FINDERS or type_.startswith(MADE_AGAIN_HARMLESSLY)


def _ec2_by_name(operation: str, listed: str, id_key: str, filters: str = "Filters") -> Find:
    def found(clients: Clients, inputs: Inputs) -> list[str]:
        name = (inputs.get("tags") or {}).get("Name")
        if not name:
            return []
        tagged = [{"Name": "tag:Name", "Values": [name]}]
        there = getattr(clients("ec2"), operation)(**{filters: tagged})[listed]
        return [one[id_key] for one in there if _is_called(one, name)]

    return found


def _is_called(one: Mapping[str, Any], name: str) -> bool:
    tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
    return tags.get("Name") == name and str(one.get("State", "")).lower() not in _GONE


def _tables(clients: Clients, inputs: Inputs) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clients("ec2").describe_route_tables(RouteTableIds=[inputs["routeTableId"]])[
        "RouteTables"
    ]
    return found


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


def _endpoint_association(key: str, listed: str) -> Find:
    def found(clients: Clients, inputs: Inputs) -> str | None:
        endpoints = clients("ec2").describe_vpc_endpoints(VpcEndpointIds=[inputs["vpcEndpointId"]])["VpcEndpoints"]
        there = any(inputs[key] in endpoint.get(listed, ()) for endpoint in endpoints)
        return f"{inputs['vpcEndpointId']}/{inputs[key]}" if there else None

    return found


def _key(clients: Clients, inputs: Inputs) -> list[str]:
    kms, found = clients("kms"), []
    for key in _pages(kms, "list_keys", "Keys"):
        tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
        alive = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion"
        if alive and tags.get("Name") and tags["Name"] == (inputs.get("tags") or {}).get("Name"):
            found.append(str(key["KeyId"]))
    return found


def _alias(clients: Clients, inputs: Inputs) -> str | None:
    aliases = _pages(clients("kms"), "list_aliases", "Aliases")
    return next((inputs["name"] for alias in aliases if alias["AliasName"] == inputs.get("name")), None)


def _bucket(clients: Clients, inputs: Inputs) -> str | None:
    buckets = clients("s3").list_buckets()["Buckets"]
    return next((bucket["Name"] for bucket in buckets if bucket["Name"] == inputs.get("bucket")), None)


def _query_log(clients: Clients, inputs: Inputs) -> str | None:
    configs = clients("route53resolver").list_resolver_query_log_configs()["ResolverQueryLogConfigs"]
    return next((config["Id"] for config in configs if config["Name"] == inputs.get("name")), None)


def _query_log_association(clients: Clients, inputs: Inputs) -> str | None:
    resolver = clients("route53resolver")
    listed = resolver.list_resolver_query_log_config_associations()["ResolverQueryLogConfigAssociations"]
    return next((one["Id"] for one in listed if one["ResourceId"] == inputs.get("resourceId")), None)


def _pages(client: Any, operation: str, key: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate():
        yield from page[key]


_GROUP_RULES = ("describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId")
_FINDERS: Mapping[str, Find] = {
    **BY_NAME,
    **DATA,
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _ec2_by_name(
        "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"
    ),
    "aws:ec2/eip:Eip": _ec2_by_name("describe_addresses", "Addresses", "AllocationId"),
    "aws:ec2/flowLog:FlowLog": _ec2_by_name("describe_flow_logs", "FlowLogs", "FlowLogId", "Filter"),
    "aws:ec2/internetGateway:InternetGateway": _ec2_by_name(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "aws:ec2/natGateway:NatGateway": _ec2_by_name("describe_nat_gateways", "NatGateways", "NatGatewayId", "Filter"),
    "aws:ec2/networkAcl:NetworkAcl": _ec2_by_name("describe_network_acls", "NetworkAcls", "NetworkAclId"),
    "aws:ec2/networkAclRule:NetworkAclRule": _network_acl_rule,
    "aws:ec2/route:Route": _route,
    "aws:ec2/routeTable:RouteTable": _ec2_by_name("describe_route_tables", "RouteTables", "RouteTableId"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": _ec2_by_name("describe_security_groups", "SecurityGroups", "GroupId"),
    "aws:ec2/subnet:Subnet": _ec2_by_name("describe_subnets", "Subnets", "SubnetId"),
    "aws:ec2/vpc:Vpc": _ec2_by_name("describe_vpcs", "Vpcs", "VpcId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2_by_name("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": _endpoint_association(
        "routeTableId", "RouteTableIds"
    ),
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": _endpoint_association("subnetId", "SubnetIds"),
    "aws:kms/alias:Alias": _alias,
    "aws:kms/key:Key": _key,
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": _query_log,
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": _query_log_association,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2_by_name(*_GROUP_RULES),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2_by_name(*_GROUP_RULES),
}
