"""Policies that cannot say yes: a value that is not known yet, a rule that breaks, a rule that does not end."""

import time
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from unittest import mock

from policies import engine
from policies.examples import graph_of
from policies.graph import Graph
from policies.report import Verdict
from policies.resource import Resource
from policies.rule import Problem
from policies.rules import ALL
from policies.waivers import Waivers
from tests.engine.small import program
from tests.faults.cloud import assert_sound, in_cloud
from tests.faults.fault import Observed, fault
from tests.faults.world import World

_PACK = ("compliance",)  # that of KMS-01
KINDS = {kind.__name__: kind for kind in (KeyError, ZeroDivisionError, RecursionError, MemoryError)}
_KEYS = """
first = kms.Key("first", opts=given(), **sound)
known_later = first.key_id.apply(lambda _: {rotates})
kms.Key("judged", opts=given(), **{{**sound, "enable_key_rotation": known_later}})
"""


@fault(
    16,
    "what a policy reads is not known before the update",
    level="E",
    expected="undecided at preview, which blocks where settings say so; judged at apply before the resource is created",
)
def unknown_value(rng: Random, world: World) -> Observed:
    rotates = rng.random() < 0.5
    program(world.checkout, _KEYS.format(rotates=rotates))
    settings = world.program / "settings.py"
    text = settings.read_text()
    settings.write_text(text.replace('undecided="report"', 'undecided="block"'))
    blocked = world.run("up", world.target, "--yes", packs=_PACK, code=3)
    told = blocked.when("undecided KMS-01")
    assert not in_cloud(world), f"something was made although a verdict was open: {in_cloud(world)}"
    settings.write_text(text)
    applied = world.run("up", world.target, "--yes", packs=_PACK, code=0 if rotates else 1)
    keys = len(in_cloud(world))
    if rotates:
        assert keys == 2, f"{keys} keys, not 2:\n{applied.said}"
        assert_sound(world)
        end = "judged at apply, held, and created"
    else:
        assert keys == 1, f"{keys} keys, not the first one alone: the bad one was created\n{applied.said}"
        assert "fail KMS-01" in applied.out, applied.said
        end = "judged at apply, failed before it was created"
    return Observed(
        f"undecided at preview blocked with exit code 3; {end}",
        told - blocked.started,
        applied.ended - applied.started,
    )


@fault(
    17,
    "a policy raises an exception, or does not end",
    level="U",
    expected="denied with where it broke; never skipped, and the other rules still judge",
)
def broken_policy(rng: Random, world: World) -> Observed:
    whole = [rule for rule in ALL if graph_of(rule.fails[0]).resources]
    rule, other = rng.sample(whole, k=2)
    kind = rng.choice(("no end", *KINDS))
    graph = graph_of(rule.fails[0])
    secret = f"{rng.getrandbits(64):x}"

    def breaks(resource: Resource, _: Graph) -> Iterator[Problem]:
        while kind == "no end":
            pass
        raise KINDS[kind](secret)
        yield Problem(None, "")

    broken = replace(rule, problems=breaks, applies=lambda *_: True)
    begun = time.monotonic()
    with mock.patch.object(engine, "LIMIT_S", 0.5):
        findings = engine.evaluate(graph, [broken, other], Waivers(), partial=True).findings
    detected = time.monotonic() - begun
    judged = {one.urn for type_ in rule.types for one in graph.resources if _is_of(one, type_)}
    failed = {one.urn for one in findings if one.rule == rule.id and one.verdict is Verdict.FAIL}
    assert judged, "the example has nothing for the rule"
    assert judged <= failed, f"not denied: {judged - failed}"
    alone = engine.evaluate(graph, [other], Waivers(), partial=True).findings
    assert [one for one in findings if one.rule == other.id] == list(alone), "the other rule was skipped"
    message = next(one.message for one in findings if one.rule == rule.id)
    assert secret not in message, "the exception's text was told, and may hold a value"
    assert kind == "no end" or "policies.py:" in message, f"{message!r} does not say where"
    return Observed(message, detected, detected)


def _is_of(resource: Resource, type_: str) -> bool:
    return resource.type.startswith(type_[:-1]) if type_.endswith("*") else resource.type == type_
