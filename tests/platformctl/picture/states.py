"""Small states, as `pulumi stack export` has them, with everything known and no component."""

from typing import Any

from policies.adapters import from_state
from policies.graph import Graph

PREFIX = "urn:pulumi:shop::shop"


def urn(type_: str, name: str) -> str:
    """The URN of a resource of these states."""
    return f"{PREFIX}::{type_}::{name}"


def resource(type_: str, name: str, id_: str = "", /, **outputs: Any) -> dict[str, Any]:
    """A resource as a state has it."""
    known = {"id": id_, **outputs} if id_ else outputs
    return {"urn": urn(type_, name), "type": type_, "custom": True, "id": id_, "inputs": outputs, "outputs": known}


def document(*resources: dict[str, Any]) -> dict[str, Any]:
    """A state of these resources."""
    stack = {"urn": f"{PREFIX}::pulumi:pulumi:Stack::shop-shop", "type": "pulumi:pulumi:Stack", "custom": False}
    return {"version": 3, "deployment": {"manifest": {}, "resources": [stack, *resources]}}


def graph(*resources: dict[str, Any]) -> Graph:
    """The graph of a state of these resources."""
    return from_state(document(*resources))


def shop(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """A VPC with a public and a data tier in two zones, a database that a deployment uses, and its queue."""
    return [
        resource("aws:ec2/vpc:Vpc", "main", "vpc-1", cidrBlock="10.0.0.0/16", region="eu-north-1"),
        *(
            resource(
                "aws:ec2/subnet:Subnet",
                f"{tier}-{zone}",
                f"subnet-{tier}-{zone}",
                vpcId="vpc-1",
                cidrBlock=f"10.0.{number}{zone[-1]}.0/24",
                availabilityZone=zone,
                tags={"tier": tier, "tier-kind": kind} | ({"pci-scope": "cde"} if tier == "data" else {}),
            )
            for number, (tier, kind) in enumerate((("front", "public"), ("data", "isolated")), start=1)
            for zone in ("north-1", "north-2")
        ),
        resource("aws:ec2/securityGroup:SecurityGroup", "db", "sg-db", vpcId="vpc-1"),
        resource("aws:rds/subnetGroup:SubnetGroup", "db", "db", name="db", subnetIds=["subnet-data-north-1"]),
        resource(
            "aws:rds/instance:Instance",
            "orders",
            "db-1",
            identifier="orders",
            engine="postgres",
            engineVersion="17",
            dbSubnetGroupName="db",
            vpcSecurityGroupIds=["sg-db"],
            endpoint="orders.x.rds.amazonaws.com:5432",
            address="orders.x.rds.amazonaws.com",
        ),
        resource("aws:sqs/queue:Queue", "mail", "https://sqs.eu-north-1.amazonaws.com/1/mail", name="mail"),
        resource(
            "kubernetes:apps/v1:Deployment",
            "web",
            "shop/web",
            metadata={"name": "web", "namespace": "shop"},
            spec={
                "template": {
                    "spec": {
                        "containers": [
                            {
                                "env": [
                                    {"name": "DB", "value": "orders.x.rds.amazonaws.com"},
                                    {"name": "MAIL", "value": "https://sqs.eu-north-1.amazonaws.com/1/mail"},
                                ]
                            }
                        ]
                    }
                }
            },
        ),
        *more,
    ]
