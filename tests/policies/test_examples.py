"""Every rule's own examples: the specification that stands beside it."""

import re
from datetime import date

import pytest

from policies import controls
from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.report import Finding, Verdict
from policies.rule import Rule
from policies.rules import ALL
from policies.waivers import Waivers

_ALL = {rule.id: rule for rule in ALL}


def _cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{number}")
        for rule in ALL
        for number, example in enumerate(getattr(rule, kind))
    ]


def _findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    report = evaluate(graph_of(example), [rule], Waivers(), date(2026, 1, 1))
    assert report.evaluated[rule.id] > 0, "the example holds nothing that the rule judges"
    return report.findings


@pytest.mark.parametrize(("rule", "example"), _cases("passes"))
def test_rule_finds_nothing_in_a_good_example(rule: Rule, example: Example) -> None:
    assert _findings(rule, example) == ()


@pytest.mark.parametrize(("rule", "example"), _cases("fails"))
def test_rule_fails_a_bad_example(rule: Rule, example: Example) -> None:
    findings = _findings(rule, example)
    assert Verdict.FAIL in {finding.verdict for finding in findings}
    assert not [f.message for f in findings if "could not judge" in f.message]


@pytest.mark.parametrize(("rule", "example"), _cases("undecided"))
def test_rule_neither_passes_nor_fails_what_is_unknown(rule: Rule, example: Example) -> None:
    assert {finding.verdict for finding in _findings(rule, example)} == {Verdict.UNDECIDED}


@pytest.mark.parametrize(("rule", "example"), _cases("ignores"))
def test_rule_leaves_alone_what_it_is_not_about(rule: Rule, example: Example) -> None:
    report = evaluate(graph_of(example), [rule], Waivers(), date(2026, 1, 1))
    assert (report.evaluated[rule.id], report.findings) == (0, ())


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_rule_is_complete(rule: Rule) -> None:
    assert rule.passes
    assert rule.fails
    assert re.fullmatch(r"[A-Z0-9]+-\d\d", rule.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.summary.endswith(".")
    assert rule.remedy.endswith(".")
    assert rule.reads
    for control in rule.controls:
        assert control.framework in controls.FRAMEWORKS
        assert control.source in controls.SOURCES


def test_rules_have_ids_and_names_of_their_own() -> None:
    assert len({rule.id for rule in ALL}) == len({rule.name for rule in ALL}) == len(ALL)
