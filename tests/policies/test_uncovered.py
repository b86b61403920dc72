"""What no rule looks at is listed; what the program has of it is known."""

from functools import cache
from pathlib import Path

import pytest

from platformctl.project import Project
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
# What the environments have and no rule covers yet, and what a rule would have to ask. Whoever writes one takes its
# type from here; a type that is new to the program needs a rule, or an entry in policies/uncovered.py with its reason.
_HOLES = {
    "aws:athena/workgroup:Workgroup": "results are encrypted, and callers cannot choose otherwise",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "logs go to a stream of this account",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "what waits in it is encrypted with a customer key",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "copies have a customer key",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": "queries are kept where audit logs are",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "copies go to this organisation, encrypted",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": "a failure to judge refuses",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": "it denies, and does not only warn",
    "kubernetes:external-secrets.io/v1:ExternalSecret": "it reads secrets of its own service alone",
    "kubernetes:external-secrets.io/v1:SecretStore": "it reads with its own service account",
    "kubernetes:helm.sh/v3:Release": "the chart's version and content are pinned",
    "kubernetes:storage.k8s.io/v1:StorageClass": "volumes are encrypted with a customer key",
    "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy": "pods get the groups of their own service",
}


@cache
def _graph(environment: str) -> Graph:
    return from_registrations(render(Project(_ROOT), environment))


@cache
def _report(environment: str) -> Report:
    return evaluate(_graph(environment))


@pytest.mark.parametrize("environment", ["prod", "staging", "sandbox"])
def test_the_environments_have_only_the_holes_that_are_known(environment: str) -> None:
    assert _report(environment).uncovered.keys() <= _HOLES.keys()


def test_every_hole_that_is_known_is_one() -> None:
    everywhere = {type_ for name in ("prod", "staging", "sandbox") for type_ in _report(name).uncovered}
    assert everywhere == _HOLES.keys()


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
