"""Policy verdicts as one document, whoever ran the rules, and the exit code they earn."""

from collections.abc import Iterable
from typing import Any

from platformctl.errors import Exit
from policies.report import rank, summary, totals

Report = dict[str, Any]  # the JSON of `platformctl check`, see docs/policies.md


def merge(reports: Iterable[Report]) -> Report:
    """One report of several packs' reports on the same resources; rules and findings of each are kept, none twice."""
    parts = list(reports)
    rules = {rule["id"]: rule for part in parts for rule in part["rules"]}
    findings = {(f["rule"], f["urn"], f["property"], f["message"]): f for part in parts for f in part["findings"]}
    uncovered = {entry["type"]: entry for part in parts for entry in part.get("uncovered", ())}
    ordered = sorted(findings.values(), key=rank)
    counted = [rules[key] for key in sorted(rules)]
    return {
        "schema": 1,
        "resources": max((part["resources"] for part in parts), default=0),
        "rules": counted,
        "findings": ordered,
        "summary": summary(finding["verdict"] for finding in ordered),
        **totals(counted, ordered),
        "uncovered": [uncovered[type_] for type_ in sorted(uncovered)],
    }


def exit_code(report: Report, *, undecided_blocks: bool) -> Exit:
    """FINDINGS for any failure, UNDECIDED for undecided ones where those block, else FINE."""
    if report["summary"]["fail"]:
        return Exit.FINDINGS
    if report["summary"]["undecided"] and undecided_blocks:
        return Exit.UNDECIDED
    return Exit.FINE
