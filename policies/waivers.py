"""Waivers: failures that a named person accepted, for one resource, until a date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from policies.graph import Graph
from policies.report import Finding, Verdict

LONGEST_DAYS = 90
RULE = "WAIVERS"  # the id under which bad waivers are reported
COMMITTED = Path(__file__).with_name("waivers.yaml")
_URN = re.compile(r"urn:pulumi:[^:*?]+::[^*?]+::[^*?]+::[^*?]+")


@dataclass(frozen=True)
class Waiver:
    """One accepted failure: `rule` on exactly `urn`, until the end of the day `expires` in UTC."""

    rule: str
    urn: str
    reason: str
    owner: str
    approver: str
    ticket: str
    expires: date


@dataclass(frozen=True)
class Applied:
    """Findings after waivers, and the waivers that covered one."""

    findings: tuple[Finding, ...]
    used: frozenset[Waiver]


@dataclass(frozen=True)
class Waivers:
    """The waivers of a file, and what is wrong with the file's other entries."""

    entries: tuple[Waiver, ...] = ()
    malformed: tuple[str, ...] = ()

    def apply(self, findings: Iterable[Finding], today: date) -> Applied:
        """The findings, those covered by a waiver in force with the verdict `waived`."""
        covering = {(w.rule, w.urn): w for w in self.entries if _in_force(w, today)}
        used: set[Waiver] = set()
        applied: list[Finding] = []
        for finding in findings:
            waiver = covering.get((finding.rule, finding.urn))
            if waiver:
                used.add(waiver)
                until = f"{waiver.reason}; {waiver.ticket}, approved by {waiver.approver}, until {waiver.expires}"
                finding = finding.waived(until)
            applied.append(finding)
        return Applied(tuple(applied), frozenset(used))

    def problems(self, graph: Graph, rules: set[str], used: frozenset[Waiver], today: date) -> list[Finding]:
        """A failure for every waiver that must not be there. One of another stack, or of a rule that did not
        run now, is left to the check that can match it.
        """
        stacks = {resource.stack for resource in graph.resources}
        found = [_failure(message, "") for message in self.malformed]
        for waiver in self.entries:
            if waiver.urn.split("::")[0].removeprefix("urn:pulumi:") not in stacks or waiver.rule not in rules:
                continue
            if waiver.expires < today:
                found.append(_failure(f"the waiver of {waiver.rule} expired on {waiver.expires}", waiver.urn))
            elif waiver.expires > today + timedelta(days=LONGEST_DAYS):
                message = f"the waiver of {waiver.rule} runs to {waiver.expires}: {LONGEST_DAYS} days at most"
                found.append(_failure(message, waiver.urn))
            elif waiver not in used:
                found.append(_failure(f"the waiver of {waiver.rule} matches no finding", waiver.urn))
        return found


def load(path: Path = COMMITTED) -> Waivers:
    """The waivers in a YAML file; entries that are not valid come back as messages in `malformed`."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines in ([], ["[]"]):
        return Waivers()
    import yaml  # late: only a file with waivers needs it, and it costs every command its import

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return Waivers(malformed=(f"{path.name} is not valid YAML: {' '.join(str(error).split())}",))
    return parse(document, path.name)


def parse(document: Any, name: str = "waivers") -> Waivers:
    """The waivers in a decoded YAML document: a list of maps with exactly the fields of Waiver."""
    if not isinstance(document, list):
        return Waivers(malformed=(f"{name} must hold a list of waivers",))
    entries: list[Waiver] = []
    malformed: list[str] = []
    for number, item in enumerate(document, start=1):
        faults = _faults(item)
        if not faults and any((w.rule, w.urn) == (item["rule"], item["urn"]) for w in entries):
            faults = [f"duplicates the waiver of {item['rule']} for {item['urn']}"]
        malformed += [f"{name}, entry {number}: {fault}" for fault in faults]
        if not faults:
            entries.append(Waiver(**item))
    return Waivers(tuple(entries), tuple(malformed))


def _faults(item: Any) -> list[str]:
    from policies.rules import ALL  # late: rules are many, and no waiver needs none of them

    if not isinstance(item, dict):
        return ["must be a map"]
    wanted = {entry.name for entry in fields(Waiver)}
    faults = [f"{key} is missing" for key in sorted(wanted - item.keys())]
    faults += [f"{key} is not a field of a waiver" for key in sorted(item.keys() - wanted, key=str)]
    for key in sorted(wanted & item.keys()):
        value = item[key]
        if key == "expires":
            if type(value) is not date:
                faults.append(f"expires must be a date such as 2026-03-31, not {value!r}")
        elif not isinstance(value, str) or not value.strip():
            faults.append(f"{key} must be text, not {value!r}")
    if faults:
        return faults
    if item["rule"] not in {rule.id for rule in ALL}:
        faults.append(f"there is no rule {item['rule']!r}")
    if not _URN.fullmatch(item["urn"]):
        faults.append(f"urn must be the whole URN of one resource, without wildcards, not {item['urn']!r}")
    if item["owner"].strip().lower() == item["approver"].strip().lower():
        faults.append("owner and approver must be different people")
    return faults


def _in_force(waiver: Waiver, today: date) -> bool:
    return today <= waiver.expires <= today + timedelta(days=LONGEST_DAYS)


def _failure(message: str, urn: str) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        severity="high",
        urn=urn,
        type="",
        name=urn.rsplit("::", 1)[-1],
        property=None,
        message=message,
        remedy="Mend the resource and remove the entry from policies/waivers.yaml, or have it approved anew.",
    )
