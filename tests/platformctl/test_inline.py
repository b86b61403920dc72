"""Inline collections are compared with what separate resources own of them."""

from platformctl.inline import COLLECTIONS, differences, is_owned

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def _rule(**inputs: object) -> dict[str, object]:
    return {
        "type": RULE,
        "inputs": {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **inputs},
    }


def _seen(**rule: object) -> dict[str, object]:
    return {"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": [], **rule}


def test_a_rule_that_a_resource_owns_is_no_difference() -> None:
    state = [_rule(cidrIpv4="10.0.0.0/8")]
    cloud = [_seen(cidrBlocks=["10.0.0.0/8"])]
    assert differences(COLLECTIONS[GROUP, "ingress"], "sg-1", [], cloud, state) == ([], [])


def test_a_rule_of_another_group_owns_nothing_here() -> None:
    state = [_rule(cidrIpv4="10.0.0.0/8", securityGroupId="sg-2")]
    cloud = [_seen(cidrBlocks=["10.0.0.0/8"])]
    assert differences(COLLECTIONS[GROUP, "ingress"], "sg-1", [], cloud, state) == (
        [],
        [("tcp", "443", "443", "10.0.0.0/8")],
    )


def test_missing_and_extra_rules_are_told_apart() -> None:
    state = [_rule(referencedSecurityGroupId="sg-9")]
    cloud = [_seen(ipv6CidrBlocks=["::/0"], fromPort=22, toPort=22)]
    missing, extra = differences(COLLECTIONS[GROUP, "ingress"], "sg-1", [], cloud, state)
    assert missing == [("tcp", "443", "443", "sg-9")]
    assert extra == [("tcp", "22", "22", "::/0")]


def test_all_protocols_are_the_same_however_their_ports_are_written() -> None:
    state = [_rule(ipProtocol="-1", fromPort=-1, toPort=-1, cidrIpv4="10.0.0.0/8")]
    cloud = [_seen(protocol="-1", fromPort=0, toPort=0, cidrBlocks=["10.0.0.0/8"])]
    assert differences(COLLECTIONS[GROUP, "ingress"], "sg-1", [], cloud, state) == ([], [])


def test_network_acl_entries_and_routes_are_owned_by_their_resources() -> None:
    acl = {
        "type": "aws:ec2/networkAclRule:NetworkAclRule",
        "inputs": {
            "networkAclId": "acl-1",
            "ruleNumber": 100,
            "egress": False,
            "protocol": "6",
            "ruleAction": "allow",
            "cidrBlock": "10.0.0.0/24",
            "fromPort": 5432,
            "toPort": 5432,
        },
    }
    seen = {
        "ruleNo": 100,
        "action": "allow",
        "protocol": "tcp",
        "cidrBlock": "10.0.0.0/24",
        "fromPort": 5432,
        "toPort": 5432,
    }
    collection = COLLECTIONS["aws:ec2/networkAcl:NetworkAcl", "ingress"]
    assert differences(collection, "acl-1", [], [seen], [acl]) == ([], [])
    assert differences(COLLECTIONS["aws:ec2/networkAcl:NetworkAcl", "egress"], "acl-1", [], [], [acl]) == (
        [],
        [],
    )

    route = {
        "type": "aws:ec2/route:Route",
        "inputs": {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"},
    }
    cloud = [{"cidrBlock": "0.0.0.0/0", "gatewayId": "", "natGatewayId": "nat-2"}]
    missing, extra = differences(COLLECTIONS["aws:ec2/routeTable:RouteTable", "routes"], "rtb-1", [], cloud, [route])
    assert (missing, extra) == ([("0.0.0.0/0", "nat-1")], [("0.0.0.0/0", "nat-2")])


def test_a_policy_of_its_own_resource_is_owned_however_its_keys_are_ordered() -> None:
    collection = COLLECTIONS["aws:sns/topic:Topic", "policy"]
    owner = {
        "type": "aws:sns/topicPolicy:TopicPolicy",
        "inputs": {"arn": "arn:topic", "policy": '{"Version": "1", "Statement": []}'},
    }
    assert differences(collection, "arn:topic", None, '{"Statement": [], "Version": "1"}', [owner]) == ([], [])
    missing, extra = differences(collection, "arn:topic", None, '{"Statement": [1], "Version": "1"}', [owner])
    assert (len(missing), len(extra)) == (1, 1)
    assert is_owned(collection, "arn:topic", [owner])
    assert not is_owned(collection, "arn:other", [owner])


def test_a_clusters_members_are_owned_by_its_instances() -> None:
    collection = COLLECTIONS["aws:rds/cluster:Cluster", "clusterMembers"]
    instance = {
        "type": "aws:rds/clusterInstance:ClusterInstance",
        "inputs": {"clusterIdentifier": "ledger", "identifier": "ledger-1"},
    }
    assert differences(collection, "ledger", None, ["ledger-1"], [instance]) == ([], [])
    assert differences(collection, "ledger", None, ["ledger-1", "by-hand"], [instance]) == ([], [("by-hand",)])
