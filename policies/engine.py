"""Runs rules over a graph: the one place where verdicts are made."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from policies import waivers as waiving
from policies.documents import DocumentError
from policies.graph import Edge, Graph
from policies.report import Finding, Report, Verdict
from policies.resource import Resource
from policies.rule import Rule
from policies.standing import Reading, Standing
from policies.time_limit import done_within
from policies.tokens import STACK
from policies.uncovered import uncovered
from policies.values import REDACTED, Mistyped, Undecided, Unset

_MOST_EDGES = 10  # of one finding
LIMIT_S = 10.0  # for one rule in one run; the slowest takes a hundredth of that on 5,000 resources
_LEAST_TO_REDACT = 3  # characters; hiding a shorter one everywhere would leave nothing to read


def evaluate(
    graph: Graph,
    rules: Sequence[Rule] | None = None,
    waivers: waiving.Waivers | None = None,
    today: date | None = None,
    *,
    partial: bool = False,
    only: Collection[str] | None = None,
    standing: Standing | None = None,
) -> Report:
    """Judge every resource of `graph` by every rule; the same input gives the same report, findings in the
    same order.

    Without `rules` all of them run; without `waivers` the committed ones apply; `today` is the date in UTC. A
    waiver that is expired, unmatched or malformed is itself a failure, unless the graph is `partial`: what a
    waiver is for may then be in another part. With `only` no resource but those of these URNs is judged. With
    `standing` what an earlier run found in order, and is the same, is not judged again.
    """
    if rules is None:
        from policies.rules import ALL  # late: the rules import half of this package

        rules = ALL
    known = waivers if waivers is not None else waiving.load()
    day = today or datetime.now(UTC).date()
    graph.today = day
    judged, findings = _judge(graph, rules, only, standing)
    applied = known.apply(findings, graph, rules, day)
    problems = [] if partial else known.problems(graph, {rule.id for rule in rules}, applied, day)
    subjects = [r for r in graph.resources if _is_subject(r) and (only is None or r.urn in only)]
    return Report(
        resources=len(subjects),
        evaluated={rule: len(resources) for rule, resources in judged.items()},
        findings=tuple(sorted((*applied.findings, *problems), key=Finding.rank)),
        uncovered=uncovered(graph, subjects),
        judged=judged,
    )


def _judge(
    graph: Graph, rules: Iterable[Rule], only: Collection[str] | None, standing: Standing | None
) -> tuple[dict[str, list[Resource]], list[Finding]]:
    judged: dict[str, list[Resource]] = {}
    findings: list[Finding] = []
    for rule in rules:
        subjects = (one for one in _subjects(graph, rule) if only is None or one.urn in only)
        judged[rule.id] = []
        for resource, found in _judged(rule, deque(subjects), graph, standing):
            judged[rule.id].append(resource)
            findings += found
    return judged, findings


def _judged(
    rule: Rule, waiting: deque[Resource], graph: Graph, standing: Standing | None
) -> list[tuple[Resource, list[Finding]]]:
    """The findings of one rule, resource by resource; every resource that it had no time for fails."""
    judged: list[tuple[Resource, list[Finding]]] = []

    def work() -> None:
        while waiting:
            found = _standing(rule, waiting[0], graph, standing) if standing else _verdicts(rule, waiting[0], graph)
            if found is not None:
                judged.append((waiting[0], found))
            waiting.popleft()  # last, so that a resource whose verdict is cut off still waits

    if waiting and not done_within(LIMIT_S, work):
        message = f"rule {rule.id} took longer than {LIMIT_S:g} s and did not judge this resource"
        judged += ((one, [_finding(rule, one, graph, Verdict.FAIL, None, message)]) for one in waiting)
    return judged


def _standing(rule: Rule, resource: Resource, graph: Graph, standing: Standing) -> list[Finding] | None:
    """What `_verdicts` says, or said of the same."""
    applied = standing.recall(rule, resource, graph.today)
    if applied is not None:
        return [] if applied else None
    reading = Reading(graph)
    found = _verdicts(rule, resource, graph, reading.graph)
    if not found:
        standing.keep(rule, resource, graph.today, reading, applied=found is not None)
    return found


def _subjects(graph: Graph, rule: Rule) -> Iterator[Resource]:
    for type_ in rule.types:
        if type_.endswith("*"):
            prefix = type_[:-1]
            yield from (r for r in graph.resources if r.type.startswith(prefix) and _is_subject(r))
        else:
            yield from graph.of_type(type_)


def _is_subject(resource: Resource) -> bool:
    return resource.type != STACK and not resource.type.startswith("pulumi:providers:")


def _verdicts(rule: Rule, resource: Resource, graph: Graph, read: Graph | None = None) -> list[Finding] | None:
    """The findings of one rule on one resource; None if the rule does not apply to it. `read`: the graph as the rule
    is handed it, if somebody notes what it reads.
    """
    handed = read or graph
    findings: dict[tuple[Any, ...], Finding] = {}  # parts of a rule may come upon the same thing
    graph.walked.clear()

    def add(verdict: Verdict, property_: str | None, message: str, pod_security: str | None = None) -> None:
        finding = _finding(rule, resource, graph, verdict, property_, message)
        finding = replace(finding, pod_security=pod_security, edges=_edges(rule, resource, graph, message))
        findings.setdefault((verdict, property_, message, pod_security), finding)

    try:
        if not rule.applies(resource, handed):
            return None
        for problem in rule.problems(resource, handed):
            add(Verdict.FAIL, problem.property, problem.message, problem.pod_security)
    except Undecided as undecided:
        for place in dict.fromkeys(undecided.places):
            where = "" if place.urn == resource.urn else f" of {place.urn.rsplit('::', 1)[-1]}"
            makers = ", ".join(urn.rsplit("::", 1)[-1] for urn in place.producers)
            after = f" until {makers} exists" if makers else ""
            add(Verdict.UNDECIDED, place.path, place.reason or f"{place.path}{where} is not known{after}")
    except Mistyped as error:
        add(Verdict.FAIL, error.path or None, str(error))
    except Unset as error:
        own = error.urn == resource.urn
        where = "" if own else f" of {error.urn.rsplit('::', 1)[-1]}"
        add(Verdict.FAIL, error.path if own else None, f"{error.path}{where} is not set, and rule {rule.id} needs it")
    except DocumentError as error:
        add(Verdict.FAIL, None, f"a policy document that this holds cannot be read: {error}")
    except Exception as error:  # a rule that breaks must fail, whatever broke it
        broke = f"{type(error).__name__} at {_place(error)}"  # not its text, which may hold a secret value
        add(Verdict.FAIL, None, f"rule {rule.id} could not judge this resource: {broke}")
    for mistyped in _mistyped(rule, resource):
        add(Verdict.FAIL, mistyped.path, str(mistyped))
    return list(findings.values())


def _place(error: Exception) -> str:
    """Where it was raised, as file:line."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else "an unknown place"


