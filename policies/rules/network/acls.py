"""Network ACLs keep the internet away from the ports that administrators use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.cidr import Network, is_internet, networks, subtract
from policies.controls import cis, pci, soc2
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block, Partial, Place, Undecided

_ACLS = (tokens.NETWORK_ACL, tokens.DEFAULT_NETWORK_ACL)
_ADMIN_PORTS = (22, 3389)
_PROTOCOLS = (("tcp", "6"), ("udp", "17"))
_CASES = tuple((protocol, port) for protocol in _PROTOCOLS for port in _ADMIN_PORTS)
_EVERY_PROTOCOL = ("-1", "all")


@dataclass(frozen=True)
class _Entry:
    """One numbered ACL entry, inline or separate; AWS applies the first that matches, by number."""

    block: Block
    where: str

    @property
    def number(self) -> int:
        return int(self.block.get("ruleNo", self.block.get("ruleNumber", 0)))

    @property
    def allows(self) -> bool:
        return str(self.block.get("action", self.block.get("ruleAction"))).lower() == "allow"

    @property
    def ranges(self) -> list[Network]:
        cidrs = (self.block.get("cidrBlock"), self.block.get("ipv6CidrBlock"))
        return networks(cidr for cidr in cidrs if cidr)

    def concerns(self, protocol: tuple[str, ...], port: int) -> bool:
        written = self.block.get("protocol", "-1")
        name = str(int(written)) if isinstance(written, float) else str(written).lower()
        if name in _EVERY_PROTOCOL:
            return True
        return name in protocol and int(self.block.get("fromPort", 0)) <= port <= int(self.block.get("toPort", 0))


def _entries(resource: Resource, graph: Graph) -> Partial[_Entry]:
    if resource.type == tokens.NETWORK_ACL_RULE:
        return Partial([] if resource.props.get("egress") else [_Entry(resource.props, resource.name)])
    found = [_Entry(block, resource.name) for block in resource.props.blocks("ingress")]
    rules = graph.possible_referrers(resource, tokens.NETWORK_ACL_RULE, "networkAclId", *_ACLS)
    for rule in rules:
        found += _entries(rule, graph)
    return Partial(sorted(found, key=lambda entry: entry.number), rules.undecided)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    entries = _entries(resource, graph)
    cases = Partial(_CASES, entries.undecided)
    return decide(cases, lambda case: _admitting(entries, *case))


def _admitting(entries: list[_Entry], protocol: tuple[str, ...], port: int) -> Iterator[Problem]:
    """The entry with which the internet is let in, if any; an unknown one hides no later entry that does it
    alone.
    """
    denied: list[Network] = []
    allowed: list[Network] = []
    places: list[Place] = []
    for entry in entries:
        allows = entry.allows
        try:
            if not entry.concerns(protocol, port):
                continue
            ranges = entry.ranges
        except Undecided as error:
            places += error.places
            if not allows:  # what it denies may be all that follows
                break
            continue
        if not allows:
            denied += ranges
            continue
        allowed += subtract(ranges, denied)
        if is_internet(allowed):
            who = f"entry {entry.number} of {entry.where}"
            yield Problem(entry.block.at("cidrBlock"), f"{who} lets the internet reach {protocol[0]} {port}")
            break
    if places:
        raise Undecided(*places)


def _is_judged_here(resource: Resource, graph: Graph) -> bool:
    """Separate rules are judged at their ACL, in order; one whose ACL is elsewhere is judged alone."""
    return graph.resolve(resource, "networkAclId", *_ACLS) is None


def _rule(number: int, action: Any = "allow", **properties: Any) -> Node:
    base = {"networkAclId": Ref("data"), "ruleNumber": number, "ruleAction": action, "protocol": "-1"}
    return Node(tokens.NETWORK_ACL_RULE, f"data-{number}", base | {"cidrBlock": "0.0.0.0/0"} | properties)


_ACL = Node(tokens.NETWORK_ACL, "data")
_SSH = {"protocol": "tcp", "fromPort": 22, "toPort": 22}
_RDP = {"protocol": "17", "fromPort": 3389, "toPort": 3389}
_ALLOWED = {"ruleNo": 2, "action": "allow", "cidrBlock": "0.0.0.0/0", **_SSH}
_DENIED = _ALLOWED | {"ruleNo": 1, "action": "deny"}
_HIGH = {"protocol": "tcp", "fromPort": 4000, "toPort": 65535}

RULES = (
    Rule(
        id="NET-08",
        name="network-acl-closes-admin-ports",
        summary="No network ACL lets the internet reach SSH or RDP.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(*_ACLS, tokens.NETWORK_ACL_RULE),
        reads=(
            "ingress",
            "ruleNumber",
            "ruleAction",
            "protocol",
            "fromPort",
            "toPort",
            "cidrBlock",
            "ipv6CidrBlock",
            "egress",
            "action",
            "ruleNo",
            "networkAclId",
        ),
        controls=(*pci("P", "1.3.1"), *cis(("5.1",), ("5.2",)), *soc2("CC6.6")),
        remedy="Narrow cidr_block to the VPC, or deny 22 and 3389 with a lower rule_number.",
        problems=_problems,
        applies=_is_judged_here,
        needs_graph=True,
        passes=(
            (_ACL,),
            (_ACL, _rule(100, cidrBlock="10.0.0.0/16")),
            (_ACL, _rule(100, **_HIGH)),
            (_ACL, _rule(100, egress=True)),
            *((Node(type_, "acl", {"ingress": [_DENIED, _ALLOWED]}),) for type_ in _ACLS),
            (_ACL, _rule(100, protocol="icmp", fromPort=0, toPort=65535)),
            (_ACL, _rule(10, "deny", **_SSH), _rule(20, "deny", protocol=-1), _rule(100)),
            (
                _ACL,
                *(
                    _rule(10 + 2 * port + udp, "deny", protocol=("tcp", "udp")[udp], fromPort=port, toPort=port)
                    for port in _ADMIN_PORTS
                    for udp in (0, 1)
                ),
                _rule(10000),
            ),
        ),
        fails=(
            (_ACL, _rule(100)),
            (_ACL, _rule(100, cidrBlock=None, ipv6CidrBlock="::/0")),
            (_ACL, _rule(100, **_SSH)),
            (_ACL, _rule(100, **_RDP)),
            (_ACL, _rule(10, "deny", protocol="tcp", fromPort=0, toPort=65535), _rule(100)),
            (_ACL, _rule(100, **_SSH), _rule(200, "deny")),
            (_ACL, _rule(50, cidrBlock=Ref("data")), _rule(100, **_SSH)),
            (_ACL, _rule(50, "deny", cidrBlock="10.0.0.0/8"), _rule(100, **_SSH)),
            (_ACL, _rule(100, cidrBlock="0.0.0.0/2"), _rule(110, cidrBlock="128.0.0.0/2")),
            (Node(tokens.NETWORK_ACL_RULE, "lone", {"ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}),),
            *((Node(type_, "acl", {"ingress": [_DENIED | {"ruleNo": 3}, _ALLOWED]}),) for type_ in _ACLS),
        ),
        undecided=(
            (_ACL, _rule(100, cidrBlock=Ref("data"))),
            (_ACL, _rule(50, "deny", cidrBlock=Ref("data")), _rule(100)),
        ),
    ),
)
