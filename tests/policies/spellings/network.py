"""Who may connect: inline and separate rules, both families, prefix lists, split ranges."""

from typing import Any

from policies import tokens
from policies.examples import Example, Node, Ref
from tests.policies.spellings import Spellings

_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_WEB = Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("main"), "tags": {"tier": "data"}})
_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
_22 = {"fromPort": 22, "toPort": 22}
_WORLD = ["0.0.0.0/0"]


def _prefixes(*cidrs: str) -> Node:
    return Node(_LIST, "list", {"name": "l", "addressFamily": "IPv4", "entries": [{"cidr": cidr} for cidr in cidrs]})


def _inline(way: str = "ingress", protocol: object = "tcp", **rule: object) -> Example:
    block = {"protocol": protocol, "description": "d", **_22, **rule}
    return (_VPC, Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("main"), "tags": {"tier": "data"}, way: [block]}))


def _old(way: str = "ingress", protocol: object = "tcp", **rule: object) -> Example:
    base = {"type": way, "securityGroupId": Ref("web"), "protocol": protocol, "description": "d"}
    return (_VPC, _WEB, Node(tokens.SECURITY_GROUP_RULE, "rule", {**base, **_22, **rule}))


def _new(way: str = "ingress", protocol: object = "tcp", **rule: object) -> Example:
    base = {"securityGroupId": Ref("web"), "ipProtocol": protocol, "description": "d"}
    kind = tokens.INGRESS_RULE if way == "ingress" else tokens.EGRESS_RULE
    return (_VPC, _WEB, Node(kind, f"rule-{len(str(rule))}", {**base, **_22, **rule}))


_WAYS_IN = {
    "inline": _inline(cidrBlocks=_WORLD),
    "inline IPv6": _inline(ipv6CidrBlocks=["::/0"]),
    "inline in upper case": _inline(protocol="TCP", cidrBlocks=_WORLD),
    "inline by number": _inline(protocol="6", cidrBlocks=_WORLD),
    "inline ports as texts": _inline(cidrBlocks=_WORLD, fromPort="22", toPort="22"),
    "inline every protocol": _inline(protocol="-1", fromPort=0, toPort=0, cidrBlocks=_WORLD),
    "inline halves": _inline(cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"]),
    "inline prefix list": (*_inline(prefixListIds=[Ref("list")]), _prefixes(*_WORLD)),
    "inline prefix list of halves": (*_inline(prefixListIds=[Ref("list")]), _prefixes("0.0.0.0/1", "128.0.0.0/1")),
    "old rule": _old(cidrBlocks=_WORLD),
    "old rule IPv6": _old(ipv6CidrBlocks=["::/0"]),
    "old rule prefix list": (*_old(prefixListIds=[Ref("list")]), _prefixes(*_WORLD)),
    "new rule": _new(cidrIpv4="0.0.0.0/0"),
    "new rule IPv6": _new(cidrIpv6="::/0"),
    "new rule IPv6 in long form": _new(cidrIpv6="0:0:0:0:0:0:0:0/0"),
    "new rule prefix list": (*_new(prefixListId=Ref("list")), _prefixes(*_WORLD)),
    "new rule prefix list by id": (
        *_new(prefixListId="pl-1"),
        Node(_LIST, "list", {"id": "pl-1", "addressFamily": "IPv4", "entries": [{"cidr": "0.0.0.0/0"}]}),
    ),
    "new rule prefix list with separate entries": (
        *_new(prefixListId=Ref("list")),
        _prefixes(),
        Node(_ENTRY, "entry", {"prefixListId": Ref("list"), "cidr": "0.0.0.0/0"}),
    ),
    "two new rules of a half each": (
        *_new(cidrIpv4="0.0.0.0/2"),
        Node(
            tokens.INGRESS_RULE,
            "other",
            {"securityGroupId": Ref("web"), "ipProtocol": "tcp", **_22, "cidrIpv4": "64.0.0.0/2"},
        ),
    ),
}
_NARROW_WAYS_IN = {
    "inline": _inline(cidrBlocks=["10.0.0.0/16"]),
    "old rule": _old(cidrBlocks=["10.0.0.0/16"]),
    "new rule": _new(cidrIpv4="10.0.0.0/16"),
    "inline prefix list": (*_inline(prefixListIds=[Ref("list")]), _prefixes("10.0.0.0/16")),
    "old rule prefix list": (*_old(prefixListIds=[Ref("list")]), _prefixes("10.0.0.0/16")),
    "new rule prefix list": (*_new(prefixListId=Ref("list")), _prefixes("10.0.0.0/16")),
    "inline to a group": _inline(securityGroups=["sg-1"]),
    "new rule to a group": _new(referencedSecurityGroupId="sg-1"),
    "inline empty lists": _inline(cidrBlocks=[], ipv6CidrBlocks=[], prefixListIds=[], securityGroups=["sg-1"]),
}
_ALL_OUT = {"fromPort": 0, "toPort": 0}
_DATABASE: dict[str, Any] = {"fromPort": 5432, "toPort": 5432}
_TABLE = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("main")})
_LINK = Node(tokens.ROUTE_TABLE_ASSOCIATION, "link", {"subnetId": Ref("a"), "routeTableId": Ref("table")})


