import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest

from policies import tokens
from policies.adapters import from_registrations
from policies.engine import evaluate
from policies.examples import TAGS, Node, Ref, graph_of, secret
from policies.graph import Graph
from policies.report import Verdict
from policies.resource import Resource
from policies.rule import Problem, Rule, decide, some
from policies.rules import ALL, BY_ID
from policies.values import Place, Undecided
from policies.waivers import Waivers

_DAY = date(2026, 1, 1)
_FINDING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "rule": {"type": "string"},
        "verdict": {"enum": ["fail", "undecided", "waived"]},
        "severity": {"enum": ["critical", "high", "medium", "low"]},
        "urn": {"type": "string"},
        "type": {"type": "string"},
        "name": {"type": "string"},
        "property": {"type": ["string", "null"]},
        "message": {"type": "string"},
        "remedy": {"type": "string"},
        "controls": {"type": "array"},
        "source": {"type": "string"},
    },
}
_FINDING |= {"required": list(_FINDING["properties"]), "additionalProperties": False}
_FINDING["properties"]["pod_security"] = {"enum": ["baseline", "restricted"]}  # where the standards say the same
_EDGE = {"required": ["source", "property", "target"], "additionalProperties": {"type": "string"}}
_FINDING["properties"]["edges"] = {"items": _EDGE, "minItems": 1}  # of rules that look at several resources
_FINDING["properties"]["justification"] = {"type": "string"}  # of a waiver
_REPORT = {
    "type": "object",
    "properties": {
        "schema": {"const": 1},
        "resources": {"type": "integer"},
        "rules": {
            "items": {
                "required": ["id", "evaluated"],
                "additionalProperties": {"type": ["string", "integer"]},
            }
        },
        "findings": {"items": _FINDING, "minItems": 1},
        "summary": {"required": ["fail", "undecided", "waived"]},
        "evaluations": {"type": "integer"},
        "undecided_evaluations": {"type": "integer"},
        "undecided_percent": {"type": "number"},
        "uncovered": {"items": {"properties": {"type": {"type": "string"}, "count": {"type": "integer"}}}},
    },
    "required": [
        *("schema", "resources", "rules", "findings", "summary"),
        *("evaluations", "undecided_evaluations", "undecided_percent", "uncovered"),
    ],
    "additionalProperties": False,
}


def _everything() -> list[Node]:
    """All bad examples at once, each under names of its own."""
    return [
        replace(node, name=f"{rule.id}-{number}-{node.name}", provider="")
        for rule in ALL
        for number, example in enumerate(rule.fails)
        for node in example
    ]


def test_the_report_has_the_documented_shape() -> None:
    report = evaluate(graph_of(tuple(_everything())), waivers=Waivers(), today=_DAY)
    document = json.loads(json.dumps(report.as_dict()))
    jsonschema.validate(document, _REPORT)
    assert [rule["id"] for rule in document["rules"]] == sorted(BY_ID)
    assert document["summary"]["fail"] == sum(f["verdict"] == "fail" for f in document["findings"])
    assert set(document["findings"][0]["controls"][0]) == {"framework", "requirement", "relation", "source"}


def test_the_report_does_not_depend_on_the_order_of_resources() -> None:
    nodes = _everything()
    expected = evaluate(graph_of(tuple(nodes)), waivers=Waivers(), today=_DAY).as_dict()
    for seed in range(3):
        random.Random(seed).shuffle(nodes)
        rules = random.Random(seed).sample(ALL, len(ALL))
        assert evaluate(graph_of(tuple(nodes)), rules, Waivers(), _DAY).as_dict() == expected


def _rule(problems: Any) -> Rule:
    return replace(BY_ID["KMS-01"], problems=problems, applies=lambda *_: True)


def test_a_rule_that_raises_fails_and_keeps_what_it_found_before() -> None:
    def breaks(resource: Resource, graph: Graph) -> Iterator[Problem]:
        yield Problem("a", "found")
        raise KeyError("hunter2")

    report = evaluate(graph_of((Node(tokens.KEY, "key"),)), [_rule(breaks)], Waivers(), _DAY)
    assert [f.verdict for f in report.findings] == [Verdict.FAIL, Verdict.FAIL]
    broke, found = (f.message for f in report.findings)
    assert re.fullmatch(r"rule KMS-01 could not judge this resource: KeyError at test_engine\.py:\d+", broke)
    assert found == "found"