def _mistyped(rule: Rule, resource: Resource) -> Iterator[Mistyped]:
    """What the rule reads of the resource and the provider refuses, whether it came to read it or not."""
    if resource.mistyped:
        for key in dict.fromkeys(entry.split(".")[0] for entry in rule.reads):
            yield from resource.mistyped.get(key, ())


def _edges(rule: Rule, resource: Resource, graph: Graph, message: str) -> tuple[Edge, ...]:
    """What connects the resource with others that decided about it: those that the message names, else all."""
    if not rule.needs_graph:
        return ()
    names = {urn: graph.by_urn[urn].name for edge in graph.walked for urn in (edge.source, edge.target)}
    said = {urn for urn, name in names.items() if urn != resource.urn and _says(message, name)}
    named = [edge for edge in graph.walked if edge.source in said or edge.target in said]
    return tuple(sorted(named or graph.walked, key=astuple)[:_MOST_EDGES])


def _says(message: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", message) is not None


def _finding(
    rule: Rule, resource: Resource, graph: Graph, verdict: Verdict, property_: str | None, message: str
) -> Finding:
    for secret in graph.secrets:
        if len(secret) >= _LEAST_TO_REDACT:
            message = message.replace(secret, REDACTED)
    return Finding(
        rule=rule.id,
        verdict=verdict,
        severity=str(rule.severity),
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        property=property_,
        message=message,
        remedy=rule.remedy,
        controls=rule.controls,
        source=resource.source,
    )
