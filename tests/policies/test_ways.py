"""The same resources get the same verdicts, whichever way they come to the rules."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from policies.engine import evaluate
from policies.examples import Example, graph_of
from policies.graph import Graph
from policies.rule import Rule
from policies.rules import ALL
from policies.waivers import Waivers
from tests.policies import ways

_KUBERNETES = [rule for rule in ALL if rule.id.startswith("K8S-")]


def _examples(rule: Rule) -> Iterator[Example]:
    yield from (*rule.passes, *rule.fails, *rule.undecided, *rule.ignores)


def _verdicts(rule: Rule, graph: Graph) -> dict[str, Any]:
    return evaluate(graph, [rule], Waivers(), date(2026, 1, 1)).as_dict()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_pack_state_and_program_agree_on_every_example(rule: Rule) -> None:
    for example in _examples(rule):
        expected = _verdicts(rule, graph_of(example))
        for name, make in ways.WAYS.items():
            assert _verdicts(rule, make(example)) == expected, name


@pytest.mark.parametrize("rule", _KUBERNETES, ids=lambda rule: rule.id)
def test_manifests_agree_on_every_example_that_they_can_say(rule: Rule) -> None:
    """But for how messages call other objects: in a stack by their logical names."""

    def shown(report: dict[str, Any]) -> Any:
        kept = [(f["verdict"], f["type"], f["property"]) for f in report["findings"]]
        return report["rules"], sorted(kept, key=repr)

    said = [named for example in _examples(rule) if (named := ways.as_objects(example))]
    for example in said:
        assert shown(_verdicts(rule, ways.by_manifests(example))) == shown(_verdicts(rule, graph_of(example)))
    assert said
