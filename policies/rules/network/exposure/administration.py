"""Nobody on the internet logs in to a machine."""

from collections.abc import Iterator

from policies.controls import cis, pci, soc2
from policies.examples import Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.network.exposure.examples import (
    BALANCER,
    HTTPS,
    LISTED,
    PREFIX,
    QUARTERS,
    SSH,
    WEB,
    WORLD,
    in_group,
    old_rule,
    prefixes,
    rule,
)
from policies.rules.network.exposure.scope import CONTEXT, OPENINGS, TYPES, service
from policies.rules.network.permissions import Permission, open_to_internet

_ADMIN_PORTS = (22, 3389)


def _admin_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def judge(permission: Permission) -> Iterator[Problem]:
        if permission.opens(_ADMIN_PORTS):
            yield Problem(permission.source_property, f"{service(permission)} lets the internet log in")

    return open_to_internet(resource, graph, "ingress", judge)


NO_ADMIN_PORTS = Rule(
    id="NET-02",
    name="no-admin-ports-from-internet",
    summary="Nobody on the internet reaches SSH or RDP, by TCP or UDP, or a rule for all ports.",
    severity=Severity.CRITICAL,
    pack=Pack.ACCESS_CONTROL,
    types=TYPES,
    reads=(*OPENINGS, "protocol", *CONTEXT),
    controls=(*pci("L", "1.3.1"), *cis(("5.2", "5.3"), ("5.3", "5.4")), *soc2("CC6.6")),
    remedy="Remove the rule; log in through Session Manager, which needs no open port.",
    problems=_admin_problems,
    needs_graph=True,
    passes=(
        (BALANCER, rule(**HTTPS, **WORLD)),
        (WEB, rule(**SSH, cidrIpv4="10.0.0.0/8")),
        (WEB, rule(**SSH, prefixListId=Ref("list")), prefixes("10.0.0.0/8")),
        (WEB, old_rule(**SSH, ipv6CidrBlocks=["fd00::/8"], cidrBlocks=["10.0.0.0/8"])),
        (WEB, rule(ipProtocol="icmp", fromPort=-1, toPort=-1, **WORLD)),
    ),
    fails=(
        (WEB, rule(**SSH, **WORLD)),
        (WEB, rule(fromPort="22", toPort="22", **WORLD)),
        (WEB, rule(fromPort=3389, toPort=3389, cidrIpv6="::/0")),
        (WEB, rule(fromPort=3389, toPort=3389, ipProtocol="udp", **WORLD)),
        (WEB, rule(fromPort=0, toPort=65535, **WORLD)),
        (WEB, rule(**WORLD)),
        (WEB, rule(fromPort=22, **WORLD)),
        (WEB, rule(fromPort=-1, toPort=-1, **WORLD)),
        (WEB, rule(ipProtocol="-1", **WORLD)),
        (WEB, rule(ipProtocol=-1, **WORLD)),
        (WEB, old_rule(protocol="all", **LISTED)),
        (WEB, old_rule(**SSH, ipv6CidrBlocks=["::/0"])),
        (WEB, rule(**SSH, prefixListId=Ref("list")), prefixes(), PREFIX),
        (WEB, rule(**SSH, prefixListId=Ref("list")), prefixes("0.0.0.0/0")),
        (*in_group(**SSH, prefixListIds=[Ref("list")]), prefixes("0.0.0.0/0")),
        (WEB, old_rule(protocol="6", **SSH, **LISTED)),
        (WEB, *(rule(**SSH, cidrIpv4=part) for part in QUARTERS)),
        (WEB, *(rule(**SSH, cidrIpv4=part) for part in QUARTERS[:2])),
        (BALANCER, rule(**SSH, **WORLD)),
        in_group(protocol=-1, fromPort=0, toPort=0, **LISTED),
        in_group(fromPort=20, toPort=25, **LISTED),
    ),
    undecided=((WEB, rule(fromPort=Ref("web"), toPort=22, **WORLD)),),
)
