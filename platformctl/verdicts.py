"""Policy verdicts as one document, whoever ran the rules, and the exit code they earn."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from platformctl.errors import Exit

Report = dict[str, Any]  # the JSON of `platformctl check`, see docs/policies.md

_WORST_FIRST = ("critical", "high", "medium", "low")
_VERDICTS = ("fail", "undecided", "waived")


def merge(reports: Iterable[Report]) -> Report:
    """One report of several packs' reports on the same resources; rules and findings of each are kept, none twice."""
    parts = list(reports)
    rules = {rule["id"]: rule for part in parts for rule in part["rules"]}
    findings = {(f["rule"], f["urn"], f["property"], f["message"]): f for part in parts for f in part["findings"]}
    ordered = sorted(findings.values(), key=rank)
    return {
        "schema": 1,
        "resources": max((part["resources"] for part in parts), default=0),
        "rules": [rules[key] for key in sorted(rules)],
        "findings": ordered,
        "summary": summary(ordered),
    }


def summary(findings: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many findings there are of each verdict."""
    counted = Counter(finding["verdict"] for finding in findings)
    return {verdict: counted[verdict] for verdict in _VERDICTS}


def rank(finding: dict[str, Any]) -> tuple[int, int, str, str, str, str]:
    """Sort key: failures before undecided before waived, worst severity first, then stable."""
    severity = finding["severity"]
    return (
        _VERDICTS.index(finding["verdict"]),
        _WORST_FIRST.index(severity) if severity in _WORST_FIRST else len(_WORST_FIRST),
        finding["rule"],
        finding["urn"],
        finding["property"] or "",
        finding["message"],
    )


def exit_code(report: Report, *, undecided_blocks: bool) -> Exit:
    """FINDINGS for any failure, UNDECIDED for undecided ones where those block, else FINE."""
    if report["summary"]["fail"]:
        return Exit.FINDINGS
    if report["summary"]["undecided"] and undecided_blocks:
        return Exit.UNDECIDED
    return Exit.FINE