def test_a_rule_that_raises_while_asked_whether_it_applies_fails() -> None:
    rule = replace(BY_ID["KMS-01"], applies=lambda *_: bool(1 / 0))
    report = evaluate(graph_of((Node(tokens.KEY, "key"),)), [rule], Waivers(), _DAY)
    (message,) = (f.message for f in report.findings)
    assert message.startswith("rule KMS-01 could not judge this resource: ZeroDivisionError at test_engine.py:")


def test_an_unknown_item_hides_no_failure_of_another() -> None:
    group = Node(
        tokens.SECURITY_GROUP,
        "web",
        {
            "ingress": [
                Ref("nobody"),
                {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": [Ref("nobody")]},
                {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]},
            ]
        },
    )
    report = evaluate(graph_of((group,)), [BY_ID["NET-02"]], Waivers(), _DAY)
    assert [(f.verdict, f.property) for f in report.findings] == [
        (Verdict.FAIL, "ingress[2].cidrBlocks"),
        (Verdict.UNDECIDED, "ingress[0].cidrBlocks"),
        (Verdict.UNDECIDED, "ingress[1].cidrBlocks[0]"),
    ]


@pytest.mark.parametrize(
    ("rule", "known", "hidden"),
    [
        (
            "NET-10",
            (
                Node(tokens.SUBNET, "a"),
                Node(tokens.ROUTE_TABLE, "t"),
                Node(tokens.ROUTE_TABLE_ASSOCIATION, "l", {"subnetId": Ref("a"), "routeTableId": Ref("t")}),
                Node(tokens.ROUTE, "known", {"routeTableId": Ref("t"), "natGatewayId": "nat-1"}),
            ),
            Node(tokens.ROUTE, "hidden", {"routeTableId": Ref("nobody"), "gatewayId": "igw-1"}),
        ),
        (
            "NET-08",
            (
                Node(tokens.NETWORK_ACL, "acl"),
                Node(tokens.NETWORK_ACL_RULE, "known", {"networkAclId": Ref("acl"), "ruleAction": "deny"}),
            ),
            Node(tokens.NETWORK_ACL_RULE, "hidden", {"networkAclId": Ref("nobody"), "ruleAction": "allow"}),
        ),
        (
            "NET-04",
            (
                Node(tokens.SECURITY_GROUP, "db", {"tags": {"tier": "data"}}),
                Node(tokens.EGRESS_RULE, "known", {"securityGroupId": Ref("db"), "cidrIpv4": "10.0.0.0/8"}),
            ),
            Node(tokens.EGRESS_RULE, "hidden", {"securityGroupId": Ref("nobody"), "cidrIpv4": "0.0.0.0/0"}),
        ),
    ],
)
def test_a_part_that_may_belong_here_is_not_overlooked_because_others_surely_do(
    rule: str, known: tuple[Node, ...], hidden: Node
) -> None:
    assert evaluate(graph_of(known), [BY_ID[rule]], Waivers(), _DAY).findings == ()
    findings = evaluate(graph_of((*known, hidden)), [BY_ID[rule]], Waivers(), _DAY).findings
    assert {f.verdict for f in findings} == {Verdict.UNDECIDED}


def test_an_undecided_finding_says_what_it_waits_for() -> None:
    nodes = (Node(tokens.VPC, "main"), Node(tokens.KEY, "key", {"deletionWindowInDays": Ref("main")}))
    (finding,) = evaluate(graph_of(nodes), [BY_ID["KMS-04"]], Waivers(), _DAY).findings
    assert finding.message == "deletionWindowInDays is not known until main exists"


def test_providers_and_the_stack_are_not_subjects_of_rules_for_everything() -> None:
    nodes = (Node(tokens.STACK, "stack"), Node(tokens.AWS_PROVIDER, "aws"), Node(tokens.KEY, "key"))
    report = evaluate(graph_of(nodes), [BY_ID["GEN-02"]], Waivers(), _DAY)
    assert (report.resources, report.evaluated) == (1, {"GEN-02": 1})


