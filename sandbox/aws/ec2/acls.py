"""Network ACLs, their rules and associations, through the EC2 API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.aws.ec2.common import described, ec2_type
from sandbox.model import Call, ResourceType, fields
from sandbox.resource import Resource

_LAST_RULE = 32767  # AWS's own, which refuses the rest and cannot be changed


def _read_acl(it: Resource) -> Any:
    """With its entries as the official provider shows them, by direction."""
    found = it.run(described("describe_network_acls", "NetworkAclIds", "NetworkAcls"))
    entries = sorted(found["Entries"], key=lambda one: int(one["RuleNumber"]))
    mine = [one for one in entries if one["RuleNumber"] < _LAST_RULE]
    ways = {"ingress": False, "egress": True}
    return {**found, **{way: [_shown(one) for one in mine if one["Egress"] is out] for way, out in ways.items()}}


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    ports = entry.get("PortRange", {})
    rule = {"ruleNo": entry["RuleNumber"], "action": entry["RuleAction"], "protocol": entry["Protocol"]}
    blocks = {"cidrBlock": entry.get("CidrBlock", ""), "ipv6CidrBlock": entry.get("Ipv6CidrBlock", "")}
    return {**rule, **blocks, "fromPort": ports.get("From", 0), "toPort": ports.get("To", 0)}


NETWORK_ACL = ec2_type("aws:ec2/networkAcl:NetworkAcl", "NetworkAcl",
    fields("vpcId!*"),  # replaces: provider documentation
    arn="network-acl",
    remedy="declare rules as aws.ec2.NetworkAclRule and subnets as aws.ec2.NetworkAclAssociation resources",
    read=(_read_acl,),
    outputs=("ownerId", "ingress", "egress"),
)  # fmt: skip

PROTOCOLS = {"-1": "-1", "all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


def _write_rule(it: Resource) -> None:
    ports = {key: it.inputs.get(name) for key, name in (("From", "fromPort"), ("To", "toPort"))}
    icmp = {key: it.inputs.get(name) for key, name in (("Type", "icmpType"), ("Code", "icmpCode"))}
    extra: dict[str, Any] = {"Protocol": PROTOCOLS.get(it.inputs["protocol"], it.inputs["protocol"])}
    extra |= {"PortRange": ports} if None not in ports.values() else {}
    extra |= {"IcmpTypeCode": icmp} if None not in icmp.values() else {}
    it.run(Call("create_network_acl_entry"), extra)


def _read_rule(it: Resource) -> Any:
    (acl,) = it.call("describe_network_acls", NetworkAclIds=[it.inputs["networkAclId"]])["NetworkAcls"]
    egress = str(it.inputs.get("egress", False)).lower() == "true"
    for entry in acl["Entries"]:
        if entry["RuleNumber"] == int(it.inputs["ruleNumber"]) and entry["Egress"] is egress:
            ports, icmp = entry.get("PortRange", {}), entry.get("IcmpTypeCode", {})
            mine = it.inputs.get("protocol", "")
            number_ = entry["Protocol"]
            return {
                **entry,
                "networkAclId": acl["NetworkAclId"],
                "protocol": mine if PROTOCOLS.get(mine, mine) == number_ else number_,
                "fromPort": ports.get("From", it.inputs.get("fromPort") if number_ == "-1" else None),
                "toPort": ports.get("To", it.inputs.get("toPort") if number_ == "-1" else None),
                "icmpType": icmp.get("Type"),
                "icmpCode": icmp.get("Code"),
            }
    return None


def _remove_rule(it: Resource) -> None:
    if _read_rule(it):  # moto fails on a rule that is gone, where AWS says so
        it.run(Call("delete_network_acl_entry", send=("networkAclId", "ruleNumber", "egress")))


NETWORK_ACL_RULE = ResourceType("aws:ec2/networkAclRule:NetworkAclRule", "ec2",
    # every change replaces: provider documentation
    inputs=fields("""networkAclId!* ruleNumber:int!* ruleAction!* protocol!* egress:bool*=false cidrBlock*
           ipv6CidrBlock* fromPort:int* toPort:int* icmpType:int* icmpCode:int*"""),
    create=(_write_rule,),
    id="{networkAclId}:{ruleNumber}:{protocol}:{egress}",
    import_id=r"(?P<networkAclId>acl-[^:]+):(?P<ruleNumber>\d+):(?P<protocol>[^:]+):(?P<egress>\w+)",
    read=(_read_rule,),
    delete=(_remove_rule,),
    unique=True,
)  # fmt: skip


def _association_of(it: Resource, subnet: str) -> dict[str, Any] | None:
    mine = [{"Name": "association.subnet-id", "Values": [subnet]}]
    for acl in it.call("describe_network_acls", Filters=mine)["NetworkAcls"]:
        for one in acl["Associations"]:
            if one["SubnetId"] == subnet:
                return {**one, "VpcId": acl["VpcId"]}
    return None


def _move_to(it: Resource, acl: str) -> Any:
    now = _association_of(it, it.inputs["subnetId"])
    if now is None:
        raise ValueError(f"subnet {it.inputs['subnetId']} does not exist")
    moved = {"AssociationId": now["NetworkAclAssociationId"], "NetworkAclId": acl}
    it.id = it.call("replace_network_acl_association", **moved)["NewAssociationId"]
    return it.id


def _read_acl_association(it: Resource) -> Any:
    if not it.inputs:
        for acl in it.call("describe_network_acls")["NetworkAcls"]:
            for one in acl["Associations"]:
                if one["NetworkAclAssociationId"] == it.id:
                    return one
        return None
    now = _association_of(it, it.inputs["subnetId"])
    return now if now and now["NetworkAclAssociationId"] == it.id else None


def _back_to_default(it: Resource) -> None:
    now = _association_of(it, it.inputs["subnetId"])
    if now and now["NetworkAclAssociationId"] == it.id:
        default = [{"Name": "vpc-id", "Values": [now["VpcId"]]}, {"Name": "default", "Values": ["true"]}]
        (acl,) = it.call("describe_network_acls", Filters=default)["NetworkAcls"]
        _move_to(it, acl["NetworkAclId"])


NETWORK_ACL_ASSOCIATION = ResourceType("aws:ec2/networkAclAssociation:NetworkAclAssociation", "ec2",
    inputs=fields("networkAclId!* subnetId!*"),  # every change replaces: provider documentation
    create=(lambda it: _move_to(it, it.inputs["networkAclId"]),),
    read=(_read_acl_association,),
    delete=(_back_to_default,),
)  # fmt: skip

TYPES = (NETWORK_ACL, NETWORK_ACL_RULE, NETWORK_ACL_ASSOCIATION)
