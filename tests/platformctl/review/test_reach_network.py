"""Network ACLs, routes and joints: what subnets newly let pass, and where they newly lead."""

from typing import Any

from policies import tokens
from policies.examples import Node, Ref
from tests.platformctl.review.made import changed, compared, items, said

VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
SUBNET = Node(tokens.SUBNET, "apps", {"vpcId": Ref("main"), "cidrBlock": "10.0.1.0/24"})
ACL = Node(tokens.NETWORK_ACL, "acl", {"vpcId": Ref("main"), "subnetIds": [Ref("apps")]})
OTHER = Node(tokens.NETWORK_ACL, "other", {"vpcId": Ref("main"), "subnetIds": [Ref("apps")]})
TABLE = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("main")})
USES = Node(tokens.ROUTE_TABLE_ASSOCIATION, "uses", {"subnetId": Ref("apps"), "routeTableId": Ref("table")})
NAT = Node("aws:ec2/natGateway:NatGateway", "nat", {})
GATEWAY = Node(tokens.INTERNET_GATEWAY, "gateway", {"vpcId": Ref("main")})
ROUTED = (VPC, SUBNET, TABLE, USES, NAT, GATEWAY)


def entry(number: int, action: str = "allow", acl: str = "acl", **properties: Any) -> Node:
    given = {"ruleNumber": number, "ruleAction": action, "protocol": "tcp", "fromPort": 443, "toPort": 443}
    props = {"networkAclId": Ref(acl), "egress": False, "cidrBlock": "10.0.0.0/16", **given, **properties}
    return Node(tokens.NETWORK_ACL_RULE, f"{acl}-{number}", props)


def route(**properties: Any) -> Node:
    return Node(tokens.ROUTE, "way", {"routeTableId": Ref("table"), "destinationCidrBlock": "0.0.0.0/0", **properties})


def acl(before: tuple[Node, ...], after: tuple[Node, ...]) -> list[str]:
    return said((VPC, SUBNET, *before), (VPC, SUBNET, *after), "reach")


def test_an_entry_that_lets_more_in_is_told_of_the_subnets() -> None:
    found = acl((ACL, entry(1)), (ACL, entry(1, cidrBlock="10.0.0.0/8")))
    assert found == ["acl-1: apps (Subnet): the network ACL lets tcp 443 in from 10.0.0.0/8, before 10.0.0.0/16"]


def test_entries_count_in_their_order_and_a_denial_that_goes_opens() -> None:
    denial = entry(1, "deny", cidrBlock="10.0.3.0/24")
    assert acl((ACL, denial, entry(2)), (ACL, entry(2))) == [
        "acl-2: apps (Subnet): the network ACL lets tcp 443 in from 10.0.0.0/16, before"
        " 10.0.0.0/23, 10.0.2.0/24, 10.0.4.0/22 ..."
    ]
    late = entry(3, "deny", cidrBlock="10.0.3.0/24")
    assert acl((ACL, entry(2), late), (ACL, entry(2))) == []
    assert acl((ACL, entry(2)), (ACL, denial, entry(2))) == []


def test_splitting_and_renumbering_entries_opens_nothing() -> None:
    halves = (entry(5, cidrBlock="10.0.0.0/17"), entry(6, cidrBlock="10.0.128.0/17"))
    assert acl((ACL, entry(1)), (ACL, *halves)) == []
    assert acl((ACL, *halves), (ACL, entry(1))) == []
    inline = {
        "ruleNo": 1,
        "action": "allow",
        "protocol": "6",
        "fromPort": 443,
        "toPort": 443,
        "cidrBlock": "10.0.0.0/16",
    }
    assert acl((ACL, entry(1)), (changed(ACL, ingress=[inline]),)) == []


def test_a_subnet_that_loses_its_acl_has_the_default_one_that_lets_all_pass() -> None:
    found = acl((ACL, entry(1)), ())
    assert any("lets tcp 443 in from the internet (0.0.0.0/0)" in line for line in found)
    assert any("other protocols" in line and "out to" in line for line in found)
    assert acl((ACL, entry(1)), (OTHER, entry(1, acl="other"))) == []


def test_an_entry_whose_range_is_not_known_may_let_in() -> None:
    assert acl((ACL, entry(1)), (ACL, entry(1), entry(2, cidrBlock=Ref("apps")))) == [
        "acl-2: apps (Subnet): the network ACL may let tcp 443 in from an address not known yet"
    ]


def test_a_route_to_the_internet_is_told_and_another_nat_gateway_is_not() -> None:
    other = Node(NAT.type, "nat2", {})
    by_nat, by_other = route(natGatewayId=Ref("nat")), route(natGatewayId=Ref("nat2"))
    by_gateway = route(gatewayId=Ref("gateway"))
    assert said((*ROUTED, by_nat), (*ROUTED, by_gateway), "reach") == [
        "way: apps (Subnet): a route leads to the internet (0.0.0.0/0) by an internet gateway"
    ]
    assert said(ROUTED, (*ROUTED, by_nat), "reach") == [
        "way: apps (Subnet): a route leads to the internet (0.0.0.0/0) by a NAT gateway"
    ]
    assert said((*ROUTED, by_nat, other), (*ROUTED, by_other, other), "reach") == []
    assert said((*ROUTED, by_gateway), (*ROUTED, by_nat), "reach") == []  # nobody comes in by it any more
    assert said((*ROUTED, by_gateway), ROUTED, "reach") == []


def test_a_route_that_is_split_leads_nowhere_new() -> None:
    halves = (
        route(natGatewayId=Ref("nat"), destinationCidrBlock="0.0.0.0/1"),
        Node(
            tokens.ROUTE,
            "rest",
            {"routeTableId": Ref("table"), "destinationCidrBlock": "128.0.0.0/1", "natGatewayId": Ref("nat")},
        ),
    )
    assert said((*ROUTED, route(natGatewayId=Ref("nat"))), (*ROUTED, *halves), "reach") == []


def test_a_subnet_that_moves_to_another_table_is_told() -> None:
    public = Node(tokens.ROUTE_TABLE, "public", {"vpcId": Ref("main")})
    out = Node(
        tokens.ROUTE,
        "out",
        {"routeTableId": Ref("public"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref("gateway")},
    )
    moved = changed(USES, routeTableId=Ref("public"))
    base = (VPC, SUBNET, TABLE, NAT, GATEWAY, public, out)
    (line,) = said((*base, USES), (*base, moved), "reach")
    assert "apps (Subnet): a route leads to the internet (0.0.0.0/0) by an internet gateway" in line


def test_a_peering_and_the_route_to_it_are_told() -> None:
    peering = Node(
        tokens.PEERING, "partner", {"vpcId": Ref("main"), "peerVpcId": "vpc-9", "peerOwnerId": "999900001111"}
    )
    to_it = route(vpcPeeringConnectionId=Ref("partner"), destinationCidrBlock="172.16.0.0/12")
    found = items(compared(ROUTED, (*ROUTED, peering, to_it)), "reach")
    assert [f"{item.name}: {item.summary}" for item in found] == [
        "way: apps (Subnet): a route leads to 172.16.0.0/12 by the peering partner",
        "partner: joins this network to another",
    ]
    assert found[1].details == ("vpcId: main (Vpc)", "peerVpcId: vpc-9", "peerOwnerId: 999900001111")
    assert said((*ROUTED, peering, to_it), (*ROUTED, peering, to_it), "reach") == []
    elsewhere = changed(peering, peerVpcId="vpc-8")
    assert said((*ROUTED, peering), (*ROUTED, elsewhere), "reach") == ["partner: joins this network to another"]
