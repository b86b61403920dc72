"""What security groups newly let in or out, on both whole graphs."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platformctl.review.reach.openings import Opening, widened
from policies import tokens
from policies.cidr import networks
from policies.examples import Example, Node, Ref, secret
from tests.platformctl.review.made import changed, compared, items, said

VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
GROUP = Node(tokens.SECURITY_GROUP, "db", {"vpcId": Ref("main")})
CLIENTS = Node(tokens.SECURITY_GROUP, "clients", {"vpcId": Ref("main")})
LEDGER = Node(tokens.DATABASE_CLUSTER, "ledger", {"vpcSecurityGroupIds": [Ref("db")]})
POSTGRES = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}


def rule(name: str = "rule", group: str = "db", **properties: Any) -> Node:
    return Node(tokens.INGRESS_RULE, name, {"securityGroupId": Ref(group), **POSTGRES, **properties})


def reach(before: Example, after: Example, *base: Node) -> list[str]:
    base = base or (VPC, GROUP, LEDGER)
    return said((*base, *before), (*base, *after), "reach")


def test_a_wider_range_is_told_with_what_it_was_and_who_is_reached() -> None:
    found = reach((rule(cidrIpv4="10.0.0.0/24"),), (rule(cidrIpv4="10.0.0.0/16"),))
    assert found == ["rule: ledger (Cluster): accepts tcp 5432 from 10.0.0.0/16, before 10.0.0.0/24"]


def test_the_internet_is_named_in_both_families_and_split() -> None:
    whole = reach((), (rule(cidrIpv4="0.0.0.0/0"), rule("six", cidrIpv6="::/0")))
    assert whole == [
        "rule: ledger (Cluster): accepts tcp 5432 from the internet (0.0.0.0/0)",
        "six: ledger (Cluster): accepts tcp 5432 from the internet (::/0)",
    ]
    halves = reach((), (rule(cidrIpv4="0.0.0.0/1"), rule("other", cidrIpv4="128.0.0.0/1")))
    assert halves == ["other: ledger (Cluster): accepts tcp 5432 from the internet (0.0.0.0/0)"]
    both = (VPC, GROUP, LEDGER, rule(cidrIpv4="0.0.0.0/1"), rule("other", cidrIpv4="128.0.0.0/1"))
    (item,) = items(compared((VPC, GROUP, LEDGER), both), "reach")
    assert item.details == ("stated by rule (SecurityGroupIngressRule), new",)


def _inline(*cidrs: str, **fields: Any) -> Node:
    block = {"protocol": "tcp", "fromPort": 5432, "toPort": 5432, "cidrBlocks": list(cidrs), **fields}
    return changed(GROUP, ingress=[block])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((rule(cidrIpv4="10.0.0.0/16"),), (rule(cidrIpv4="10.0.0.0/24"),)),
        ((rule(cidrIpv4="10.0.0.0/16"),), ()),
        (
            (rule(cidrIpv4="10.0.0.0/16"),),
            (rule("low", cidrIpv4="10.0.0.0/17"), rule("high", cidrIpv4="10.0.128.0/17")),
        ),
        (
            (rule("low", cidrIpv4="10.0.0.0/17"), rule("high", cidrIpv4="10.0.128.0/17")),
            (rule(cidrIpv4="10.0.0.0/16"),),
        ),
        ((rule(cidrIpv4="10.0.0.0/16"),), (rule("renamed", cidrIpv4="10.0.0.0/16"),)),
        (
            (rule(cidrIpv4="10.0.0.0/16", fromPort=1, toPort=9),),
            (
                rule(cidrIpv4="10.0.0.0/16", fromPort=1, toPort=4),
                rule("b", cidrIpv4="10.0.0.0/16", fromPort=5, toPort=9),
            ),
        ),
        ((rule(cidrIpv4="10.0.0.0/16", ipProtocol="-1"),), (rule(cidrIpv4="10.0.0.0/16"),)),
        ((rule(cidrIpv4="10.0.0.0/16", ipProtocol="6"),), (rule(cidrIpv4="10.0.0.0/16"),)),
        ((rule(cidrIpv6="2001:db8::/32"),), (rule(cidrIpv6="2001:db8:1::/48"),)),
        ((rule(cidrIpv4="10.0.0.5/16"),), (rule(cidrIpv4="10.0.0.0/16"),)),
        (
            (rule(cidrIpv4="10.0.0.0/16"),),
            (
                Node(
                    tokens.SECURITY_GROUP_RULE,
                    "old",
                    {
                        "type": "ingress",
                        "securityGroupId": Ref("db"),
                        "protocol": "tcp",
                        "fromPort": 5432,
                        "toPort": 5432,
                        "cidrBlocks": ["10.0.0.0/17", "10.0.128.0/17"],
                    },
                ),
            ),
        ),
    ],
)
def test_narrowing_splitting_and_moving_open_nothing(before: Example, after: Example) -> None:
    assert reach(before, after) == []


def test_a_rule_that_moves_between_a_group_and_its_own_resource_opens_nothing() -> None:
    inline, separate = (VPC, LEDGER, _inline("10.0.0.0/16")), (VPC, LEDGER, GROUP, rule(cidrIpv4="10.0.0.0/16"))
    assert said(inline, separate, "reach") == []
    assert said(separate, inline, "reach") == []
    assert said(separate, (VPC, LEDGER, _inline("10.0.0.0/15")), "reach") == [
        "db: ledger (Cluster): accepts tcp 5432 from 10.0.0.0/15, before 10.0.0.0/16"
    ]


def test_more_ports_and_every_protocol_are_told_alone() -> None:
    wide = rule(cidrIpv4="10.0.0.0/16", fromPort=5400, toPort=5500)
    assert reach((rule(cidrIpv4="10.0.0.0/16"),), (wide,)) == [
        "rule: ledger (Cluster): accepts tcp 5400-5431 from 10.0.0.0/16",
        "rule: ledger (Cluster): accepts tcp 5433-5500 from 10.0.0.0/16",
    ]
    every = rule(cidrIpv4="10.0.0.0/16", ipProtocol="-1", fromPort=None, toPort=None)
    assert reach((rule(cidrIpv4="10.0.0.0/16"),), (every,)) == [
        "rule: ledger (Cluster): accepts all protocols from 10.0.0.0/16"
    ]
    ping = rule(cidrIpv4="10.0.0.0/16", ipProtocol="icmp", fromPort=8, toPort=0)
    assert reach((), (ping,)) == ["rule: ledger (Cluster): accepts icmp type 8 from 10.0.0.0/16"]


def test_attaching_an_open_group_opens_although_no_rule_changes() -> None:
    open_ = (VPC, GROUP, CLIENTS, rule(group="clients", cidrIpv4="0.0.0.0/0"))
    after = changed(LEDGER, vpcSecurityGroupIds=[Ref("db"), Ref("clients")])
    assert said((*open_, LEDGER), (*open_, after), "reach") == [
        "ledger: ledger (Cluster): accepts tcp 5432 from the internet (0.0.0.0/0)"
    ]


def test_a_group_that_is_replaced_by_one_like_it_opens_nothing() -> None:
    new = Node(tokens.SECURITY_GROUP, "db2", {"vpcId": Ref("main")})
    moved = changed(LEDGER, vpcSecurityGroupIds=[Ref("db2")])
    before = (VPC, GROUP, LEDGER, rule(cidrIpv4="10.0.0.0/16"))
    assert said(before, (VPC, new, moved, rule(group="db2", cidrIpv4="10.0.0.0/16")), "reach") == []


def test_who_joins_a_group_that_is_let_in_is_told_and_a_member_that_was_there_is_not() -> None:
    let_in = (VPC, GROUP, LEDGER, CLIENTS, rule(referencedSecurityGroupId=Ref("clients")))
    first = Node(tokens.INSTANCE, "first", {"vpcSecurityGroupIds": [Ref("clients")]})
    second = Node(tokens.INSTANCE, "second", {"vpcSecurityGroupIds": [Ref("clients")]})
    told = "second: ledger (Cluster): accepts tcp 5432 from second (Instance), by its group clients"
    assert said((*let_in, first), (*let_in, first, second), "reach") == [told]
    assert said((*let_in, first, second), (*let_in, first), "reach") == []


def test_naming_a_group_in_place_of_the_network_that_it_is_in_opens_nothing() -> None:
    base = (VPC, GROUP, LEDGER, CLIENTS)
    ranges, named = rule(cidrIpv4="10.0.0.0/16"), rule(referencedSecurityGroupId=Ref("clients"))
    assert reach((ranges,), (named,), *base) == []
    assert reach((named,), (ranges,), *base) == ["rule: ledger (Cluster): accepts tcp 5432 from 10.0.0.0/16"]
    other = rule(cidrIpv4="10.1.0.0/16")
    assert reach((other,), (named,), *base) == ["rule: ledger (Cluster): accepts tcp 5432 from clients"]


def test_egress_is_told_as_what_is_reached() -> None:
    out = Node(tokens.EGRESS_RULE, "out", {"securityGroupId": Ref("db"), "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"})
    assert reach((), (out,)) == ["out: ledger (Cluster): reaches the internet (0.0.0.0/0) on all protocols"]
    assert reach((out,), (out,)) == []


def test_what_is_not_known_may_be_open_and_what_stays_unknown_is_not_new() -> None:
    unknown = rule(cidrIpv4=Ref("main"))
    assert reach((), (unknown,)) == ["rule: ledger (Cluster): may accept tcp 5432 from an address not known yet (main)"]
    assert reach((unknown,), (unknown,)) == []
    ports = rule(cidrIpv4="10.0.0.0/16", fromPort=Ref("main"))
    assert reach((), (ports,)) == ["rule: ledger (Cluster): may accept all protocols from 10.0.0.0/16"]


def test_secret_addresses_are_compared_and_never_shown() -> None:
    hidden = rule(cidrIpv4=secret("203.0.113.7/32"))
    (item,) = items(compared((VPC, GROUP, LEDGER), (VPC, GROUP, LEDGER, hidden)), "reach")
    assert "secret" in item.summary
    assert "203.0.113" not in repr(item)
    assert reach((hidden,), (hidden,)) == []


def test_prefix_lists_are_opened_and_those_of_aws_named() -> None:
    listed = Node(tokens.PREFIX_LIST, "office", {"entries": [{"cidr": "203.0.113.0/24"}]})
    more = changed(listed, entries=[{"cidr": "203.0.113.0/24"}, {"cidr": "198.51.100.0/24"}])
    named = rule(prefixListId=Ref("office"))
    assert reach((listed, named), (more, named)) == ["rule: ledger (Cluster): accepts tcp 5432 from 198.51.100.0/24"]
    assert reach((), (rule(prefixListId="pl-1234"),)) == [
        "rule: ledger (Cluster): accepts tcp 5432 from the prefix list pl-1234"
    ]


def test_the_outputs_of_a_stack_use_no_group() -> None:
    stack = Node(tokens.STACK, "stack", {"outputs": Ref("db")})
    assert reach((stack,), (stack, rule(cidrIpv4="10.9.0.0/16"))) == [
        "rule: ledger (Cluster): accepts tcp 5432 from 10.9.0.0/16"
    ]


def test_a_group_that_nothing_uses_is_told_by_its_own_name() -> None:
    assert reach((), (rule(cidrIpv4="0.0.0.0/0"),), VPC, GROUP) == [
        "rule: db (SecurityGroup): accepts tcp 5432 from the internet (0.0.0.0/0)"
    ]


def test_what_several_share_is_told_once() -> None:
    others = tuple(changed(Node(LEDGER.type, f"l{n}", LEDGER.props)) for n in range(8))
    (item,) = items(
        compared((VPC, GROUP, *others), (VPC, GROUP, *others, rule(cidrIpv4="10.9.0.0/16"))),
        "reach",
    )
    assert item.summary == "8 resources: accepts tcp 5432 from 10.9.0.0/16"
    assert item.details[-1] == "and 2 more"


_BOXES = st.lists(
    st.tuples(
        st.sampled_from(("tcp", "udp", "*")),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 7),
        st.integers(29, 32),
    ),
    max_size=5,
)


def _openings(boxes: Iterable[tuple[str, int, int, int, int]]) -> list[Opening]:
    return [
        Opening(protocol, *((0, 65_535) if protocol == "*" else (min(a, b), max(a, b))), network)
        for protocol, a, b, host, bits in boxes
        for network in networks([f"10.0.0.{host}/{bits}"])
    ]


def _points(openings: Iterable[Opening]) -> set[tuple[str, int, int]]:
    """Every protocol, port and address that is open, of the few that the test makes."""
    return {
        (protocol, port, int(address))
        for one in openings
        for protocol in (("tcp", "udp", "sctp") if one.protocol == "*" else (one.protocol,))
        for port in range(one.first, min(one.last, 6) + 1)
        for address in one.peer  # type: ignore[union-attr]
    }


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_BOXES, _BOXES)
def test_what_is_new_is_exactly_what_is_open_after_and_was_not_before(before: list[Any], after: list[Any]) -> None:
    old, new = _openings(before), _openings(after)
    found = widened(old, new)
    opened = _points(new) - _points(old)
    assert opened <= _points(found)  # nothing is missed
    assert _points(found) <= _points(new)  # and nothing told that is not open after
    assert bool(found) == bool(opened)
