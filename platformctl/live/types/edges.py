"""What faces other networks: load balancers, firewalls before them, machines and their disks, image registries."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from platformctl.live.types.reader import TOLD, reader, tags
from sandbox.model import Call, block, blocks, fields, keyed, listed
from sandbox.resource import Resource
from sandbox.tagging import tags_in

LOAD_BALANCER, LISTENER = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
WEB_ACL_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
INSTANCE, VOLUME = "aws:ec2/instance:Instance", "aws:ebs/volume:Volume"
METADATA_DEFAULTS = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
REGISTRY_SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
TABLE = "aws:dynamodb/table:Table"
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
    first = next(iter(found.get("Certificates", ())), {})
    return {**found, "defaultActions": actions, "certificateArn": first.get("CertificateArn")}


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
        LOAD_BALANCER, "elbv2",
        fields("name internal:bool loadBalancerType subnets:list securityGroups:list enableDeletionProtection:bool"
               " dropInvalidHeaderFields:bool desyncMitigationMode", accessLogs=block("enabled:bool bucket prefix")),
        listed("describe_load_balancers", "LoadBalancerArns", _BALANCER), _attributes,
        autoname="name", formats={"arn": "{id}"}, tags=_BALANCER_TAGS,
    ),
    reader(
        LISTENER, "elbv2", fields("loadBalancerArn port:int protocol sslPolicy certificateArn"), _listener,
        outputs=("defaultActions",), formats={"arn": "{id}"},
    ),
    reader(
        WEB_ACL, "wafv2", fields("name scope"), _web_acl,
        outputs=("arn", "rules", "dataProtectionConfig"), autoname="name",
    ),
    reader(WEB_ACL_ASSOCIATION, "wafv2", fields("resourceArn webAclArn"), _association,
           gone="WAFNonexistentItemException"),
    reader(
        WEB_ACL_LOGGING, "wafv2", fields("resourceArn logDestinationConfigs:list"), _logging,
        outputs=("redactedFields", "loggingFilter"), gone="WAFNonexistentItemException",
    ),
    reader(
        INSTANCE, "ec2",
        {**fields("ami@ImageId instanceType subnetId vpcSecurityGroupIds:list keyName associatePublicIpAddress:bool"),
         "metadataOptions": _METADATA},
        Call("describe_instances", args={"InstanceIds": ["{id}"]}, send=(),
             result="Reservations[0].Instances[0].merge(@, {associatePublicIpAddress: PublicIpAddress != null,"
             " vpcSecurityGroupIds: SecurityGroups[].GroupId})"),
        formats={"arn": _ARN.format("ec2", "instance/{id}")}, tags=TOLD,
    ),
    reader(
        VOLUME, "ec2", fields("availabilityZone encrypted:bool kmsKeyId size:int type@VolumeType"),
        listed("describe_volumes", "VolumeIds", "Volumes"), formats={"arn": _ARN.format("ec2", "volume/{id}")},
        tags=TOLD,
    ),
    reader(
        METADATA_DEFAULTS, "ec2",
        fields("httpEndpoint httpTokens httpPutResponseHopLimit:int instanceMetadataTags"),
        Call("get_instance_metadata_defaults", send=(), result="AccountLevel"),
    ),
    reader(
        PEERING, "ec2", fields("vpcId peerVpcId peerOwnerId peerRegion"),
        listed("describe_vpc_peering_connections", "VpcPeeringConnectionIds",
               "VpcPeeringConnections[].{vpcId: RequesterVpcInfo.VpcId, peerVpcId: AccepterVpcInfo.VpcId,"
               " peerOwnerId: AccepterVpcInfo.OwnerId, peerRegion: AccepterVpcInfo.Region, Tags: Tags}"),
        formats={"arn": _ARN.format("ec2", "vpc-peering-connection/{id}")}, tags=TOLD,
    ),
    reader(
        REGISTRY_SCANNING, "ecr",
        fields("scanType", rules=blocks("scanFrequency", repositoryFilters=blocks("filter filterType"))),
        Call("get_registry_scanning_configuration", send=(), result="scanningConfiguration"),
    ),
    reader(
        TABLE, "dynamodb", fields("name@TableName deletionProtectionEnabled:bool"),
        keyed("describe_table", "TableName", "Table"), autoname="name",
        formats={"arn": _ARN.format("dynamodb", "table/{id}")},
        tags=tags("list_tags_of_resource", "ResourceArn", _ARN.format("dynamodb", "table/{id}")),
    ),
)  # fmt: skip
