"""Which requirements of a framework rules support, what they found, and which requirements have no rule."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from policies.frameworks import Framework, Kind, Requirement
from policies.report import Report, Verdict
from policies.rule import Rule

_WORST_FIRST = (Verdict.FAIL, Verdict.UNDECIDED, Verdict.WAIVED)


class Status(StrEnum):
    """How a requirement stands, as far as rules tell."""

    FAILING = "failing"  # a resource fails a rule that supports it
    UNDECIDED = "undecided"  # none fails, but for some a value is not known yet
    WAIVED = "waived"  # all others pass, and a waiver covers the rest
    PASSING = "passing"  # every judged resource passes
    UNUSED = "nothing judged"  # rules support it, but there is nothing here that they judge
    MAPPED = "rules"  # rules support it; nothing was judged, because no environment was named
    NO_RULE = "no rule"  # infrastructure could be evidence for it, and no rule is
    ELSEWHERE = "elsewhere"  # technical, but not in infrastructure: no rule can support it
    ORGANISATIONAL = "organisational"  # people and documents: no rule can support it


@dataclass(frozen=True)
class Evidence:
    """How many resources rules judged, and with which verdict; a resource counts once for each rule."""

    judged: int = 0
    passed: int = 0
    failed: int = 0
    waived: int = 0
    undecided: int = 0

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Row:
    """One requirement, the rules that support it with the sources that say so, and their evidence."""

    requirement: Requirement
    rules: Mapping[str, tuple[str, ...]]  # id -> sources, keys of controls.SOURCES
    evidence: Evidence
    status: Status

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says that rules support it, each once."""
        return tuple(dict.fromkeys(source for sources in self.rules.values() for source in sources))

    @property
    def unverified(self) -> bool:
        """Whether nothing but memory says that the rules support it."""
        return set(self.sources) == {"unverified"}

    def as_dict(self) -> dict[str, Any]:
        return {
            "requirement": self.requirement.number,
            "about": self.requirement.about,
            "kind": str(self.requirement.kind),
            "status": str(self.status),
            "rules": [
                {"id": rule, "relation": "supports", "sources": list(sources)} for rule, sources in self.rules.items()
            ],
            "evidence": asdict(self.evidence),
        }


def coverage(framework: Framework, rules: Sequence[Rule], report: Report | None = None) -> tuple[Row, ...]:
    """A row for every requirement of `framework`, in its order; `report` holds the verdicts of an environment."""
    found = evidence(report) if report else {}
    rows = []
    for requirement in framework.requirements:
        key = (framework.id, requirement.number)
        sources = {
            rule.id: tuple(c.source for c in rule.controls if (c.framework, c.requirement) == key) for rule in rules
        }
        supporting = {rule: given for rule, given in sources.items() if given}
        total = sum((found.get(rule, Evidence()) for rule in supporting), Evidence())
        rows.append(Row(requirement, supporting, total, _status(requirement, supporting, total, report is not None)))
    return tuple(rows)


def evidence(report: Report) -> dict[str, Evidence]:
    """By rule, on how many resources it came to which verdict; the worst of several counts."""
    verdicts: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for finding in report.findings:
        known = verdicts[finding.rule].get(finding.urn, finding.verdict)
        verdicts[finding.rule][finding.urn] = min(known, finding.verdict, key=_WORST_FIRST.index)
    return {rule: _evidence(judged, list(verdicts[rule].values())) for rule, judged in report.evaluated.items()}


def supported(rows: Sequence[Row]) -> str:
    """How many requirements have rules, in words."""
    with_rules = [row for row in rows if row.rules]
    from_memory = sum(1 for row in with_rules if row.unverified)
    note = f", {from_memory} of these by an unverified mapping alone" if from_memory else ""
    return f"{len(rows)} requirements, {len(with_rules)} supported by rules{note}"


def totals(rows: Iterable[Row]) -> dict[str, int]:
    """How many requirements have each status."""
    statuses = [row.status for row in rows]
    return {str(status): statuses.count(status) for status in Status if status in statuses}


def _evidence(judged: int, found: list[Verdict]) -> Evidence:
    counts = {verdict: found.count(verdict) for verdict in _WORST_FIRST}
    passed = judged - len(found)
    return Evidence(judged, passed, counts[Verdict.FAIL], counts[Verdict.WAIVED], counts[Verdict.UNDECIDED])


def _status(requirement: Requirement, rules: Mapping[str, tuple[str, ...]], found: Evidence, judged: bool) -> Status:
    without = {Kind.TECHNICAL: Status.NO_RULE, Kind.ELSEWHERE: Status.ELSEWHERE}
    if not rules:
        return without.get(requirement.kind, Status.ORGANISATIONAL)
    if not judged:
        return Status.MAPPED
    ladder = (
        (found.failed, Status.FAILING),
        (found.undecided, Status.UNDECIDED),
        (found.waived, Status.WAIVED),
        (found.passed, Status.PASSING),
    )
    return next((status for number, status in ladder if number), Status.UNUSED)
