"""What is unknown never makes a bad stack pass, for the unknown value may be the bad one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.engine import evaluate
from policies.examples import Example, Ref, graph_of
from policies.rule import Rule
from policies.rules import ALL
from policies.waivers import Waivers

_NOBODY = Ref("nobody")  # unknown, and nothing tells who produces it
# About what a program writes down itself: what is not known yet is made by a resource, and judged at the update.
_ABOUT_LITERALS = ("SEC-03", "K8S-08")


def _blinded(value: Any) -> Iterator[Any]:
    """The value with one part of it unknown: the whole of it, or one at any depth."""
    if value is None:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (value | {key: other} for other in _blinded(item))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _blinded(item))
    yield _NOBODY


def _examples(example: Example) -> Iterator[tuple[str, Example]]:
    for index, node in enumerate(example):
        for key, value in node.props.items():
            for other in _blinded(value):
                blind = replace(node, props={**node.props, key: other})
                yield f"{node.name}.{key} = {other}", (*example[:index], blind, *example[index + 1 :])


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.id}-{number}")
        for rule in ALL
        if rule.id not in _ABOUT_LITERALS
        for number, example in enumerate(rule.fails)
    ],
)
def test_a_bad_example_never_passes_when_a_part_of_it_is_unknown(rule: Rule, example: Example) -> None:
    for change, blind in _examples(example):
        report = evaluate(graph_of(blind), [rule], Waivers(), date(2026, 1, 1))
        assert report.findings, f"passes with {change}"
