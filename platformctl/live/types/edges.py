"""What faces other networks: load balancers, firewalls before them, machines and their disks, image registries."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from platformctl.live.types.reader import TOLD, reader, tags
from policies import tokens
from sandbox.model import Call, block, blocks, fields, keyed, listed
from sandbox.resource import Resource
from sandbox.tagging import tags_in

_SCOPE = "REGIONAL"

# API reference, LoadBalancerAttribute: the property and the value of each attribute's text.
_ATTRIBUTES = {
    "deletion_protection.enabled": "enableDeletionProtection",
    "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
    "routing.http.desync_mitigation_mode": "desyncMitigationMode",
}
_LOGS = "access_logs.s3."


def _camel(value: Any) -> Any:
    """An answer with its members named as properties are, where those differ in the first letter alone."""
    if isinstance(value, Mapping):
        return {key[0].lower() + key[1:]: _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _attributes(it: Resource) -> dict[str, Any]:
    answer = it.call("describe_load_balancer_attributes", LoadBalancerArn=it.id)["Attributes"]
    told = {one["Key"]: {"true": True, "false": False}.get(one["Value"], one["Value"]) for one in answer}
    logs = {key.removeprefix(_LOGS): value for key, value in told.items() if key.startswith(_LOGS)}
    return {**{name: told[key] for key, name in _ATTRIBUTES.items() if key in told}, "accessLogs": logs}


def _tags(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
    return tags_in(it.call("describe_tags", ResourceArns=[it.id])["TagDescriptions"][0]["Tags"])


_BALANCER_TAGS = dataclasses.replace(TOLD, read=_tags)
_BALANCER = """LoadBalancers[].merge(@, {internal: Scheme == 'internal', loadBalancerType: Type,
    name: LoadBalancerName, subnets: AvailabilityZones[].SubnetId})"""
_ACTIONS = {"redirectConfig": "redirect", "fixedResponseConfig": "fixedResponse", "forwardConfig": "forward"}


def _listener(it: Resource) -> Any:
    (found,) = it.call("describe_listeners", ListenerArns=[it.id])["Listeners"]
    actions = [{_ACTIONS.get(key, key): item for key, item in _camel(one).items()} for one in found["DefaultActions"]]
    certificates = [one.get("CertificateArn") for one in found.get("Certificates", ())]
    return {**found, "defaultActions": actions, "certificateArn": next(iter(certificates), None)}


def _listener_rule(it: Resource) -> Any:
    (found,) = it.call("describe_rules", RuleArns=[it.id])["Rules"]
    actions = [{_ACTIONS.get(key, key): item for key, item in _camel(one).items()} for one in found["Actions"]]
    return {"actions": actions, "listenerArn": it.id.replace(":listener-rule/", ":listener/").rpartition("/")[0]}


def _main_table(it: Resource) -> Any:
    """Which table the subnets of a network use that say none."""
    for table in it.call("describe_route_tables")["RouteTables"]:
        if any(one["RouteTableAssociationId"] == it.id for one in table["Associations"]):
            return {"vpcId": table["VpcId"], "routeTableId": table["RouteTableId"]}
    return None


def _web_acl(it: Resource) -> Any:
    acls = it.call("list_web_acls", Scope=_SCOPE)["WebACLs"]
    one = next((one for one in acls if one["Id"] == it.id), None)
    if one is None:
        return None
    found = it.call("get_web_acl", Name=one["Name"], Id=it.id, Scope=_SCOPE)["WebACL"]
    return {"arn": found["ARN"], "scope": _SCOPE, **_camel({key: item for key, item in found.items() if key != "ARN"})}


def _association(it: Resource) -> Any:
    found = it.call("get_web_acl_for_resource", ResourceArn=it.id).get("WebACL")
    return {"resourceArn": it.id, "webAclArn": found["ARN"]} if found else None


def _logging(it: Resource) -> Any:
    return _camel(it.call("get_logging_configuration", ResourceArn=it.id)["LoggingConfiguration"])


_METADATA = block("httpEndpoint httpTokens httpPutResponseHopLimit:int instanceMetadataTags")
_ARN = "arn:aws:{}:{{region}}:{{account}}:{}"
TYPES = (
    reader(
        tokens.LOAD_BALANCER, "elbv2",
        fields("name internal:bool loadBalancerType subnets:list securityGroups:list enableDeletionProtection:bool"
               " dropInvalidHeaderFields:bool desyncMitigationMode", accessLogs=block("enabled:bool bucket prefix")),
        listed("describe_load_balancers", "LoadBalancerArns", _BALANCER), _attributes,
        autoname="name", formats={"arn": "{id}"}, tags=_BALANCER_TAGS,
    ),
    reader(
        tokens.LISTENER, "elbv2", fields("loadBalancerArn port:int protocol sslPolicy certificateArn"), _listener,
        outputs=("defaultActions",), formats={"arn": "{id}"},
    ),
    reader(
        tokens.LISTENER_RULE, "elbv2", fields("listenerArn"), _listener_rule, outputs=("actions",),
        formats={"arn": "{id}"},
    ),
    reader(tokens.MAIN_ROUTE_TABLE_ASSOCIATION, "ec2", fields("vpcId routeTableId"), _main_table),
    reader(
        tokens.WEB_ACL, "wafv2", fields("name scope"), _web_acl,
        outputs=("arn", "rules", "dataProtectionConfig"), autoname="name",
    ),
    reader(tokens.WEB_ACL_ASSOCIATION, "wafv2", fields("resourceArn webAclArn"), _association,
           gone="WAFNonexistentItemException"),
    reader(
        tokens.WEB_ACL_LOGGING, "wafv2", fields("resourceArn logDestinationConfigs:list"), _logging,
        outputs=("redactedFields", "loggingFilter"), gone="WAFNonexistentItemException",
    ),
    reader(
        tokens.INSTANCE, "ec2",
        {**fields("ami@ImageId instanceType subnetId vpcSecurityGroupIds:list keyName associatePublicIpAddress:bool"),
         "metadataOptions": _METADATA},
        Call("describe_instances", args={"InstanceIds": ["{id}"]}, send=(),
             result="Reservations[0].Instances[0].merge(@, {associatePublicIpAddress: PublicIpAddress != null,"
             " vpcSecurityGroupIds: SecurityGroups[].GroupId})"),
        formats={"arn": _ARN.format("ec2", "instance/{id}")}, tags=TOLD,
    ),
    reader(
        tokens.VOLUME, "ec2", fields("availabilityZone encrypted:bool kmsKeyId size:int type@VolumeType"),
        listed("describe_volumes", "VolumeIds", "Volumes"), formats={"arn": _ARN.format("ec2", "volume/{id}")},
        tags=TOLD,
    ),
    reader(
        tokens.INSTANCE_METADATA_DEFAULTS, "ec2",
        fields("httpEndpoint httpTokens httpPutResponseHopLimit:int instanceMetadataTags"),
        Call("get_instance_metadata_defaults", send=(), result="AccountLevel"),
    ),
    reader(
        tokens.PEERING, "ec2", fields("vpcId peerVpcId peerOwnerId peerRegion"),
        listed("describe_vpc_peering_connections", "VpcPeeringConnectionIds",
               "VpcPeeringConnections[].{vpcId: RequesterVpcInfo.VpcId, peerVpcId: AccepterVpcInfo.VpcId,"
               " peerOwnerId: AccepterVpcInfo.OwnerId, peerRegion: AccepterVpcInfo.Region, Tags: Tags}"),
        formats={"arn": _ARN.format("ec2", "vpc-peering-connection/{id}")}, tags=TOLD,
    ),
    reader(
        tokens.REGISTRY_SCANNING, "ecr",
        fields("scanType", rules=blocks("scanFrequency", repositoryFilters=blocks("filter filterType"))),
        Call("get_registry_scanning_configuration", send=(), result="scanningConfiguration"),
    ),
    reader(
        tokens.TABLE, "dynamodb", fields("name@TableName deletionProtectionEnabled:bool"),
        keyed("describe_table", "TableName", "Table"), autoname="name",
        formats={"arn": _ARN.format("dynamodb", "table/{id}")},
        tags=tags("list_tags_of_resource", "ResourceArn", _ARN.format("dynamodb", "table/{id}")),
    ),
)  # fmt: skip
