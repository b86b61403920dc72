"""Routes over a peering: however a whole VPC is cut up, all of its pieces together are seen, and one less is not."""

from datetime import date
from ipaddress import IPv4Network

from hypothesis import given, settings
from hypothesis import strategies as st

from policies import tokens
from policies.engine import evaluate
from policies.examples import Node, Ref, graph_of
from policies.rules.network.peering import RULES
from policies.waivers import Waivers

_THEIRS = IPv4Network("10.20.0.0/20")
_AROUND = (
    Node(tokens.VPC, "ours", {"cidrBlock": "10.0.0.0/16"}),
    Node(tokens.VPC, "theirs", {"cidrBlock": str(_THEIRS)}),
    Node(tokens.PEERING, "joint", {"vpcId": Ref("ours"), "peerVpcId": Ref("theirs")}),
)


def _findings(inline: list[IPv4Network], separate: list[IPv4Network]) -> set[str]:
    routes = [{"cidrBlock": str(block), "vpcPeeringConnectionId": Ref("joint")} for block in inline]
    table = Node(tokens.ROUTE_TABLE, "table", {"vpcId": Ref("ours"), "routes": routes})
    others = (
        Node(
            tokens.ROUTE,
            f"to-{block}",
            {"routeTableId": Ref("table"), "destinationCidrBlock": str(block), "vpcPeeringConnectionId": Ref("joint")},
        )
        for block in separate
    )
    report = evaluate(graph_of((*_AROUND, table, *others)), RULES, Waivers(), date(2026, 1, 1))
    assert {str(found.verdict) for found in report.findings} <= {"fail"}
    return {found.name for found in report.findings}


@st.composite
def _pieces(draw: st.DrawFn) -> list[IPv4Network]:
    pieces = [_THEIRS]
    for _ in range(draw(st.integers(1, 6))):
        cut = pieces.pop(draw(st.integers(0, len(pieces) - 1)))
        pieces += cut.subnets()
    return pieces


@settings(max_examples=60, derandomize=True)
@given(_pieces(), st.data())
def test_all_pieces_of_a_vpc_are_all_of_it(pieces: list[IPv4Network], data: st.DataObject) -> None:
    where = [data.draw(st.booleans()) for _ in pieces]
    inline = [piece for piece, here in zip(pieces, where, strict=True) if here]
    separate = [piece for piece, here in zip(pieces, where, strict=True) if not here]
    assert _findings(inline, separate) == {f"to-{piece}" for piece in separate} | ({"table"} if inline else set())
    gone = data.draw(st.sampled_from(pieces))
    left = ([one for one in part if one != gone] for part in (inline, separate))
    assert _findings(*left) == set()
