"""Garbage in what a rule reads never breaks the rule, and never makes a security rule pass."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from policies.engine import evaluate
from policies.examples import Example, Ref, graph_of
from policies.property_types import FILE, checked, wrong
from policies.report import Finding
from policies.rule import Rule, Severity
from policies.rules import ALL
from policies.waivers import Waivers
from tests.policies import provider_types
from tests.policies.mutation.places import Place, changed, is_option, places, value_at

_EXAMPLES = 2  # of each rule: further ones are written in the same properties
_SPREAD = 14  # every value of garbage comes to every 14th place of a rule, so that the test stays quick


def _nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": [value]}
    return value


_ODD = '{"Statement":[{"Effect":"Allow","Action":5,"Principal":{"AWS":[7]},"Resource":{"a":1},"Condition":{"Bool":5}}]}'
_GARBAGE: dict[str, Any] = {
    "a number": 7.5,
    "a huge number": 10**40,
    "no number": float("nan"),
    "a boolean": True,
    "text": "x",
    "a long text": ":*" * 2_000,
    "a surrogate": "\ud800",
    "no JSON": '{"Statement": [',
    "an odd policy": _ODD,
    "a list of nothing": [None],
    "a list of numbers": [7],
    "an object": {"x": 7},
    "an object of text without a name": {"": "x"},
    "deep": _nested(100),
}
# Of another type than the property, whatever that is: what a program may write for a text besides, and for a list of
# one block, is none of them.
_WRONG: dict[type, Any] = {str: [{"x": 7}], bool: {"x": 7}, int: {"x": 7}, float: {"x": 7}, list: 7, dict: 7}
# Where a wrong type need not fail, and why.
_EXCEPTIONS = {
    "provider": "a provider that cannot start lets nothing be judged wrongly: the engine stops before the pack",
    "kubernetes": "names and labels of manifests only tell which objects belong together, and the API refuses them",
    "S3-10": "leaves alone what names no bucket of evidence, and other rules say that the bucket's name is none",
    "SEC-03": "is about what is written in clear text, and nothing else is one",
}


def _places(rule: Rule, example: Example) -> Iterator[Place]:
    found = (place for entry in rule.reads for place in places(example, entry) if not is_option(example, place))
    yield from dict.fromkeys(found)


def _findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    return evaluate(graph_of(example), [rule], Waivers(), date(2026, 1, 1)).findings


def _is_excused(rule: Rule, example: Example, place: Place) -> bool:
    kind = example[place.node].type
    return rule.id in _EXCEPTIONS or "providers" in kind or kind.startswith("kubernetes:")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_garbage_breaks_no_rule(rule: Rule) -> None:
    for example in rule.passes[:_EXAMPLES]:
        for number, place in enumerate(_places(rule, example)):
            for name, value in list(_GARBAGE.items())[number % _SPREAD :: _SPREAD]:
                for finding in _findings(rule, changed(example, place, value)):
                    assert "could not judge" not in finding.message, f"{place.path} = {name}"


@pytest.mark.parametrize(
    "rule", [rule for rule in ALL if rule.severity in (Severity.CRITICAL, Severity.HIGH)], ids=lambda rule: rule.id
)
def test_a_security_rule_passes_no_value_of_another_type(rule: Rule) -> None:
    for example in rule.passes[:_EXAMPLES]:
        judged = [number for number, node in enumerate(example) if node.type in rule.types]
        for place in _places(rule, example):
            value = value_at(example, place)
            if place.node not in judged or value is None or _is_excused(rule, example, place):
                continue
            wrong = _WRONG[str if isinstance(value, Ref) else type(value)]
            assert _findings(rule, changed(example, place, wrong)), f"passes with {place.path} = {wrong}"


def test_the_table_of_types_is_that_of_the_provider() -> None:
    assert FILE.read_text() == provider_types.written(provider_types.table())


def _rule(id_: str) -> Rule:
    return next(rule for rule in ALL if rule.id == id_)


@pytest.mark.parametrize(
    ("id_", "key", "value", "says"),
    [
        ("RDS-03", "kmsKeyId", 7, "kmsKeyId must be text, not the number 7: the provider refuses it"),
        ("GEN-02", "tags", "x", "tags must be an object, not the text 'x': the provider refuses it"),
        ("NET-02", "protocol", [], "protocol must be text, not a list: the provider refuses it"),
    ],
)
def test_the_finding_names_the_property(id_: str, key: str, value: Any, says: str) -> None:
    rule = _rule(id_)
    example = next(one for one in rule.passes if any(key in node.props for node in one))
    place = next(place for place in _places(rule, example) if place.path[-1] == key)
    found = _findings(rule, changed(example, place, value))
    assert (key, says) in {(finding.property, finding.message) for finding in found}


def test_what_providers_note_in_a_map_is_no_value_of_it() -> None:
    noted = {"__defaults": ["forceDestroy"], "tags": {"__defaults": [], "owner": "payments"}, "bucket": 7}
    seen = checked("aws:s3/bucket:Bucket", noted)
    assert [error.path for key, value in seen.items() for error in wrong(value, key)] == ["bucket"]
