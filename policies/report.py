"""Findings, and the report they make."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from policies.controls import Control


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

    def waived(self, reason: str) -> "Finding":
        return replace(self, verdict=Verdict.WAIVED, message=f"{self.message} (waived: {reason})")

    def as_dict(self) -> dict[str, Any]:
        controls = [control.as_dict() for control in self.controls]
        fields = vars(self) | {"verdict": str(self.verdict), "controls": controls}
        if self.pod_security is None:
            del fields["pod_security"]
        return fields

    def rank(self) -> tuple[Any, ...]:
        """Sort key: failures, undecided, waived; worst severity first; then stable."""
        return rank(vars(self))


@dataclass(frozen=True)
class Report:
    """What the rules found: `resources` judged, how often each rule was `evaluated`, and the findings in
    order.
    """

    resources: int
    evaluated: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> dict[str, int]:
        return summary(finding.verdict for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """The JSON document of `platformctl check --format json`, schema 1."""
        return {
            "schema": 1,
            "resources": self.resources,
            "rules": [{"id": rule, "evaluated": count} for rule, count in sorted(self.evaluated.items())],
            "findings": [finding.as_dict() for finding in self.findings],
            "summary": self.summary,
        }
