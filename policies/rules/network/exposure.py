"""Nothing is open to the internet but declared load balancers, and databases only to their own network."""

from collections.abc import Iterator

from policies import tokens
from policies.cidr import Network, networks, within
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.network.permissions import GROUPS, Permission, each, inline, open_to_internet

_EXPOSURE = "exposure"
_PUBLIC_LOAD_BALANCER = "public-load-balancer"
_HTTPS = range(443, 444)
_ADMIN_PORTS = (22, 3389)
_DATABASE_PORTS = (1433, 1521, 3306, 5432, 5439, 6379, 6380, 8182, 9042, 9200, 11211, 27017)
_TYPES = (*GROUPS, tokens.SECURITY_GROUP_RULE, tokens.INGRESS_RULE)


def _internet_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def judge(permission: Permission) -> Iterator[Problem]:
        if permission.ports == _HTTPS and permission.protocol in ("tcp", "6") and _declared(resource, graph):
            return
        yield Problem(permission.source_property, f"{_service(permission)} is open to the internet")

    return open_to_internet(resource, graph, "ingress", judge)


def _declared(resource: Resource, graph: Graph) -> bool:
    """Whether the group says that it belongs to a public load balancer."""
    group = resource if resource.type in GROUPS else graph.resolve(resource, "securityGroupId", *GROUPS)
    return group is not None and graph.tag(group, _EXPOSURE) == _PUBLIC_LOAD_BALANCER


def _admin_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def judge(permission: Permission) -> Iterator[Problem]:
        if permission.opens(_ADMIN_PORTS):
            yield Problem(permission.source_property, f"{_service(permission)} lets the internet log in")

    return open_to_internet(resource, graph, "ingress", judge)


def _database_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def check(permission: Permission) -> Iterator[Problem]:
        if not permission.opens(_DATABASE_PORTS) or not permission.ranges:
            return
        own = _own_network(resource, graph)
        for network in permission.ranges:
            if not within(network, own):
                service = _service(permission)
                message = f"{service} reaches a database port from {network}, outside this VPC"
                yield Problem(permission.source_property, message)

    return each(resource, graph, "ingress", check)


def _own_network(resource: Resource, graph: Graph) -> list[Network]:
    """The address ranges of the VPC that a group or rule is in; none if this stack does not know that VPC."""
    group = resource if resource.type in GROUPS else graph.resolve(resource, "securityGroupId", *GROUPS)
    vpc = graph.resolve(group, "vpcId", tokens.VPC) if group else None
    if vpc is None:
        return []
    cidrs = [vpc.props.get(key) for key in ("cidrBlock", "ipv6CidrBlock")]
    cidrs += [more.props.get("cidrBlock") for more in graph.referrers(vpc, tokens.VPC_CIDR, "vpcId")]
    return networks(cidr for cidr in cidrs if cidr)


def _service(permission: Permission) -> str:
    ports = permission.ports
    name = "every protocol" if permission.protocol == "-1" else permission.protocol
    if len(ports) in (0, 65_536):
        return name
    return f"{name} {ports[0]}" if len(ports) == 1 else f"{name} {ports[0]}-{ports[-1]}"


def _group(**properties: object) -> Node:
    return Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("main"), **properties})


def _inline(**properties: object) -> Example:
    return (_group(**inline("ingress", **properties)),)


def _rule(**properties: object) -> Node:
    properties = {"securityGroupId": Ref("web"), "ipProtocol": "tcp"} | properties
    return Node(tokens.INGRESS_RULE, f"rule-{properties.get('cidrIpv4', '')}", properties)


def _old_rule(**properties: object) -> Node:
    return Node(
        tokens.SECURITY_GROUP_RULE,
        "rule",
        {"securityGroupId": Ref("web"), "type": "ingress", "protocol": "tcp", **properties},
    )


def _prefixes(*cidrs: object) -> Node:
    return Node(tokens.PREFIX_LIST, "list", {"entries": [{"cidr": cidr} for cidr in cidrs]})


