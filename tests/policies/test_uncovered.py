"""What no rule looks at is listed; what the program has of it is known."""

from functools import cache
from pathlib import Path

import pytest

from platformctl.project import PLATFORM, Project
from platformctl.render import render
from policies import tokens
from policies.adapters import from_registrations
from policies.engine import evaluate
from policies.examples import Node, graph_of
from policies.graph import Graph
from policies.report import Report
from policies.rules import ALL, BY_ID
from policies.rules.kubernetes.examples import deployment
from policies.uncovered import COVERED_BY, EVERYWHERE, NOT_NEEDED, uncovered
from policies.waivers import Waivers

_ROOT = Path(__file__).resolve().parents[2]


@cache
def _graph(environment: str) -> Graph:
    key, _, name = environment.rpartition("/")
    return from_registrations(render(Project(_ROOT, key or PLATFORM), name))


@cache
def _report(environment: str) -> Report:
    return evaluate(_graph(environment))


@pytest.mark.parametrize("environment", ["prod", "staging", "sandbox", "foundation/prod"])
def test_some_rule_covers_whatever_the_environments_have(environment: str) -> None:
    """If this fails for a type that is new, write a rule, or an entry in policies/uncovered.py with its reason."""
    assert _report(environment).uncovered == {}


def test_the_first_preview_of_prod_leaves_little_undecided() -> None:
    report = _report("prod").as_dict()
    print(f"{report['undecided_evaluations']} of {report['evaluations']} undecided: {report['undecided_percent']} %")
    assert report["evaluations"] > 2_000
    assert report["undecided_percent"] < 3


def test_a_type_that_nobody_knows_is_listed_and_counted() -> None:
    graph = graph_of((Node("aws:quantum/device:Device", "a"), Node("aws:quantum/device:Device", "b")))
    assert evaluate(graph, [], Waivers()).uncovered == {"aws:quantum/device:Device": 2}
    assert evaluate(graph, [], Waivers(), only={graph.resources[0].urn}).uncovered == {"aws:quantum/device:Device": 1}


def test_rules_for_everything_cover_nothing() -> None:
    role, bucket, config = Node("aws:iam/samlProvider:SamlProvider", "s"), Node(tokens.BUCKET, "b"), "kubernetes:x/v1:X"
    found = evaluate(graph_of((role, bucket, Node(config, "x"))), None, Waivers()).uncovered
    assert list(found) == ["aws:iam/samlProvider:SamlProvider", config]


def test_a_kind_with_pods_is_covered_whoever_made_it_up() -> None:
    (made, *_) = deployment()
    node = Node("kubernetes:example.com/v1:Fleet", "fleet", made.props)
    assert evaluate(graph_of((node,)), [], Waivers()).uncovered == {}


def test_components_and_providers_are_no_resources_to_cover() -> None:
    item = {"urn": "urn:pulumi:prod::p::platform:x:Y::y", "type": "platform:x:Y", "custom": False}
    provider = {"urn": "urn:pulumi:prod::p::pulumi:providers:x::x", "type": "pulumi:providers:x", "custom": True}
    assert evaluate(from_registrations([item, provider]), [], Waivers()).uncovered == {}


def test_the_same_is_listed_whatever_rules_run() -> None:
    graph = _graph("prod")
    assert evaluate(graph, [BY_ID["S3-01"]], Waivers(), partial=True).uncovered == _report("prod").uncovered


@pytest.mark.parametrize("type_", COVERED_BY)
def test_a_type_that_a_rule_does_not_name_is_in_its_examples(type_: str) -> None:
    rule = BY_ID[COVERED_BY[type_]]
    examples = (*rule.passes, *rule.fails, *rule.undecided)
    assert any(node.type == type_ for example in examples for node in example)
    assert rule.id not in EVERYWHERE - {"GEN-02"}


def test_the_tables_say_nothing_twice() -> None:
    named = {type_ for rule in ALL if rule.id not in EVERYWHERE for type_ in rule.types}
    assert not named & NOT_NEEDED.keys()
    assert not COVERED_BY.keys() & NOT_NEEDED.keys()
    assert all(len(reason) > 20 for reason in NOT_NEEDED.values())
    graph = graph_of(tuple(Node(type_, "x") for type_ in (*NOT_NEEDED, *COVERED_BY)))
    assert uncovered(graph, graph.resources) == {}
