"""The same thing written in each way that programs and states write it has the same verdict."""

from datetime import date

import pytest

from policies import tokens
from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.graph import Graph
from policies.report import Verdict
from policies.resource import make
from policies.rules import ALL
from policies.waivers import Waivers
from tests.policies.spellings import access, buckets, messages, network, servers

_RULES = {rule.id: rule for rule in ALL}
_TABLES = (access.SPELLINGS, buckets.SPELLINGS, messages.SPELLINGS, network.SPELLINGS, servers.SPELLINGS)


@pytest.mark.parametrize(
    ("rule_id", "verdict", "example"),
    [
        pytest.param(rule_id, verdict, example, id=f"{rule_id}-{verdict}-{how.replace(' ', '-')}")
        for table in _TABLES
        for (rule_id, verdict), ways in table.items()
        for how, example in ways.items()
    ],
)
def test_every_way_to_write_it_has_the_verdict(rule_id: str, verdict: str, example: Example) -> None:
    report = evaluate(graph_of(example), [_RULES[rule_id]], Waivers(), date(2026, 1, 1))
    found = {finding.verdict for finding in report.findings}
    assert report.evaluated[rule_id] > 0
    assert not [finding.message for finding in report.findings if "could not judge" in finding.message]
    assert found == (set() if verdict == "pass" else {Verdict(verdict)}), [f.message for f in report.findings]


@pytest.mark.parametrize(
    ("rule_id", "type_", "asked", "key"),
    [
        ("RDS-03", tokens.DATABASE_INSTANCE, {"storageEncrypted": True}, "kmsKeyId"),
        ("RDS-03", tokens.DATABASE_CLUSTER, {"storageEncrypted": True}, "kmsKeyId"),
        ("BKP-01", tokens.BACKUP_VAULT, {}, "kmsKeyArn"),
        ("SEC-01", tokens.SECRET, {}, "kmsKeyId"),
    ],
)
def test_the_key_that_aws_chose_is_not_ours_though_a_state_holds_its_arn(
    rule_id: str, type_: str, asked: dict[str, object], key: str
) -> None:
    aws_key = {key: "arn:aws:kms:eu-central-1:111122223333:key/1"}
    urn = f"urn:pulumi:prod::billing-platform::{type_}::x"
    graph = Graph([make(urn=urn, type_=type_, inputs=asked, outputs={**asked, **aws_key})])
    report = evaluate(graph, [_RULES[rule_id]], Waivers(), date(2026, 1, 1))
    assert [finding.property for finding in report.findings if finding.property] == [key]


@pytest.mark.parametrize("written", ["", '{"Version": "2008-10-17", "Statement": []}'])
def test_a_policy_that_aws_wrote_is_not_linted(written: str) -> None:
    urn = f"urn:pulumi:prod::billing-platform::{tokens.TOPIC}::x"
    graph = Graph([make(urn=urn, type_=tokens.TOPIC, inputs={}, outputs={"policy": written})])
    assert evaluate(graph, [_RULES["IAM-14"]], Waivers(), date(2026, 1, 1)).findings == ()