@pytest.mark.parametrize(
    ("rule", "node"),
    [
        ("GEN-02", Node(tokens.VPC, "main", {"tags": TAGS | {"owner": secret("-hunter2-")}})),
        ("GEN-02", Node(tokens.VPC, "main", {"tags": secret(TAGS | {"data-class": "hunter2"})})),
        (
            "KMS-02",
            Node(
                tokens.KEY,
                "key",
                {
                    "policy": secret(
                        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "hunter2"}, "Action": "*"}]}'
                    )
                },
            ),
        ),
        (
            "S3-07",
            Node(
                tokens.BUCKET,
                "b",
                {
                    "objectLockConfiguration": {"rule": {"defaultRetention": secret({"mode": "hunter2"})}},
                    "tags": {"data-class": "audit"},
                },
            ),
        ),
    ],
)
def test_secret_values_decide_but_are_never_shown(rule: str, node: Node) -> None:
    report = evaluate(graph_of((node,)), [BY_ID[rule]], Waivers(), _DAY)
    assert report.summary["fail"] >= 1
    assert "hunter2" not in json.dumps(report.as_dict())
    assert "[secret]" in json.dumps(report.as_dict())


def test_a_secret_number_in_a_message_is_hidden() -> None:
    key = Node(tokens.KEY, "key", {"enableKeyRotation": True, "rotationPeriodInDays": secret(2557)})
    (finding,) = evaluate(graph_of((key,)), [BY_ID["KMS-01"]], Waivers(), _DAY).findings
    assert finding.message == "the key is rotated only every [secret] days"


def test_stacks_differ_where_rules_say_so() -> None:
    bucket = Node(tokens.BUCKET, "b", {"bucket": "b", "tags": {"data-class": "audit"}})
    lock = Node(
        tokens.BUCKET_OBJECT_LOCK,
        "lock",
        {"bucket": "b", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}},
    )
    for stack, expected in (("prod", 1), ("staging", 0), ("sandbox", 0)):
        report = evaluate(graph_of((bucket, lock), stack), [BY_ID["S3-07"]], Waivers(), _DAY)
        assert report.summary["fail"] == expected
    for stack, judged in (("prod", 1), ("staging", 1), ("sandbox", 0)):
        assert evaluate(graph_of((bucket,), stack), [BY_ID["GEN-03"]], Waivers(), _DAY).evaluated == {"GEN-03": judged}


def test_a_throwaway_stack_may_reach_aws_without_endpoints() -> None:
    nodes = (Node(tokens.VPC, "main"), Node(tokens.SUBNET, "a", {"vpcId": Ref("main")}))
    for stack, judged in (("prod", 1), ("staging", 1), ("sandbox", 0)):
        assert evaluate(graph_of(nodes, stack), [BY_ID["NET-13"]], Waivers(), _DAY).evaluated == {"NET-13": judged}


@pytest.mark.parametrize(
    ("permission", "service"),
    [
        ({"protocol": "tcp", "fromPort": 443, "toPort": 443}, "tcp 443"),
        ({"protocol": "udp", "fromPort": 53, "toPort": 60}, "udp 53-60"),
        ({"protocol": "-1", "fromPort": 0, "toPort": 0}, "every protocol"),
        ({"protocol": "icmp", "fromPort": 8, "toPort": 0}, "icmp"),
    ],
)
def test_messages_name_what_is_open(permission: dict[str, Any], service: str) -> None:
    group = Node(tokens.SECURITY_GROUP, "web", {"ingress": [permission | {"cidrBlocks": ["0.0.0.0/0"]}]})
    (finding,) = evaluate(graph_of((group,)), [BY_ID["NET-01"]], Waivers(), _DAY).findings
    assert finding.message == f"{service} is open to the internet"


def test_helpers_raise_only_what_nothing_known_decides() -> None:
    def holds(value: int) -> bool:
        if value < 0:
            raise Undecided(Place("urn", "path"))
        return value > 5

    assert some([-1, 9], holds)
    assert not some([1, 2], holds)
    with pytest.raises(Undecided):
        list(decide([-1], lambda value: iter([Problem(None, str(holds(value)))])))


def test_registrations_keep_where_a_resource_was_written() -> None:
    item = {
        "urn": "urn:pulumi:prod::p::aws:kms/key:Key::key",
        "type": tokens.KEY,
        "name": "key",
        "inputs": {"deletionWindowInDays": 7},
        "provider": "urn:pulumi:prod::p::pulumi:providers:aws::aws::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "source": "stacks/keys.py:31",
    }
    graph = from_registrations([item])
    assert graph.resources[0].provider == "urn:pulumi:prod::p::pulumi:providers:aws::aws"
    (finding,) = evaluate(graph, [BY_ID["KMS-04"]], Waivers(), _DAY).findings
    assert finding.source == "stacks/keys.py:31"
