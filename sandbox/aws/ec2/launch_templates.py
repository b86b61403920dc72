"""Launch templates, through the EC2 API: every change is another version."""

from __future__ import annotations

from typing import Any

from sandbox.aws.ec2.common import ec2_type
from sandbox.model import Call, block, blocks, fields
from sandbox.resource import Resource

_DISK = block("""deleteOnTermination:bool encrypted:bool iops:int kmsKeyId snapshotId throughput:int volumeSize:int
    volumeType""")  # fmt: skip
_DATA = fields("ebsOptimized:bool imageId instanceType keyName userData vpcSecurityGroupIds:list@SecurityGroupIds",
    blockDeviceMappings=blocks("deviceName noDevice virtualName", ebs=_DISK),
    metadataOptions=block("""httpEndpoint~ httpProtocolIpv6~ httpPutResponseHopLimit:int~ httpTokens~
        instanceMetadataTags~""", computed=True),
    monitoring=block("enabled:bool"),
    tagSpecifications=blocks("resourceType tags:map"),
)  # fmt: skip
_INTO_DATA: dict[str, Any] = {"into": "LaunchTemplateData", "send": tuple(_DATA)}


def _version(it: Resource) -> None:
    if it.changed & (_DATA.keys() | {"description"}):
        make = Call("create_launch_template_version", args={"LaunchTemplateId": "{id}"}, **_INTO_DATA)
        made = it.run(make, _described(it))
        if it.inputs.get("updateDefaultVersion"):
            number = str(made["LaunchTemplateVersion"]["VersionNumber"])
            it.call("modify_launch_template", LaunchTemplateId=it.id, DefaultVersion=number)


def _described(it: Resource) -> dict[str, Any]:
    return {"VersionDescription": it.inputs["description"]} if it.inputs.get("description") else {}


def _create(it: Resource) -> str:
    make = Call("create_launch_template", args={"LaunchTemplateName": "{name}"}, **_INTO_DATA)
    made: dict[str, Any] = it.run_tagged(make, _described(it))
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def _read(it: Resource) -> Any:
    found = it.call("describe_launch_templates", LaunchTemplateIds=[it.id])["LaunchTemplates"]
    if not found:
        return None
    newest = it.call("describe_launch_template_versions", LaunchTemplateId=it.id, Versions=["$Latest"])
    (version,) = newest["LaunchTemplateVersions"]
    numbers = {key.removesuffix("Number"): found[0][key] for key in ("DefaultVersionNumber", "LatestVersionNumber")}
    named = {"name": found[0]["LaunchTemplateName"], "description": version.get("VersionDescription")}
    data = version["LaunchTemplateData"]  # among whose tags moto puts the template's own
    tagged = [one for one in data.get("TagSpecifications", []) if one["ResourceType"] != "launch-template"]
    return {**data, "TagSpecifications": tagged, **found[0], **numbers, **named}


LAUNCH_TEMPLATE = ec2_type("aws:ec2/launchTemplate:LaunchTemplate", "LaunchTemplate",
    {**fields("name* namePrefix*% description defaultVersion:int~ updateDefaultVersion:bool%"), **_DATA},
    arn="launch-template",
    autoname="name",
    create=(_create,),
    read=(_read,),
    update=(_version,),
    outputs=("latestVersion",),
)  # fmt: skip

TYPES = (LAUNCH_TEMPLATE,)
