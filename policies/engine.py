"""Runs rules over a graph: the one place where verdicts are made."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from policies import waivers as waiving
from policies.graph import Graph
from policies.report import Finding, Report, Verdict
from policies.resource import Resource
from policies.rule import Rule
from policies.time_limit import done_within
from policies.tokens import STACK
from policies.values import REDACTED, Mistyped, Undecided

LIMIT_S = 10.0  # for one rule in one run; the slowest takes a hundredth of that on 5,000 resources
_LEAST_TO_REDACT = 3  # characters; hiding a shorter one everywhere would leave nothing to read


def evaluate(
    graph: Graph,
    rules: Sequence[Rule] | None = None,
    waivers: waiving.Waivers | None = None,
    today: date | None = None,
    *,
    partial: bool = False,
) -> Report:
    """Judge every resource of `graph` by every rule; the same input gives the same report, findings in the
    same order.

    Without `rules` all of them run; without `waivers` the committed ones apply; `today` is the date in UTC. A
    waiver that is expired, unmatched or malformed is itself a failure, unless the graph is `partial`: what a
    waiver is for may then be in another part.
    """
    if rules is None:
        from policies.rules import ALL  # late: the rules import half of this package

        rules = ALL
    known = waivers if waivers is not None else waiving.load()
    day = today or datetime.now(UTC).date()
    graph.today = day
    evaluated, findings = _judge(graph, rules)
    applied = known.apply(findings, day)
    problems = [] if partial else known.problems(graph, {rule.id for rule in rules}, applied.used, day)
    return Report(
        resources=sum(1 for resource in graph.resources if _is_subject(resource)),
        evaluated=evaluated,
        findings=tuple(sorted((*applied.findings, *problems), key=Finding.rank)),
    )


def _judge(graph: Graph, rules: Iterable[Rule]) -> tuple[dict[str, int], list[Finding]]:
    evaluated: dict[str, int] = {}
    findings: list[Finding] = []
    for rule in rules:
        waiting = deque(_subjects(graph, rule))
        judged = _judged(rule, waiting, graph) if waiting else []
        evaluated[rule.id] = len(judged)
        findings += (finding for found in judged for finding in found)
    return evaluated, findings


def _judged(rule: Rule, waiting: deque[Resource], graph: Graph) -> list[list[Finding]]:
    """The findings of one rule, resource by resource; every resource that it had no time for fails."""
    judged: list[list[Finding]] = []

    def work() -> None:
        while waiting:
            found = _verdicts(rule, waiting[0], graph)
            if found is not None:
                judged.append(found)
            waiting.popleft()  # last, so that a resource whose verdict is cut off still waits

    if not done_within(LIMIT_S, work):
        message = f"rule {rule.id} took longer than {LIMIT_S:g} s and did not judge this resource"
        judged += ([_finding(rule, resource, graph, Verdict.FAIL, None, message)] for resource in waiting)
    return judged


def _subjects(graph: Graph, rule: Rule) -> Iterator[Resource]:
    for type_ in rule.types:
        if type_.endswith("*"):
            prefix = type_[:-1]
            yield from (r for r in graph.resources if r.type.startswith(prefix) and _is_subject(r))
        else:
            yield from graph.of_type(type_)


def _is_subject(resource: Resource) -> bool:
    return resource.type != STACK and not resource.type.startswith("pulumi:providers:")


def _verdicts(rule: Rule, resource: Resource, graph: Graph) -> list[Finding] | None:
    """The findings of one rule on one resource; None if the rule does not apply to it."""
    findings: list[Finding] = []

    def add(verdict: Verdict, property_: str | None, message: str, pod_security: str | None = None) -> None:
        finding = _finding(rule, resource, graph, verdict, property_, message)
        findings.append(replace(finding, pod_security=pod_security) if pod_security else finding)

    try:
        if not rule.applies(resource, graph):
            return None
        for problem in rule.problems(resource, graph):
            add(Verdict.FAIL, problem.property, problem.message, problem.pod_security)
    except Undecided as undecided:
        for place in dict.fromkeys(undecided.places):
            where = "" if place.urn == resource.urn else f" of {place.urn.rsplit('::', 1)[-1]}"
            makers = ", ".join(urn.rsplit("::", 1)[-1] for urn in place.producers)
            after = f" until {makers} exists" if makers else ""
            add(Verdict.UNDECIDED, place.path, place.reason or f"{place.path}{where} is not known{after}")
    except Mistyped as error:
        add(Verdict.FAIL, error.path, str(error))
    except Exception as error:  # a rule that breaks must fail, whatever broke it
        add(Verdict.FAIL, None, f"rule {rule.id} could not judge this resource: {type(error).__name__}")
    return list(dict.fromkeys(findings))  # parts of a rule may come upon the same thing


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