_PREFIX = Node(tokens.PREFIX_LIST_ENTRY, "entry", {"prefixListId": Ref("list"), "cidr": "0.0.0.0/0"})
_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_VPC_6 = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16", "ipv6CidrBlock": "2001:db8::/56"})
_WEB = _group()
_BALANCER = _group(tags={_EXPOSURE: _PUBLIC_LOAD_BALANCER})
_443 = {"fromPort": 443, "toPort": 443}
_22 = {"fromPort": 22, "toPort": 22}
_5432 = {"fromPort": 5432, "toPort": 5432}
_WORLD = {"cidrIpv4": "0.0.0.0/0"}
_LISTED = {"cidrBlocks": ["0.0.0.0/0"]}
_QUARTERS = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")  # no danger alone

RULES = (
    Rule(
        id="NET-01",
        name="no-ingress-from-internet",
        summary="Only declared public load balancers accept the internet, and only on 443.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=(
            "cidrBlocks",
            "ipv6CidrBlocks",
            "cidrIpv4",
            "cidrIpv6",
            "prefixListId",
            "prefixListIds",
            "fromPort",
            "toPort",
            "protocol",
            "tags",
            "ipProtocol",
            "securityGroupId",
            "type",
            "entries.cidr",
            "cidr",
        ),
        controls=(*pci("L", "1.3.1"), *cis(("5.2", "5.3"), ("5.3", "5.4")), *soc2("CC6.6")),
        remedy="Name the group that may connect (referenced_security_group_id=...). The group of a public"
        f' load balancer says tags={{"{_EXPOSURE}": "{_PUBLIC_LOAD_BALANCER}"}} and opens 443 alone.',
        problems=_internet_problems,
        needs_graph=True,
        passes=(
            (_BALANCER, _rule(**_443, **_WORLD)),
            (_BALANCER, _rule(**_443, cidrIpv6="::/0")),
            (_BALANCER, _old_rule(**_443, **_LISTED)),
            (_group(tags={_EXPOSURE: _PUBLIC_LOAD_BALANCER}, **inline("ingress", **_443, **_LISTED)),),
            (_WEB, _rule(**_443, cidrIpv4="10.0.0.0/8")),
            (_WEB, _rule(**_443, cidrIpv4="203.0.113.0/24")),
            (_WEB, _rule(**_443, cidrIpv4=_QUARTERS[0]), _rule(**_22, cidrIpv4=_QUARTERS[1])),
            (_WEB, _rule(**_443, referencedSecurityGroupId=Ref("web"))),
            (_WEB, _rule(**_443, prefixListId=Ref("list")), _prefixes("10.0.0.0/8")),
            (_WEB, _rule(**_443, prefixListId="pl-of-aws")),
            (_WEB, _rule(**_443, prefixListId=Ref("s3")), Node(tokens.VPC_ENDPOINT, "s3")),
            _inline(**_443, self=True),
        ),
        fails=(
            (_WEB, _rule(**_443, **_WORLD)),
            (_WEB, _rule(**_443, cidrIpv6="::/0")),
            (_WEB, _rule(**_443, prefixListId=Ref("list")), _prefixes("0.0.0.0/1", "128.0.0.0/1")),
            (*_inline(**_443, prefixListIds=[Ref("list")]), _prefixes("0.0.0.0/0")),
            (_WEB, _rule(**_443, prefixListId=Ref("list")), _prefixes(), _PREFIX),
            (_WEB, _rule(**_443, cidrIpv6="2000::/3")),
            (_WEB, _old_rule(**_443, **_LISTED)),
            (_WEB, _old_rule(**_443, ipv6CidrBlocks=["::/0"])),
            (_WEB, _old_rule(**_443, cidrBlocks=list(_QUARTERS))),
            (_WEB, *(_rule(**_443, cidrIpv4=part) for part in _QUARTERS)),
            (_WEB, _rule(fromPort=0, toPort=100, cidrIpv4=_QUARTERS[0]), _rule(**_22, cidrIpv4=_QUARTERS[1])),
            (_BALANCER, _rule(fromPort=443, toPort=444, **_WORLD)),
            (_BALANCER, _rule(**_443, **_WORLD, ipProtocol="udp")),
            (_BALANCER, _rule(**_WORLD, ipProtocol="-1")),
            (_rule(**_443, **_WORLD, securityGroupId="sg-elsewhere"),),
            (_group(tags={"Name": _PUBLIC_LOAD_BALANCER}), _rule(**_443, **_WORLD)),
            _inline(**_443, **_LISTED),
            _inline(**_443, cidrBlocks=["10.0.0.0/8", "0.0.0.0/0"]),
            (Node(tokens.DEFAULT_SECURITY_GROUP, "default", inline("ingress", **_443, **_LISTED)),),
            (_WEB, _rule(**_443, cidrIpv4=Ref("web")), _old_rule(**_443, **_LISTED)),
        ),
        undecided=(
            (_WEB, _rule(**_443, cidrIpv4=Ref("web"))),
            (_WEB, _rule(**_443, prefixListId=Ref("nowhere"))),
            (_WEB, _rule(**_443, prefixListId=Ref("list")), _prefixes(Ref("web"))),
        ),
    ),
    Rule(
        id="NET-02",
        name="no-admin-ports-from-internet",
        summary="Nobody on the internet reaches SSH or RDP, by TCP or UDP, or a rule for all ports.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=(
            "cidrBlocks",
            "ipv6CidrBlocks",
            "cidrIpv4",
            "cidrIpv6",
            "prefixListId",
            "prefixListIds",
            "fromPort",
            "toPort",
            "protocol",
            "ipProtocol",
            "securityGroupId",
            "type",
            "entries.cidr",
            "cidr",
        ),
        controls=(*pci("L", "1.3.1"), *cis(("5.2", "5.3"), ("5.3", "5.4")), *soc2("CC6.6")),
        remedy="Remove the rule; log in through Session Manager, which needs no open port.",
        problems=_admin_problems,
        needs_graph=True,
        passes=(
            (_BALANCER, _rule(**_443, **_WORLD)),
            (_WEB, _rule(**_22, cidrIpv4="10.0.0.0/8")),
            (_WEB, _rule(**_22, prefixListId=Ref("list")), _prefixes("10.0.0.0/8")),
            (_WEB, _old_rule(**_22, ipv6CidrBlocks=["fd00::/8"], cidrBlocks=["10.0.0.0/8"])),
            (_WEB, _rule(ipProtocol="icmp", fromPort=-1, toPort=-1, **_WORLD)),
        ),
        fails=(
            (_WEB, _rule(**_22, **_WORLD)),
            (_WEB, _rule(fromPort="22", toPort="22", **_WORLD)),
            (_WEB, _rule(fromPort=3389, toPort=3389, cidrIpv6="::/0")),
            (_WEB, _rule(fromPort=3389, toPort=3389, ipProtocol="udp", **_WORLD)),
            (_WEB, _rule(fromPort=0, toPort=65535, **_WORLD)),
            (_WEB, _rule(**_WORLD)),
            (_WEB, _rule(fromPort=22, **_WORLD)),
            (_WEB, _rule(fromPort=-1, toPort=-1, **_WORLD)),
            (_WEB, _rule(ipProtocol="-1", **_WORLD)),
            (_WEB, _rule(ipProtocol=-1, **_WORLD)),
            (_WEB, _old_rule(protocol="all", **_LISTED)),
            (_WEB, _old_rule(**_22, ipv6CidrBlocks=["::/0"])),
            (_WEB, _rule(**_22, prefixListId=Ref("list")), _prefixes(), _PREFIX),
            (_WEB, _rule(**_22, prefixListId=Ref("list")), _prefixes("0.0.0.0/0")),
            (*_inline(**_22, prefixListIds=[Ref("list")]), _prefixes("0.0.0.0/0")),
            (_WEB, _old_rule(protocol="6", **_22, **_LISTED)),
            (_WEB, *(_rule(**_22, cidrIpv4=part) for part in _QUARTERS)),
            (_WEB, *(_rule(**_22, cidrIpv4=part) for part in _QUARTERS[:2])),
            (_BALANCER, _rule(**_22, **_WORLD)),
            _inline(protocol=-1, fromPort=0, toPort=0, **_LISTED),
            _inline(fromPort=20, toPort=25, **_LISTED),
        ),
        undecided=((_WEB, _rule(fromPort=Ref("web"), toPort=22, **_WORLD)),),
    ),
    Rule(
        id="NET-03",
        name="no-database-ports-from-outside",
        summary="Database and cache ports are reached from inside the VPC alone.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=(
            "cidrBlocks",
            "ipv6CidrBlocks",
            "cidrIpv4",
            "cidrIpv6",
            "prefixListId",
            "prefixListIds",
            "fromPort",
            "toPort",
            "vpcId",
            "cidrBlock",
            "ipv6CidrBlock",
            "protocol",
            "ipProtocol",
            "securityGroupId",
            "type",
            "entries.cidr",
            "cidr",
        ),
        controls=(*pci("L", "1.3.1"), *soc2("CC6.6")),
        remedy="Name the group that may connect: referenced_security_group_id=client.id.",
        problems=_database_problems,
        needs_graph=True,
        passes=(
            (_VPC, _WEB, _rule(**_5432, cidrIpv4="10.0.1.0/24")),
            (_VPC_6, _WEB, _rule(**_5432, cidrIpv6="2001:db8:0:1::/64")),
            (_VPC_6, _WEB, _old_rule(**_5432, ipv6CidrBlocks=["2001:db8::/57", "2001:db8:0:80::/57"])),
            (_VPC, _WEB, _rule(**_5432, referencedSecurityGroupId=Ref("web"))),
            (_VPC, _WEB, _rule(**_443, cidrIpv4="0.0.0.0/0")),
            (_VPC, _group(**inline("ingress", **_5432, cidrBlocks=["10.0.0.0/17", "10.0.128.0/17"]))),
            (
                _VPC,
                Node(tokens.VPC_CIDR, "more", {"vpcId": Ref("main"), "cidrBlock": "10.9.0.0/16"}),
                _WEB,
                _rule(**_5432, cidrIpv4="10.9.3.0/24"),
            ),
        ),
        fails=(
            (_VPC, _WEB, _rule(**_5432, cidrIpv4="10.1.0.0/16")),
            (_VPC, _WEB, _rule(**_5432, prefixListId=Ref("list")), _prefixes("10.1.0.0/16")),
            (_VPC, _group(**inline("ingress", **_5432, prefixListIds=[Ref("list")])), _prefixes("10.1.0.0/16")),
            (_VPC, _WEB, _rule(**_5432, cidrIpv4="10.0.0.0/15")),
            (_VPC, _WEB, _rule(**_5432, cidrIpv4="203.0.113.7/32")),
            (_VPC, _WEB, _rule(fromPort=6000, toPort=7000, cidrIpv4="192.168.0.0/24")),
            (_VPC, _WEB, _rule(ipProtocol="-1", cidrIpv4="192.168.0.0/24")),
            (_VPC, _WEB, _old_rule(**_5432, ipv6CidrBlocks=["2001:db8::/64"])),
            (_VPC, _group(**inline("ingress", **_5432, cidrBlocks=["10.0.0.0/24", "10.1.0.0/24"]))),
            (_rule(**_5432, cidrIpv4="10.0.0.0/24", securityGroupId="sg-elsewhere"),),
        ),
        undecided=((_VPC, Node(tokens.SECURITY_GROUP, "web", {"vpcId": Ref("web")}), _rule(**_5432, **_WORLD)),),
    ),
)
