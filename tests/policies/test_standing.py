"""Verdicts that are recalled come to the very report that judging everything anew comes to."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import pytest

from policies import adapters, engine
from policies.examples import TAGS, Example, encoded, refs
from policies.rule import Rule
from policies.rules import ALL
from policies.standing import Standing, Verdict
from policies.waivers import Waivers

DAY = date(2026, 1, 31)
PREFIX = "urn:pulumi:prod::billing-platform"
PROVIDER = f"{PREFIX}::pulumi:providers:aws::main"
REGIONS = ("eu-central-1", "us-east-1")
EDITS = 25
Registrations = dict[str, dict[str, Any]]


def _registered(example: Example, number: int) -> Iterator[dict[str, Any]]:
    """The nodes of an example as a program registers them, by names that no other example has."""
    urns = {node.name: f"{PREFIX}::{node.type}::{node.name}-{number}" for node in example}
    for node in example:
        uses = {key: sorted({urns.get(name, name) for name in refs(value)}) for key, value in node.props.items()}
        yield {
            "urn": urns[node.name],
            "type": node.type,
            "name": f"{node.name}-{number}",
            "inputs": {key: encoded(value) for key, value in node.props.items()},
            "propertyDependencies": {key: found for key, found in uses.items() if found},
            "provider": f"{PROVIDER}::id" if node.type.startswith("aws:") else "",
            "protect": node.protect,
        }


def _provider(region: str, **more: Any) -> dict[str, Any]:
    return {"urn": PROVIDER, "type": "pulumi:providers:aws", "name": "main", "inputs": {"region": region, **more}}


def _edited(now: Registrations, examples: list[Example], chance: random.Random) -> Registrations:
    """With a resource less, with those of one more example, with other inputs of one, with another provider, or with
    one that is written otherwise and says the same."""
    urn = chance.choice(sorted(now.keys() - {PROVIDER}))
    match chance.randrange(5):
        case 0:
            return {key: one for key, one in now.items() if key != urn}
        case 1:
            return now | {one["urn"]: one for one in _registered(chance.choice(examples), chance.randrange(1000))}
        case 2:
            like = [one for one in now.values() if one["type"] == now[urn]["type"]]
            return now | {urn: now[urn] | {"inputs": chance.choice(like)["inputs"], "protect": chance.random() < 0.5}}
        case 3:
            tags = {"defaultTags": json.dumps({"tags": TAGS})} if chance.random() < 0.5 else {}
            return now | {PROVIDER: _provider(chance.choice(REGIONS), **tags)}
    inputs = {key: value for key, value in now[urn]["inputs"].items() if chance.random() < 0.7}
    return now | {urn: now[urn] | {"inputs": inputs}}


@pytest.mark.parametrize("seed", range(2))
def test_after_each_of_many_edits_the_report_is_that_of_a_fresh_run(seed: int) -> None:
    chance = random.Random(seed)
    examples = [one for rule in ALL for one in (*rule.passes, *rule.fails, *rule.undecided)]
    now: Registrations = {PROVIDER: _provider(REGIONS[0])}
    for number in range(12):
        now |= {one["urn"]: one for one in _registered(chance.choice(examples), number)}
    verdicts: dict[str, Verdict] = {}
    recalled = 0
    for edit in range(EDITS):
        day = DAY + timedelta(days=edit // 10)
        standing = Standing(now.values(), verdicts)
        graph = adapters.from_registrations(now.values())
        told = engine.evaluate(graph, ALL, Waivers(), day, standing=standing)
        fresh = engine.evaluate(adapters.from_registrations(now.values()), ALL, Waivers(), day)
        assert told.as_dict() == fresh.as_dict(), edit
        assert _urns(told) == _urns(fresh), edit
        recalled += len(verdicts.keys() & standing.verdicts.keys())
        verdicts = standing.verdicts
        now = _edited(now, examples, chance) if edit % 3 else now  # nothing changes now and then
    assert recalled > 1000  # or it shows nothing


def _urns(report: Any) -> dict[str, list[str]]:
    return {rule: [one.urn for one in resources] for rule, resources in report.judged.items()}


def test_no_verdict_of_one_example_stands_in_another_that_is_judged_otherwise() -> None:
    """Most examples of a rule differ in one resource, and often not in the one that is judged."""
    others = _provider(REGIONS[1], defaultTags=json.dumps({"tags": TAGS}))
    for rule in ALL:
        examples = zip_longest(rule.passes[:4], rule.fails[:4], rule.undecided[:4], rule.ignores[:2])
        verdicts: dict[str, Verdict] = {}
        for example in [one for row in examples for one in row if one is not None]:
            for provider in (_provider(REGIONS[0]), others):
                now = {one["urn"]: one for one in (*_registered(example, 0), provider)}
                standing = Standing(now.values(), verdicts)
                assert _judged(rule, now, standing) == _judged(rule, now, None), rule.id
                verdicts |= standing.verdicts


def _judged(rule: Rule, now: Registrations, standing: Standing | None) -> tuple[Any, Any]:
    report = engine.evaluate(adapters.from_registrations(now.values()), [rule], Waivers(), DAY, standing=standing)
    return report.as_dict(), _urns(report)
