"""Requirements of frameworks, the rules that support them, and what an environment is evidence for."""

import re
from datetime import date, timedelta

import pytest

from policies import tokens
from policies.controls import FRAMEWORKS, SOURCES
from policies.coverage import Evidence, Row, Status, coverage, evidence, supported, totals
from policies.engine import evaluate
from policies.examples import Node, Ref, graph_of
from policies.frameworks import ALIASES, Kind, framework, names
from policies.report import Report
from policies.rules import ALL, BY_ID
from policies.waivers import parse
from policies.waivers.content import content

_TODAY = date(2026, 3, 1)
_SIZES = {  # of the sources that the modules name
    "pci-dss-4.0.1": 260,
    "cis-aws-3.0.0": 62,
    "cis-aws-5.0.0": 63,
    "cis-eks-1.4.0": 51,
    "soc2": 61,
}


@pytest.mark.parametrize("name", sorted(FRAMEWORKS))
def test_a_framework_is_whole(name: str) -> None:
    one = framework(name)
    numbers = [requirement.number for requirement in one.requirements]
    assert len(numbers) == len(set(numbers)) == _SIZES[name]
    assert one.source
    assert one.title == FRAMEWORKS[name]
    for requirement in one.requirements:
        assert re.fullmatch(r"[A-Z]*\d+(\.\d+)+", requirement.number), requirement
        assert 0 < len(requirement.about) <= 90
    if name != "soc2":  # numbers count up, level by level
        keys = [[int(part) for part in re.findall(r"\d+", number)] for number in numbers if number[0] != "A"]
        assert keys == sorted(keys)


@pytest.mark.parametrize("name", sorted(FRAMEWORKS))
def test_siblings_are_numbered_without_gaps(name: str) -> None:
    numbers = {requirement.number for requirement in framework(name).requirements}
    for number in numbers:
        head, _, last = number.rpartition(".")
        before = f"{head}.{int(last) - 1}"
        known = before in numbers or int(last) == 1 or any(other.startswith(f"{before}.") for other in numbers)
        assert known, f"{before} is missing before {number}"


def test_every_control_of_a_rule_is_a_requirement_that_infrastructure_can_be_evidence_for() -> None:
    known = {(id_, r.number): r.kind for id_ in FRAMEWORKS for r in framework(id_).requirements}
    for rule in ALL:
        for control in rule.controls:
            assert known[control.framework, control.requirement] is Kind.TECHNICAL, (rule.id, control)


def test_a_name_without_a_version_means_the_newest() -> None:
    assert framework("cis-aws").id == "cis-aws-5.0.0"
    assert set(names()) == set(FRAMEWORKS) | set(ALIASES)
    with pytest.raises(KeyError):
        framework("cis-aws-4.0.0")


def _report(*nodes: Node, waived: bool = False, rules: tuple[str, ...] = ("KMS-01", "KMS-04")) -> Report:
    graph = graph_of(nodes)
    entries = [
        {
            "rule": "KMS-04",
            "urn": node.urn("prod"),
            "reason": "r",
            "owner": "a",
            "approver": "@b",
            "ticket": "t",
            "expires": _TODAY + timedelta(days=1),
            "content": content(BY_ID["KMS-04"], graph, graph.by_urn[node.urn("prod")]),
        }
        for node in nodes[: int(waived)]
    ]
    return evaluate(graph, [BY_ID[rule] for rule in rules], parse(entries, owners=["@b"]), _TODAY)


_BAD = Node(tokens.KEY, "bad", {"deletionWindowInDays": 7, "bypassPolicyLockoutSafetyCheck": True})
_OK = Node(tokens.KEY, "ok", {"deletionWindowInDays": 30})
_UNKNOWN = Node(tokens.KEY, "unknown", {"deletionWindowInDays": Ref("x")})


def test_evidence_counts_resources_by_their_worst_verdict() -> None:
    found = evidence(_report(_BAD, _OK, _UNKNOWN))
    assert found["KMS-04"] == Evidence(judged=3, passed=1, failed=1, undecided=1)
    assert found["KMS-01"] == Evidence(judged=3, failed=3)
    assert evidence(_report(_BAD, _OK, waived=True))["KMS-04"] == Evidence(judged=2, passed=1, waived=1)


def _row(*nodes: Node, waived: bool = False, number: str = "3.7.5") -> Row:
    report = _report(*nodes, waived=waived)
    return next(r for r in coverage(framework("pci-dss"), ALL, report) if r.requirement.number == number)


@pytest.mark.parametrize(
    ("nodes", "waived", "status"),
    [
        ((_BAD, _OK, _UNKNOWN), False, Status.FAILING),
        ((_OK, _UNKNOWN), False, Status.UNDECIDED),
        ((_BAD, _OK), True, Status.WAIVED),
        ((_OK,), False, Status.PASSING),
        ((), False, Status.UNUSED),
    ],
)
def test_a_requirement_stands_as_its_rules_do(nodes: tuple[Node, ...], waived: bool, status: Status) -> None:
    assert _row(*nodes, waived=waived).status is status


@pytest.mark.parametrize(
    ("number", "status"),
    [("12.6.3", Status.ORGANISATIONAL), ("3.4.1", Status.ELSEWHERE), ("7.2.6", Status.NO_RULE)],
)
def test_requirements_without_a_rule_say_why(number: str, status: Status) -> None:
    row = _row(_OK, number=number)
    assert (row.status, row.rules, row.evidence) == (status, {}, Evidence())


def test_without_an_environment_rules_are_named_and_nothing_is_claimed() -> None:
    rows = coverage(framework("pci-dss"), ALL)
    assert {row.status for row in rows} == {Status.MAPPED, Status.NO_RULE, Status.ELSEWHERE, Status.ORGANISATIONAL}
    assert sum(totals(rows).values()) == len(rows)
    assert all(row.evidence == Evidence() for row in rows)


def test_a_mapping_from_memory_is_told_apart() -> None:
    rows = coverage(framework("pci-dss"), ALL)
    memory = [row for row in rows if row.unverified]
    assert 0 < len(memory) < 60
    assert all(set(row.sources) == {"unverified"} for row in memory)
    assert f"{len(memory)} of these by an unverified mapping alone" in supported(rows)
    relations = {rule["relation"] for row in rows for rule in row.as_dict()["rules"]}
    assert relations == {"supports"}
    assert {
        source for row in rows for rule in row.as_dict()["rules"] for source in rule["sources"]
    } == SOURCES.keys() - {"T"}
