"""Applies waivers to findings, and finds the waivers that must not be there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from policies.graph import Graph
from policies.report import Finding, Verdict
from policies.rule import Rule
from policies.waivers.content import changes, is_settled
from policies.waivers.entries import Fault, Waiver, again, what

LONGEST_DAYS = 90
RULE = "WAIVERS"  # the id under which bad waivers are reported


@dataclass(frozen=True)
class Applied:
    """Findings after waivers, the waivers that covered one, and where the others' resources changed. `settled` are
    those of what was undecided before its values were known, and holds now: other runs still need them.
    """

    findings: tuple[Finding, ...]
    used: frozenset[Waiver] = frozenset()
    settled: frozenset[Waiver] = frozenset()
    void: Mapping[Waiver, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Waivers:
    """The waivers of a file, and what is wrong with the file's other entries."""

    entries: tuple[Waiver, ...] = ()
    malformed: tuple[Fault, ...] = ()

    def apply(self, findings: Iterable[Finding], graph: Graph, rules: Iterable[Rule], today: date) -> Applied:
        """The findings, those covered by a waiver in force with the verdict `waived`."""
        if not self.entries:
            return Applied(tuple(findings))
        by_id = {rule.id: rule for rule in rules}
        covering = {(w.rule, w.urn, w.property): w for w in self.entries if in_force(w, today)}
        used: set[Waiver] = set()
        void: dict[Waiver, tuple[str, ...]] = {}
        applied: list[Finding] = []
        for finding in findings:
            keys = ((finding.rule, finding.urn, at) for at in (finding.property, None))
            waiver = next((covering[key] for key in keys if key in covering), None)
            if waiver and waiver not in used | void.keys():
                changed = changes(by_id[waiver.rule], graph, graph.by_urn[waiver.urn], waiver.content)
                used |= set() if changed else {waiver}
                void |= {waiver: changed} if changed else {}
            if waiver in used:
                until = f"{waiver.reason}; {waiver.ticket}, approved by {waiver.approver}, until {waiver.expires}"
                finding = finding.waived(until)
            applied.append(finding)
        idle = [waiver for waiver in covering.values() if waiver not in used | void.keys()]
        settled = frozenset(waiver for waiver in idle if _is_settled(waiver, graph, by_id))
        return Applied(tuple(applied), frozenset(used), settled, void)

    def problems(self, graph: Graph, rules: Collection[str], applied: Applied, today: date) -> list[Finding]:
        """A failure for every waiver that must not be there. One of another stack, or of a rule that did not
        run now, is left to the check that can match it.
        """
        stacks = {(resource.stack, resource.project) for resource in graph.resources}
        found = [_failure(fault) for fault in self.malformed]
        for waiver in self.entries:
            stack, project = waiver.urn.split("::")[:2]
            if (stack.removeprefix("urn:pulumi:"), project) in stacks and waiver.rule in rules:
                wrong = _wrong(waiver, applied, today)
                found += [_failure(Fault(*wrong, waiver.urn, waiver.place))] if wrong else []
        return found


def in_force(waiver: Waiver, today: date) -> bool:
    """Whether `today` is one of the days on which the waiver may hold."""
    return today <= waiver.expires <= today + timedelta(days=LONGEST_DAYS)


def _is_settled(waiver: Waiver, graph: Graph, rules: Mapping[str, Rule]) -> bool:
    rule, resource = rules.get(waiver.rule), graph.by_urn.get(waiver.urn)
    return bool(rule and resource and is_settled(rule, graph, resource, waiver.content))


def _wrong(waiver: Waiver, applied: Applied, today: date) -> tuple[str, str] | None:
    """What is wrong with a waiver, and what to do; None if nothing is."""
    latest = today + timedelta(days=LONGEST_DAYS)
    if waiver.expires < today:
        remedy = f"Mend the resource and remove the entry, or have it approved anew: {again(waiver)}."
        return f"{what(waiver)}, owned by {waiver.owner}, expired on {waiver.expires}", remedy
    if waiver.expires > latest:
        message = f"{what(waiver)} runs to {waiver.expires}: {LONGEST_DAYS} days at most"
        return message, f"Let it expire on {latest} or earlier."
    if changed := applied.void.get(waiver):
        remedy = f"Undo the change, or have what the resource is now approved: {again(waiver)}."
        return f"{what(waiver)} is void: since it was approved {', '.join(changed)} changed", remedy
    if waiver not in applied.used | applied.settled:
        return f"{what(waiver)} matches no finding", "Remove the entry: there is nothing left to waive."
    return None


def _failure(fault: Fault) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        severity="high",
        urn=fault.urn,
        type="",
        name=fault.urn.rsplit("::", 1)[-1],
        property=None,
        message=fault.message,
        remedy=fault.remedy,
        source=fault.place,
    )
