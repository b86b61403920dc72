"""Findings of rules that look at several resources say which, and by which reference."""

import pytest

from policies.engine import evaluate
from policies.examples import graph_of
from policies.graph import Graph
from policies.report import Finding
from policies.resource import Resource
from policies.rules import ALL, BY_ID
from policies.waivers import Waivers


def _first(rule: str, number: int = 0) -> Finding:
    return evaluate(graph_of(BY_ID[rule].fails[number]), [BY_ID[rule]], Waivers()).findings[0]


def _edges(finding: Finding) -> set[tuple[str, str, str]]:
    return {(edge.source.rsplit("::", 1)[1], edge.property, edge.target.rsplit("::", 1)[1]) for edge in finding.edges}


def test_a_route_out_of_a_private_subnet_is_named_with_both_its_ends() -> None:
    finding = _first("NET-10")
    assert _edges(finding) == {("out", "gatewayId", "igw"), ("out", "routeTableId", "table")}
    assert finding.as_dict()["edges"][0] == {
        "source": finding.edges[0].source,
        "property": "gatewayId",
        "target": finding.edges[0].target,
    }


def test_a_rule_that_looks_at_one_resource_says_nothing_of_others() -> None:
    for rule in ALL:
        if not rule.needs_graph:
            for example in rule.fails:
                for finding in evaluate(graph_of(example), [rule], Waivers()).findings:
                    assert "edges" not in finding.as_dict()


def test_edges_do_not_depend_on_the_rules_that_ran_before() -> None:
    graph = graph_of(BY_ID["NET-10"].fails[0])
    alone = [*evaluate(graph, [BY_ID["NET-10"]], Waivers()).findings]
    among = [finding for finding in evaluate(graph, None, Waivers()).findings if finding.rule == "NET-10"]
    assert among == alone
    assert alone


def test_what_a_graph_keeps_leaves_no_edges_with_the_one_that_asked_first() -> None:
    graph = graph_of(BY_ID["NET-10"].fails[0])
    (subnet,) = graph.of_type("aws:ec2/subnet:Subnet")
    vpc = graph.resolve(subnet, "vpcId", "aws:ec2/vpc:Vpc")
    before = list(graph.walked)
    assert vpc is not None
    assert graph.kept(_tables) == graph.kept(_tables)
    assert len(graph.kept(_tables)) == 1
    assert list(graph.walked) == before


def _tables(graph: Graph) -> list[Resource]:
    links = graph.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
    return [
        table for link in links for table in graph.references(link, "routeTableId", "aws:ec2/routeTable:RouteTable")
    ]


@pytest.mark.parametrize("rule", [rule.id for rule in ALL if rule.needs_graph])
def test_every_edge_is_a_property_of_its_source_that_leads_to_its_target(rule: str) -> None:
    judged = BY_ID[rule]
    for example in judged.fails:
        graph = graph_of(example)
        for finding in evaluate(graph, [judged], Waivers()).findings:
            for edge in finding.edges:
                source, target = graph.by_urn[edge.source], graph.by_urn[edge.target]
                assert edge.property.split(".")[0] in source.properties
                assert source is not target
