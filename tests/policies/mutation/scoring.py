"""Which of the properties that a rule reads make a difference to it: the mutation score."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.report import Verdict
from policies.rule import Rule
from policies.waivers import Waivers
from tests.policies.mutation.places import (
    EVERYTHING,
    UNSET,
    Donor,
    Path,
    Place,
    changed,
    is_option,
    names,
    places,
    transplants,
    value_at,
)
from tests.policies.mutation.values import NOBODY, mutants

_DAY = date(2026, 1, 1)
_NO_WAIVERS = Waivers()
PASSES, NOT_JUDGED = "pass", "not judged"
_SILENT = (PASSES, NOT_JUDGED)


@dataclass
class Score:
    """What became of one rule: every property that it reads, in every compliant example that sets it."""

    rule: str
    noticed: set[tuple[int, str]] = field(default_factory=set)  # example and property: a change changed the verdict
    unnoticed: list[tuple[int, str]] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)  # properties that change no verdict in any example, good or bad
    blind: list[str] = field(default_factory=list)  # fail for some value, and yet pass while they are unknown

    @property
    def text(self) -> str:
        changed = len(self.noticed) + len(self.unnoticed)
        return f"{len(self.noticed)}/{changed}"


def verdict(rule: Rule, example: Example) -> str:
    """fail, undecided, pass, or that the rule judges nothing of the example."""
    report = evaluate(graph_of(example), (rule,), _NO_WAIVERS, _DAY)
    if not report.evaluated[rule.id]:
        return NOT_JUDGED
    found = {finding.verdict for finding in report.findings}
    return str(next((one for one in (Verdict.FAIL, Verdict.UNDECIDED) if one in found), PASSES))


def _is_refused(rule: Rule, example: Example) -> bool:
    """Whether the provider takes no such value at all, so that an unknown one is none."""
    found = evaluate(graph_of(example), (rule,), _NO_WAIVERS, _DAY).findings
    return all(finding.message.endswith("the provider refuses it") for finding in found)


def score(rule: Rule) -> Score:
    """Change each property that the rule reads in each compliant example, until its verdict changes."""
    result = Score(rule.id)
    for entry in rule.reads:
        donors = list(_donors(rule, entry))
        lives = False
        for number, example in enumerate(rule.passes):
            answers = [_worst(rule, example, place, donors, result) for place in places(example, entry)]
            if any(answer != PASSES for answer in answers):
                result.noticed.add((number, entry))
                lives = True
            elif answers:
                result.unnoticed.append((number, entry))
        if not lives and not _matters(rule, entry, donors):
            result.dead.append(entry)
    return result


def _worst(rule: Rule, example: Example, place: Place, donors: list[Donor], result: Score) -> str:
    """The worst verdict that a change of one place makes; notes if the rule is blind there."""
    worst = PASSES
    for value in _others(example, place, donors):
        answer = verdict(rule, changed(example, place, value))
        worst = answer if worst in _SILENT and answer != PASSES else worst
        if answer == Verdict.FAIL:
            unknown = changed(example, place, NOBODY)
            if (
                not is_option(example, place)
                and verdict(rule, unknown) in _SILENT
                and not _is_refused(rule, changed(example, place, value))
            ):
                result.blind.append(f"{example[place.node].type} {'.'.join(map(str, place.path))}")
            return answer
    return worst


def _matters(rule: Rule, entry: str, donors: list[Donor]) -> bool:
    """Whether a change of the property changes any verdict, be it of an example that fails."""
    for example in (*rule.fails, *rule.undecided, *rule.ignores, *rule.passes):
        was = verdict(rule, example)
        changes = ((place, value) for place in places(example, entry) for value in _others(example, place, donors))
        for place, value in (*changes, *transplants(example, donors)):
            if verdict(rule, changed(example, place, value)) != was:
                return True
    return False


def _others(example: Example, place: Place, donors: list[Donor]) -> Iterator[Any]:
    node, value = example[place.node], value_at(example, place)
    if not is_option(example, place):
        yield UNSET
    yield from mutants(value)
    for donor, path, other in donors:
        if donor.type == node.type and names(path) == names(place.path) and repr(other) != repr(value):
            yield other


def _donors(rule: Rule, entry: str) -> Iterator[Donor]:
    """Every value that the property has in an example of the rule."""
    seen: set[tuple[str, Path, str]] = set()
    for example in (*rule.fails, *rule.undecided, *rule.ignores, *rule.passes) if entry != EVERYTHING else ():
        for place in places(example, entry):
            node, value = example[place.node], value_at(example, place)
            key = (node.type, place.path, repr(value))
            if key not in seen and not is_option(example, place):
                seen.add(key)
                yield node, place.path, value
