"""Findings, and the report they make."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from policies.controls import Control

if TYPE_CHECKING:  # every command reads reports, and few make graphs
    from policies.graph import Edge
    from policies.resource import Resource


class Verdict(StrEnum):
    """What a finding says; a rule that holds makes none."""

    FAIL = "fail"
    UNDECIDED = "undecided"
    WAIVED = "waived"


_VERDICTS = {str(verdict): number for number, verdict in enumerate(Verdict)}
_WORST_FIRST = ("critical", "high", "medium", "low")


def rank(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sort key of a finding by its fields: failures, undecided, waived; worst severity first; then stable."""
    return (
        _VERDICTS[finding["verdict"]],
        _WORST_FIRST.index(finding["severity"]),
        finding["rule"],
        finding["urn"],
        finding["property"] or "",
        finding["message"],
    )


def summary(verdicts: Iterable[str]) -> dict[str, int]:
    """How many findings there are of each verdict."""
    counted = Counter(verdicts)
    return {str(verdict): counted[verdict] for verdict in Verdict}


@dataclass(frozen=True)
class Finding:
    """One rule's verdict on one resource, with all that a reader needs to act on it."""

    rule: str
    verdict: Verdict
    severity: str
    urn: str
    type: str
    name: str
    property: str | None
    message: str
    remedy: str
    controls: tuple[Control, ...] = ()
    source: str = ""
    pod_security: str | None = None  # set where Kubernetes' Pod Security Standards make the same finding
    justification: str | None = None  # of a waiver
    edges: "tuple[Edge, ...]" = ()  # of a rule that looks at several resources: the references that it followed

    def waived(self, reason: str) -> "Finding":
        message = f"{self.message} (waived: {reason})"
        return replace(self, verdict=Verdict.WAIVED, message=message, justification=reason)

    def as_dict(self) -> dict[str, Any]:
        controls = [control.as_dict() for control in self.controls]
        fields = vars(self) | {"verdict": str(self.verdict), "controls": controls}
        fields["edges"] = [dict(vars(edge)) for edge in self.edges]
        for key in ("pod_security", "justification", "edges"):
            if not fields[key]:
                del fields[key]
        return fields

    def rank(self) -> tuple[Any, ...]:
        """Sort key: failures, undecided, waived; worst severity first; then stable."""
        return rank(vars(self))


def totals(rules: Iterable[Mapping[str, Any]], findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many evaluations there were, one for each rule and resource that it judged, and how many of them the rules
    could not decide: as a number, and in percent of all.
    """
    evaluations = sum(rule["evaluated"] for rule in rules)
    undecided = len({(f["rule"], f["urn"]) for f in findings if f["verdict"] == Verdict.UNDECIDED})
    percent = round(100 * undecided / evaluations, 2) if evaluations else 0.0
    return {"evaluations": evaluations, "undecided_evaluations": undecided, "undecided_percent": percent}


@dataclass(frozen=True)
class Report:
    """What the rules found: `resources` judged, how often each rule was `evaluated`, the findings in order, the types
    that no rule covers with their number, and by rule, for evidence of what holds, the resources that it judged.
    """

    resources: int
    evaluated: Mapping[str, int]
    findings: tuple[Finding, ...]
    uncovered: Mapping[str, int] = field(default_factory=dict)
    judged: "Mapping[str, Sequence[Resource]]" = field(default_factory=dict, repr=False)

    @property
    def summary(self) -> dict[str, int]:
        return summary(finding.verdict for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """The JSON document of `platformctl check --format json`, schema 1."""
        rules = [{"id": rule, "evaluated": count} for rule, count in sorted(self.evaluated.items())]
        findings = [finding.as_dict() for finding in self.findings]
        return {
            "schema": 1,
            "resources": self.resources,
            "rules": rules,
            "findings": findings,
            "summary": self.summary,
            **totals(rules, findings),
            "uncovered": [{"type": type_, "count": count} for type_, count in self.uncovered.items()],
        }
