"""What a picture shows is what the graph says: places, scope, and flows, each with its reason."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from platformctl import picture
from platformctl.picture.model import Box, Picture
from platformctl.picture.reading import read
from platformctl.project import Project
from platformctl.render import render
from policies.adapters import from_registrations as graph_from
from policies.graph import Graph
from tests.platformctl.picture.states import graph, resource, shop
from tests.spoilt import HIDDEN, some_of_each_type, spoilt

ROOT = Path(__file__).resolve().parents[3]

FLOWS = {
    ("request", "Internet", "Web firewall"),
    ("request", "Web firewall", "api"),
    ("request", "api", "billing-api"),
    ("request", "webhooks", "billing-webhooks"),
    ("request", "10.8.0.0/16", "billing-staging"),
    ("egress", "billing-api", "NAT gateway"),
    ("egress", "billing-payouts", "NAT gateway"),
    ("egress", "billing-webhooks", "NAT gateway"),
    ("egress", "NAT gateway", "api.card-processor.example"),
    ("egress", "NAT gateway", "api.payout-rail.example"),
    ("egress", "NAT gateway", "Any public host"),
    ("data", "billing-api", "subscriptions"),
    ("data", "billing-ledger", "ledger"),
    ("data", "billing-payouts", "ledger"),
    ("message", "billing-api", "ledger-entries.fifo"),
    ("message", "billing-api", "payout-requests.fifo"),
    ("message", "billing-api", "webhook-events"),
    ("message", "billing-payouts", "ledger-entries.fifo"),
    ("message", "billing-payouts", "webhook-events"),
    ("message", "ledger-entries.fifo", "billing-ledger"),
    ("message", "payout-requests.fifo", "billing-payouts"),
    ("message", "webhook-events", "billing-webhooks"),
    ("log", "ledger", "Log streams"),
    ("log", "subscriptions", "Log streams"),
    ("log", "billing-staging", "Log streams"),
    ("log", "Log streams", "archive"),
    ("log", "trail", "archive"),
    ("log", "Network logs", "archive"),
    ("log", "Detection", "archive-landing"),
    ("copy", "archive", "archive-recovery"),
    ("copy", "archive-landing", "archive"),
    ("copy", "archive-landing", "archive-recovery"),
    ("copy", "access-logs", "archive"),
    ("copy", "access-logs", "archive-recovery"),
    ("copy", "ledger", "financial"),
    ("copy", "subscriptions", "personal"),
    ("copy", "financial", "financial-copy"),
    ("copy", "personal", "personal-copy"),
    ("copy", "subscriptions", "subscriptions-recovery"),
}
OF_CONTROLLERS = {
    ("egress", f"platform-{name}", "NAT gateway") for name in ("dashboards", "ingress", "rollouts", "telemetry")
}


def _flows(picture: Picture) -> set[tuple[str, str, str]]:
    names = {box.id: box.title for box in picture.boxes()}
    return {(flow.kind, names[flow.source], names[flow.target]) for flow in picture.flows}


def _box(picture: Picture, title: str) -> Box:
    return next(box for box in picture.boxes() if box.title == title)


def test_staging_has_exactly_the_flows_that_its_program_makes(staging: Graph) -> None:
    assert _flows(read(staging)) == FLOWS | OF_CONTROLLERS


def test_every_flow_says_what_it_is_known_by(staging: Graph) -> None:
    whys = {flow.why for flow in read(staging).flows}
    assert all(whys)
    assert any("LEDGER" in why or "its role allows sqs:SendMessage" in why for why in whys)
    assert any("security group cluster-api lets 10.8.0.0/16 in on port 443" in why for why in whys)


def test_tiers_are_rows_from_the_edge_inwards_and_zones_columns(staging: Graph) -> None:
    (network,) = read(staging).networks
    assert [(tier.name, tier.kind, tier.scope) for tier in network.tiers] == [
        ("public", "public", ""),
        ("apps", "private", ""),
        ("cde", "private", "cde"),
        ("data", "isolated", "cde"),
    ]
    assert network.zones == ("euc1-az1", "euc1-az2", "euc1-az3")
    assert [cell.cidrs for cell in network.tiers[3].cells] == [
        ("10.48.0.128/25",),
        ("10.48.16.128/25",),
        ("10.48.32.128/25",),
    ]


def test_services_stand_on_the_nodes_that_their_selectors_and_tolerations_lead_to(staging: Graph) -> None:
    (network,) = read(staging).networks
    standing = {frame.box.title: {box.title for box in frame.inside} for tier in network.tiers for frame in tier.frames}
    platform = {f"platform-{name}" for name in ("dashboards", "ingress", "rollouts", "secrets", "telemetry")}
    assert standing == {
        "nodes payments": {"billing-api", "billing-ledger"},
        "nodes general": {"billing-payouts", "billing-webhooks"} | platform,
        "nodes amd64": set(),
    }
    assert {box.title for box in read(staging).boxes() if box.scope == "cde"} >= {
        "billing-api",
        "billing-ledger",
        "ledger",
    }


def test_what_is_kept_in_the_other_region_stands_there(staging: Graph) -> None:
    picture = read(staging)
    assert picture.region == "eu-central-1"
    assert [region.name for region in picture.others] == ["eu-west-1"]
    assert {"archive-recovery", "financial-copy", "subscriptions-recovery"} <= {
        b.title for b in picture.others[0].boxes
    }


def test_a_state_with_known_values_alone_has_the_same_kinds_of_flows() -> None:
    picture = read(graph(*shop()))
    assert _flows(picture) == {("data", "shop", "orders"), ("message", "shop", "mail")}
    assert [(tier.name, tier.scope) for tier in picture.networks[0].tiers] == [("front", ""), ("data", "cde")]
    assert [box.title for box in picture.networks[0].tiers[1].inside] == ["orders"]


def test_a_database_that_a_security_group_opens_to_the_internet_has_a_flow_from_there() -> None:
    rule = resource(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "open",
        "sgr-1",
        securityGroupId="sg-db",
        cidrIpv4="0.0.0.0/0",
        fromPort=5432,
        toPort=5432,
    )
    picture = read(graph(*shop(rule)))
    (flow,) = [flow for flow in picture.flows if flow.kind == "request"]
    assert (flow.source, _box(picture, "orders").id) == ("internet", flow.target)
    assert flow.why == "security group db lets 0.0.0.0/0 in on port 5432"


def test_addresses_inside_of_the_network_are_nobody_outside() -> None:
    inner = resource(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "inner",
        "sgrule-1",
        type="ingress",
        securityGroupId="sg-db",
        cidrBlocks=["10.0.4.0/24"],
        fromPort=0,
        toPort=0,
    )
    assert not read(graph(*shop(inner))).outside


def test_values_of_wrong_types_are_left_out_and_break_nothing() -> None:
    odd = [
        resource("aws:ec2/subnet:Subnet", "odd", "subnet-9", vpcId=["x"], tags="none", cidrBlock=7),
        resource("aws:rds/instance:Instance", "odd", "db-9", engine={"a": 1}, vpcSecurityGroupIds="sg-db"),
        resource("kubernetes:apps/v1:Deployment", "odd", "a/b", metadata="x", spec=[1]),
        resource(
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "odd",
            "a/c",
            metadata={"namespace": "shop"},
            spec={"egress": [{"to": [7]}]},
        ),
        resource("kubernetes:networking.k8s.io/v1:Ingress", "odd", "a/d", metadata={"annotations": []}),
        resource("aws:sqs/queue:Queue", "odd", "q", redrivePolicy=5, name=None),
    ]
    assert _box(read(graph(*shop(*odd))), "orders")


@pytest.fixture(scope="module")
def some() -> list[Mapping[str, Any]]:
    return some_of_each_type(render(Project(ROOT), "staging"), 3)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_values_there_are_there_is_a_picture(some: list[Mapping[str, Any]], seed: int) -> None:
    drawn = graph_from(spoilt(some, random.Random(seed), (0.05, 0.2, 0.5)[seed % 3]))
    for shown in (picture.draw(drawn), picture.mermaid(drawn), picture.document(drawn)):
        assert shown
        assert HIDDEN not in shown


def test_nothing_at_all_is_a_picture_too() -> None:
    assert list(read(graph()).boxes()) == []
