"""Reports of several packs become one, and earn one exit code."""

from typing import Any

from platformctl.errors import Exit
from platformctl.verdicts import exit_code, merge


def _finding(rule: str, verdict: str, severity: str = "high") -> dict[str, Any]:
    return {
        "rule": rule,
        "verdict": verdict,
        "severity": severity,
        "urn": "u",
        "property": "p",
        "message": "m",
    }


def _report(rules: dict[str, int], *findings: dict[str, Any], resources: int = 5) -> dict[str, Any]:
    return {
        "resources": resources,
        "rules": [{"id": r, "evaluated": n} for r, n in rules.items()],
        "findings": list(findings),
    }


def test_merging_keeps_each_rule_and_finding_once() -> None:
    twice = _report({"A-1": 2}, _finding("A-1", "fail"))
    merged = merge([twice, twice, _report({"B-1": 3})])
    assert merged["rules"] == [{"id": "A-1", "evaluated": 2}, {"id": "B-1", "evaluated": 3}]
    assert len(merged["findings"]) == 1
    assert merged["summary"] == {"fail": 1, "undecided": 0, "waived": 0}
    assert merged["resources"] == 5


def test_failures_come_first_and_the_worst_of_them_at_the_top() -> None:
    findings = [
        _finding("W", "waived", "critical"),
        _finding("L", "fail", "low"),
        _finding("U", "undecided"),
        _finding("C", "fail", "critical"),
    ]
    assert [f["rule"] for f in merge([_report({}, *findings)])["findings"]] == ["C", "L", "U", "W"]


def test_a_failure_blocks_whatever_else_there_is() -> None:
    report = merge([_report({}, _finding("A", "fail"), _finding("B", "undecided"))])
    assert exit_code(report, undecided_blocks=True) is Exit.FINDINGS


def test_undecided_blocks_only_where_the_environment_says_so() -> None:
    report = merge([_report({}, _finding("B", "undecided"))])
    assert exit_code(report, undecided_blocks=True) is Exit.UNDECIDED
    assert exit_code(report, undecided_blocks=False) is Exit.FINE


def test_waived_findings_do_not_block() -> None:
    assert exit_code(merge([_report({}, _finding("W", "waived"))]), undecided_blocks=True) is Exit.FINE


def test_merging_counts_evaluations_and_what_no_rule_covers_once() -> None:
    holes = [{"type": "aws:a/b:B", "count": 2}]
    undecided = [_finding("A-1", "undecided"), _finding("B-1", "fail")]
    packs = [_report({"A-1": 3}, *undecided), _report({"B-1": 5}) | {"uncovered": holes}] * 2
    merged = merge([*packs, _report({}) | {"uncovered": holes}])
    counted = {key: merged[key] for key in ("evaluations", "undecided_evaluations", "undecided_percent", "uncovered")}
    assert counted == {
        "evaluations": 8,
        "undecided_evaluations": 1,
        "undecided_percent": 12.5,
        "uncovered": holes,
    }
    assert merge([])["undecided_percent"] == 0
