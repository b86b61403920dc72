"""One row for each rule and resource that it judged, passes too: what evidence is made of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from platformctl.formats import Judgement
from policies.report import rank

if TYPE_CHECKING:
    from policies.rule import Rule

PASS = "pass"  # noqa: S105  # a verdict


@dataclass(frozen=True)
class Row:
    """A rule's verdict on one resource: the worst of its findings, which are worst first, or `pass` without any."""

    rule: str
    verdict: str
    severity: str
    urn: str
    type: str
    name: str
    source: str
    controls: Sequence[Mapping[str, str]]
    findings: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def rows(judgement: Judgement) -> list[Row]:
    """All of them, ordered by rule and URN; with those findings that are about no resource."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in judgement.report["findings"]:
        place = () if finding["urn"] else (finding["source"], finding["property"] or "")
        found[(finding["rule"], finding["urn"], *place)].append(finding)
    made = [_of_findings(sorted(group, key=rank)) for group in found.values()]
    made += [row for row in _passed(judgement) if (row.rule, row.urn) not in found]
    return sorted(made, key=lambda row: (row.rule, row.urn, row.source))


def _of_findings(findings: list[Mapping[str, Any]]) -> Row:
    worst = findings[0]
    same = {key: worst[key] for key in ("rule", "verdict", "severity", "urn", "type", "name", "source", "controls")}
    return Row(**same, findings=findings)


def _passed(judgement: Judgement) -> Iterator[Row]:
    for id_, resources in judgement.judged.items():
        rule = known_rule(id_)
        severity = str(rule.severity) if rule else ""
        controls = [control.as_dict() for control in rule.controls] if rule else []
        for one in resources:
            yield Row(id_, PASS, severity, one.urn, one.type, one.name, one.source, controls)


@cache
def known_rule(id_: str) -> "Rule | None":
    """The rule of that id; None for what is reported under no rule's name, such as a waiver that is not valid."""
    from policies.rules import BY_ID

    return BY_ID.get(id_)


def justification(finding: Mapping[str, Any]) -> str:
    """Why a finding is waived."""
    return str(finding.get("justification") or finding["message"])
