"""Security groups and their rules, through the EC2 API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.aws.ec2.common import change_tags, ec2_type
from sandbox.model import Call, ResourceType, fields, keyed, listed, text
from sandbox.resource import Resource

_SOURCES = {  # by EC2's list the member of it, and the property
    "IpRanges": ("CidrIp", "cidrBlocks"),
    "Ipv6Ranges": ("CidrIpv6", "ipv6CidrBlocks"),
    "PrefixListIds": ("PrefixListId", "prefixListIds"),
    "UserIdGroupPairs": ("GroupId", "securityGroups"),
}


def _rules(permissions: list[dict[str, Any]], group: str) -> list[dict[str, Any]]:
    """EC2's permissions as the `ingress` and `egress` outputs show them, one for each description, in a fixed order."""
    found = []
    for one in permissions:
        ports = {"fromPort": one.get("FromPort", 0), "toPort": one.get("ToPort", 0)}
        sources = [
            (item.get("Description", ""), name, item[member])
            for key, (member, name) in _SOURCES.items()
            for item in one.get(key, [])
        ]
        for description in sorted({why for why, _, _ in sources}):
            lists: dict[str, list[str]] = {}
            for why, name, value in sources:
                if why == description and value != group:
                    lists.setdefault(name, []).append(value)
            myself = (description, "securityGroups", group) in sources
            rule = {"protocol": one["IpProtocol"], **ports, "self": myself, "description": description}
            found.append({**rule, **{name: sorted(values) for name, values in lists.items()}})
    return sorted(found, key=str)


def _read_group(it: Resource) -> Any:
    found = it.run(listed("describe_security_groups", "GroupIds", "SecurityGroups"))
    lists = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
    return {**found, "name": found["GroupName"], **{way: _rules(found[key], it.id) for way, key in lists.items()}}


def _revoke_all(it: Resource) -> None:
    group = it.run(listed("describe_security_groups", "GroupIds", "SecurityGroups"))
    for key, way in (("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress")):
        if group[key]:
            it.call(f"revoke_security_group_{way}", GroupId=it.id, IpPermissions=group[key])


SECURITY_GROUP = ec2_type("aws:ec2/securityGroup:SecurityGroup", "SecurityGroup",
    fields(  # names replace: provider documentation
        "name*@GroupName namePrefix*% vpcId*~ revokeRulesOnDelete:bool%=false",
        description=text(default="Managed by Pulumi", replace=True),
    ),
    arn="security-group",
    remedy="declare rules as aws.vpc.SecurityGroupIngressRule and SecurityGroupEgressRule resources",
    autoname="name",
    create=(Call("create_security_group", result="GroupId"), _revoke_all),
    read=(_read_group,),
    delete=(keyed("delete_security_group", "GroupId"),),
    outputs=("ownerId", "ingress", "egress"),
)  # fmt: skip


def _adopt_default(it: Resource) -> str:
    """The default group cannot be created, only taken over: its rules go, its tags become ours."""
    mine = [{"Name": "vpc-id", "Values": [it.inputs["vpcId"]]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = it.call("describe_security_groups", Filters=mine)["SecurityGroups"]
    it.id = group["GroupId"]
    _revoke_all(it)
    change_tags(it, it.inputs.get("tagsAll") or {}, frozenset())
    return it.id


DEFAULT_SECURITY_GROUP = ec2_type("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "SecurityGroup",
    fields("vpcId!* revokeRulesOnDelete:bool%=false"),
    arn="security-group",
    remedy="the sandbox keeps the default group empty; put rules on a security group of your own",
    create=(_adopt_default,),
    read=(_read_group,),
    delete=(),  # as the official provider: given up, not deleted; it goes with its VPC
    outputs=("ownerId", "name", "description", "ingress", "egress"),
)  # fmt: skip


def _permission(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """One rule as EC2's permission, whose source stands in one of four lists."""
    said = {"Description": inputs["description"]} if inputs.get("description") else {}
    sources = (
        ("IpRanges", "CidrIp", "cidrIpv4"),
        ("Ipv6Ranges", "CidrIpv6", "cidrIpv6"),
        ("PrefixListIds", "PrefixListId", "prefixListId"),
        ("UserIdGroupPairs", "GroupId", "referencedSecurityGroupId"),
    )
    ports = {key: inputs.get(name) for key, name in (("FromPort", "fromPort"), ("ToPort", "toPort"))}
    return {
        "IpProtocol": str(inputs["ipProtocol"]),
        **{key: int(value) for key, value in ports.items() if value is not None},
        **{key: [{member: inputs[name], **said}] for key, member, name in sources if inputs.get(name)},
    }


_RULE_ID = "SecurityGroupRules[0].SecurityGroupRuleId"


def _rule_type(token: str, way: str) -> ResourceType:
    """Ingress and egress rules differ in one word."""

    def authorize(it: Resource) -> Any:
        call = Call(f"authorize_security_group_{way}", send=("securityGroupId",), result=_RULE_ID)
        return it.run_tagged(call, {"IpPermissions": [_permission(it.inputs)]})

    def read(it: Resource) -> Any:
        found = it.run(listed("describe_security_group_rules", "SecurityGroupRuleIds", "SecurityGroupRules"))
        if found and found["IpProtocol"] == "-1":  # EC2 answers -1 for ports that nobody gave
            found = {**found, "FromPort": it.inputs.get("fromPort"), "ToPort": it.inputs.get("toPort")}
        return found and {**found, "referencedSecurityGroupId": found.get("ReferencedGroupInfo", {}).get("GroupId")}

    def modify(it: Resource) -> None:
        if it.changed - {"tags", "tagsAll"}:
            names = ("ipProtocol", "cidrIpv4", "cidrIpv6", "prefixListId", "fromPort", "toPort", "description")
            rule = {name[0].upper() + name[1:]: it.inputs[name] for name in names if it.inputs.get(name) is not None}
            if group := it.inputs.get("referencedSecurityGroupId"):
                rule["ReferencedGroupId"] = group
            rules = [{"SecurityGroupRuleId": it.id, "SecurityGroupRule": rule}]
            it.call("modify_security_group_rules", GroupId=it.inputs["securityGroupId"], SecurityGroupRules=rules)

    def revoke(it: Resource) -> None:
        ids, group = [it.id], it.inputs["securityGroupId"]
        it.call(f"revoke_security_group_{way}", GroupId=group, SecurityGroupRuleIds=ids)

    return ec2_type(
        token,
        "SecurityGroupRule",
        fields("""securityGroupId!*@GroupId ipProtocol! cidrIpv4 cidrIpv6 prefixListId referencedSecurityGroupId
               fromPort:int toPort:int description"""),
        arn="security-group-rule",
        create=(authorize,),
        read=(read,),
        update=(modify,),
        delete=(revoke,),
        outputs=("securityGroupRuleId",),
    )  # fmt: skip


INGRESS_RULE = _rule_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress")
EGRESS_RULE = _rule_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress")

TYPES = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)
