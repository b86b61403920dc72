"""Groups, rules and networks that the examples are made of."""

from policies import tokens
from policies.examples import Example, Node, Ref
from policies.rules.network.exposure.scope import EXPOSURE, PUBLIC_LOAD_BALANCER
from policies.rules.network.permissions import inline


def group(**properties: object) -> Node:
    return Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("main"), **properties})


def in_group(**properties: object) -> Example:
    return (group(**inline("ingress", **properties)),)


def rule(**properties: object) -> Node:
    properties = {"securityGroupId": Ref("web"), "ipProtocol": "tcp"} | properties
    return Node(tokens.INGRESS_RULE, f"rule-{properties.get('cidrIpv4', '')}", properties)


def old_rule(**properties: object) -> Node:
    return Node(
        tokens.SECURITY_GROUP_RULE,
        "rule",
        {"securityGroupId": Ref("web"), "type": "ingress", "protocol": "tcp", **properties},
    )


def prefixes(*cidrs: object) -> Node:
    return Node(tokens.PREFIX_LIST, "list", {"entries": [{"cidr": cidr} for cidr in cidrs]})


PREFIX = Node(tokens.PREFIX_LIST_ENTRY, "entry", {"prefixListId": Ref("list"), "cidr": "0.0.0.0/0"})
VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
VPC_6 = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16", "ipv6CidrBlock": "2001:db8::/56"})
WEB = group()
BALANCER = group(tags={EXPOSURE: PUBLIC_LOAD_BALANCER})
HTTPS = {"fromPort": 443, "toPort": 443}
SSH = {"fromPort": 22, "toPort": 22}
POSTGRES = {"fromPort": 5432, "toPort": 5432}
WORLD = {"cidrIpv4": "0.0.0.0/0"}
LISTED = {"cidrBlocks": ["0.0.0.0/0"]}
QUARTERS = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")  # no danger alone
