"""Nothing is open to the internet but declared load balancers, on 443 alone."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Node, Ref
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
    group,
    in_group,
    old_rule,
    prefixes,
    rule,
)
from policies.rules.network.exposure.scope import (
    CONTEXT,
    EXPOSURE,
    OPENINGS,
    PUBLIC_LOAD_BALANCER,
    TYPES,
    group_of,
    service,
)
from policies.rules.network.permissions import Permission, inline, open_to_internet

_HTTPS_PORTS = range(443, 444)


def _internet_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def judge(permission: Permission) -> Iterator[Problem]:
        if permission.ports == _HTTPS_PORTS and permission.protocol in ("tcp", "6") and _declared(resource, graph):
            return
        yield Problem(permission.source_property, f"{service(permission)} is open to the internet")

    return open_to_internet(resource, graph, "ingress", judge)


def _declared(resource: Resource, graph: Graph) -> bool:
    """Whether the group says that it belongs to a public load balancer."""
    owner = group_of(resource, graph)
    return owner is not None and graph.tag(owner, EXPOSURE) == PUBLIC_LOAD_BALANCER


NO_INGRESS = Rule(
    id="NET-01",
    name="no-ingress-from-internet",
    summary="Only declared public load balancers accept the internet, and only on 443.",
    severity=Severity.CRITICAL,
    pack=Pack.ACCESS_CONTROL,
    types=TYPES,
    reads=(*OPENINGS, "protocol", "tags", *CONTEXT),
    controls=(*pci("L", "1.3.1"), *cis(("5.2", "5.3"), ("5.3", "5.4")), *soc2("CC6.6")),
    remedy="Name the group that may connect (referenced_security_group_id=...). The group of a public"
    f' load balancer says tags={{"{EXPOSURE}": "{PUBLIC_LOAD_BALANCER}"}} and opens 443 alone.',
    problems=_internet_problems,
    needs_graph=True,
    passes=(
        (BALANCER, rule(**HTTPS, **WORLD)),
        (BALANCER, rule(**HTTPS, cidrIpv6="::/0")),
        (BALANCER, old_rule(**HTTPS, **LISTED)),
        (group(tags={EXPOSURE: PUBLIC_LOAD_BALANCER}, **inline("ingress", **HTTPS, **LISTED)),),
        (WEB, rule(**HTTPS, cidrIpv4="10.0.0.0/8")),
        (WEB, rule(**HTTPS, cidrIpv4="203.0.113.0/24")),
        (WEB, rule(**HTTPS, cidrIpv4=QUARTERS[0]), rule(**SSH, cidrIpv4=QUARTERS[1])),
        (WEB, rule(**HTTPS, referencedSecurityGroupId=Ref("web"))),
        (WEB, rule(**HTTPS, prefixListId=Ref("list")), prefixes("10.0.0.0/8")),
        (WEB, rule(**HTTPS, prefixListId="pl-of-aws")),
        (WEB, rule(**HTTPS, prefixListId=Ref("s3")), Node(tokens.VPC_ENDPOINT, "s3")),
        in_group(**HTTPS, self=True),
    ),
    fails=(
        (WEB, rule(**HTTPS, **WORLD)),
        (WEB, rule(**HTTPS, cidrIpv6="::/0")),
        (WEB, rule(**HTTPS, prefixListId=Ref("list")), prefixes("0.0.0.0/1", "128.0.0.0/1")),
        (*in_group(**HTTPS, prefixListIds=[Ref("list")]), prefixes("0.0.0.0/0")),
        (WEB, rule(**HTTPS, prefixListId=Ref("list")), prefixes(), PREFIX),
        (WEB, rule(**HTTPS, cidrIpv6="2000::/3")),
        (WEB, old_rule(**HTTPS, **LISTED)),
        (WEB, old_rule(**HTTPS, ipv6CidrBlocks=["::/0"])),
        (WEB, old_rule(**HTTPS, cidrBlocks=list(QUARTERS))),
        (WEB, *(rule(**HTTPS, cidrIpv4=part) for part in QUARTERS)),
        (WEB, rule(fromPort=0, toPort=100, cidrIpv4=QUARTERS[0]), rule(**SSH, cidrIpv4=QUARTERS[1])),
        (BALANCER, rule(fromPort=443, toPort=444, **WORLD)),
        (BALANCER, rule(**HTTPS, **WORLD, ipProtocol="udp")),
        (BALANCER, rule(**WORLD, ipProtocol="-1")),
        (rule(**HTTPS, **WORLD, securityGroupId="sg-elsewhere"),),
        (group(tags={"Name": PUBLIC_LOAD_BALANCER}), rule(**HTTPS, **WORLD)),
        in_group(**HTTPS, **LISTED),
        in_group(**HTTPS, cidrBlocks=["10.0.0.0/8", "0.0.0.0/0"]),
        (Node(tokens.DEFAULT_SECURITY_GROUP, "default", inline("ingress", **HTTPS, **LISTED)),),
        (WEB, rule(**HTTPS, cidrIpv4=Ref("web")), old_rule(**HTTPS, **LISTED)),
    ),
    undecided=(
        (WEB, rule(**HTTPS, cidrIpv4=Ref("web"))),
        (WEB, rule(**HTTPS, prefixListId=Ref("nowhere"))),
        (WEB, rule(**HTTPS, prefixListId=Ref("list")), prefixes(Ref("web"))),
    ),
)