def _isolated(*nodes: Node) -> Example:
    return (_VPC, Node(tokens.SUBNET, "a", {"vpcId": Ref("main"), "tags": {"tier-kind": "isolated"}}), _LINK, *nodes)


def _inline_route(**route: object) -> Node:
    return Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("main"), "routes": [{"natGatewayId": "nat-1", **route}]})


def _route(**route: object) -> Node:
    return Node(tokens.ROUTE, "out", {"routeTableId": Ref("table"), "natGatewayId": "nat-1", **route})


def _endpoint(inside: object, beside: object = None) -> Example:
    endpoint = Node(tokens.VPC_ENDPOINT, "e", {"vpcId": "v", "serviceName": "s", "policy": inside})
    policy = Node(tokens.VPC_ENDPOINT_POLICY, "p", {"vpcEndpointId": Ref("e"), "policy": beside})
    return (endpoint, policy) if beside else (endpoint,)


_ANYBODY = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
_NARROW = (
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}'
)

SPELLINGS: Spellings = {
    ("NET-01", "fail"): _WAYS_IN,
    ("NET-02", "fail"): _WAYS_IN,
    ("NET-02", "pass"): _NARROW_WAYS_IN,
    ("NET-01", "pass"): _NARROW_WAYS_IN,
    ("NET-03", "fail"): {
        "inline": _inline(cidrBlocks=["192.168.0.0/16"], **_DATABASE),
        "old rule": _old(cidrBlocks=["192.168.0.0/16"], **_DATABASE),
        "new rule": _new(cidrIpv4="192.168.0.0/16", **_DATABASE),
        "prefix list": (*_new(prefixListId=Ref("list"), **_DATABASE), _prefixes("192.168.0.0/16")),
    },
    ("NET-04", "fail"): {
        "inline": _inline("egress", "-1", cidrBlocks=_WORLD, **_ALL_OUT),
        "old rule": _old("egress", "-1", cidrBlocks=_WORLD, **_ALL_OUT),
        "new rule": _new("egress", "-1", cidrIpv4="0.0.0.0/0", **_ALL_OUT),
        "new rule IPv6": _new("egress", "-1", cidrIpv6="::/0", **_ALL_OUT),
        "prefix list": (*_new("egress", "-1", prefixListId=Ref("list"), **_ALL_OUT), _prefixes(*_WORLD)),
    },
    ("NET-10", "fail"): {
        "separate route": _isolated(_TABLE, _route(destinationCidrBlock="0.0.0.0/0")),
        "separate route IPv6": _isolated(_TABLE, _route(destinationIpv6CidrBlock="::/0")),
        "separate route IPv6 in long form": _isolated(_TABLE, _route(destinationIpv6CidrBlock="0::0/0")),
        "inline route": _isolated(_inline_route(cidrBlock="0.0.0.0/0")),
        "inline route IPv6": _isolated(_inline_route(ipv6CidrBlock="::/0")),
        "half of the world": _isolated(_TABLE, _route(destinationCidrBlock="128.0.0.0/1")),
    },
    ("NET-12", "fail"): {
        "no policy": (Node(tokens.VPC_ENDPOINT, "e", {"vpcId": "v", "serviceName": "s"}),),
        "empty policy": (Node(tokens.VPC_ENDPOINT, "e", {"vpcId": "v", "serviceName": "s", "policy": ""}),),
        "inline": _endpoint(_ANYBODY),
        "beside": _endpoint(None, _ANYBODY),
        "beside a narrow one inside": _endpoint(_NARROW, _ANYBODY),
    },
    ("NET-12", "pass"): {"inline": _endpoint(_NARROW), "beside": _endpoint(None, _NARROW)},
}
