"""A whole environment with odd values in it is judged by every rule, shows no secret, and its access is analysed."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from platformctl.project import Project
from platformctl.render import render
from policies import property_types
from policies.access.estate import Estate
from policies.access.matrix import matrix_of
from policies.adapters import from_registrations
from policies.documents import DocumentError
from policies.engine import evaluate
from policies.examples import UNKNOWN, Node, graph_of, secret
from policies.graph import Graph
from policies.report import Verdict
from policies.rules import ALL
from policies.values import Wrong, unknown_where_wrong
from policies.waivers import Waivers
from tests.spoilt import HIDDEN, some_of_each_type, spoilt

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def some() -> list[Mapping[str, Any]]:
    return some_of_each_type(render(Project(ROOT), "staging"))


@pytest.fixture(params=range(9))
def graph(request: pytest.FixtureRequest, some: list[Mapping[str, Any]]) -> Graph:
    return from_registrations(spoilt(some, random.Random(request.param), (0.02, 0.1, 0.4)[request.param % 3]))


def test_no_rule_breaks_and_no_message_shows_a_secret(graph: Graph) -> None:
    findings = evaluate(graph, ALL, Waivers(), DAY, partial=True).findings
    assert findings
    assert [one.message for one in findings if "could not judge" in one.message or HIDDEN in one.message] == []


def test_access_is_analysed_or_the_policy_that_is_none_is_named(graph: Graph) -> None:
    said = ""
    try:
        assert matrix_of(Estate(graph))
    except DocumentError as error:
        said = str(error)
    assert not said or "is no policy document" in said


def test_numbers_and_booleans_for_texts_are_the_texts_that_pulumi_writes() -> None:
    written = {"a": 5, "b": 2.5, "c": 3.0, "d": True, "e": "x", "f": secret(9)}
    resource = graph_of((Node("aws:s3/bucket:Bucket", "b", {"tags": written}),)).resources[0]
    assert dict(resource.props["tags"]) == {"a": "5", "b": "2.5", "c": "3", "d": "true", "e": "x", "f": "9"}
    kept = {"rpo-minutes": 5}  # of a database whose backups keep that
    database = Node("aws:rds/cluster:Cluster", "ledger", {"tags": kept, "backupRetentionPeriod": 7})
    (rule,) = (one for one in ALL if one.id == "BKP-04")
    assert evaluate(graph_of((database,)), [rule], Waivers(), DAY).findings == ()


def test_a_property_that_a_rule_needs_and_nobody_set_is_named() -> None:
    (rule,) = (one for one in ALL if one.id == "DET-03")
    spare = [replace(node, props={}) if "isEnabled" in node.props else node for node in rule.passes[0]]
    (finding,) = evaluate(graph_of(tuple(spare)), [rule], Waivers(), DAY).findings
    assert (finding.verdict, finding.message) == (
        Verdict.FAIL,
        "isEnabled of started is not set, and rule DET-03 needs it",
    )


def test_nothing_is_known_of_what_has_another_type() -> None:
    checked = property_types.checked("aws:iam/role:Role", {"name": {"x": 1}, "tags": {"a": ["b"], "c": "d"}})
    assert isinstance(checked["name"], Wrong)
    unknown = unknown_where_wrong(checked)
    assert unknown == {"name": unknown["name"], "tags": {"a": unknown["name"], "c": "d"}}
    assert repr(unknown["name"]) == "[unknown]"


def test_who_has_a_policy_of_another_type_may_do_anything() -> None:
    """And is a finding besides: what the provider refuses passes nowhere."""
    arn = "arn:aws:iam::111122223333:role/app"
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = Node(
        "aws:iam/role:Role", "app", {"name": "app", "arn": arn, "assumeRolePolicy": trust, "tags": {"a": ["b"]}}
    )
    inline = Node("aws:iam/rolePolicy:RolePolicy", "inline", {"role": "app", "policy": [3]})
    estate = Estate(graph_of((role, inline)))
    assert estate.can(estate.asker("app"), "s3:GetObject", "arn:aws:s3:::invoices/1").outcome.name == "MAY"
    findings = evaluate(graph_of((role, inline)), ALL, Waivers(), DAY, partial=True).findings
    assert any(one.verdict is Verdict.FAIL and "must be text" in one.message for one in findings)


def test_a_path_that_iam_refuses_is_no_part_of_an_arn() -> None:
    provider = Node("pulumi:providers:aws", "aws", {"allowedAccountIds": ["111122223333"]})

    def known(path: object) -> set[str]:
        role = Node("aws:iam/role:Role", "app", {"name": "app", "path": path}, provider="aws")
        return set(Estate(graph_of((provider, role))).principals)

    assert known("/platform/") == {"arn:aws:iam::111122223333:role/platform/app"}
    assert known("{") == known(UNKNOWN) == set()
