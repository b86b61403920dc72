"""What people change by hand is found, and told by how much it matters."""

from collections.abc import Iterator

import pytest

from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, small_checkout, written_program


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("drift")) as small:
        written_program(small, "foundation")
        small.ctl("up", FOUNDATION, "--yes")
        yield small


def test_a_port_opened_by_hand_is_security_drift_and_a_tag_is_harmless(checkout: Checkout) -> None:
    ec2, vpc = checkout.aws("ec2", FOUNDATION), checkout.outputs(FOUNDATION)["vpc_id"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    groups = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    group = next(group["GroupId"] for group in groups if group["GroupName"] != "default")
    opened = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=opened)
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "owner", "Value": "somebody"}])
    try:
        document = checkout.json("drift", FOUNDATION, code=4)
        found = {(d["class"], d["type"].rpartition(":")[2], d["property"]) for d in document["differences"]}
        assert ("security", "SecurityGroup", "ingress") in found
        ingress = next(d for d in document["differences"] if d["property"] == "ingress")
        assert ingress["cloud"] == ["tcp 22 22 0.0.0.0/0"]
        assert {d["class"] for d in document["differences"] if d["type"].endswith(":Vpc")} == {"harmless"}
        assert document["summary"]["security"] == 1
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=opened)
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "owner", "Value": "tests"}])


def test_a_way_out_of_the_isolated_tier_opened_by_hand_is_security_drift(checkout: Checkout) -> None:
    ec2, ids = checkout.aws("ec2", FOUNDATION), checkout.outputs(FOUNDATION)
    isolated = ids["route_table_ids"]["isolated"]
    gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
    acl = next(one for one in ec2.describe_network_acls()["NetworkAcls"] if not one["IsDefault"])["NetworkAclId"]
    ec2.create_route(RouteTableId=isolated, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    entry = {"NetworkAclId": acl, "RuleNumber": 7, "Egress": True}
    ec2.create_network_acl_entry(**entry, Protocol="-1", RuleAction="allow", CidrBlock="0.0.0.0/0")
    try:
        document = checkout.json("drift", FOUNDATION, code=4)
        found = {
            (d["class"], d["type"].rpartition(":")[2], d["property"], *d["cloud"]) for d in document["differences"]
        }
        assert ("security", "RouteTable", "routes", f"0.0.0.0/0 {gateway}") in found
        assert ("security", "NetworkAcl", "egress", "7 allow -1 - - 0.0.0.0/0") in found
        assert len(document["differences"]) == 2
    finally:
        ec2.delete_route(RouteTableId=isolated, DestinationCidrBlock="0.0.0.0/0")
        ec2.delete_network_acl_entry(**entry)
