"""Waivers that must not hold: ended, and wider than what was found. The clock is an input."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from platformctl import waivers as making
from policies import engine
from policies.examples import graph_of
from policies.graph import Graph
from policies.report import Finding, Verdict
from policies.rule import Rule
from policies.rules import ALL
from policies.waivers import LONGEST_DAYS, RULE, Waivers, parse
from tests.faults.fault import Observed, fault
from tests.faults.world import World

OWNER = "@billing/payments"
_ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")  # the first and the last to see a day


@fault(
    13,
    "a waiver expired yesterday",
    level="U",
    expected="holds to the end of its last day in UTC, wherever the runner is; then it blocks, naming rule and owner",
)
def expired_waiver(rng: Random, world: World) -> Observed:
    rule, graph, failed = _failing(rng)
    zone = rng.choice(_ZONES)
    last = datetime.now(UTC).date()
    waived = parse([_entry(rule, graph, failed, last - timedelta(days=rng.randrange(LONGEST_DAYS)), last)])
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        on_the_last_day = engine.evaluate(graph, [rule], waived).findings  # by its own clock
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
    assert datetime.now(UTC).date() == last, "midnight in UTC passed during the case: strike again"
    assert _verdicts(on_the_last_day, rule, failed.urn) == {Verdict.WAIVED}, f"{last}, {zone}: {on_the_last_day}"
    begun = time.monotonic()
    day_after = engine.evaluate(graph, [rule], waived, last + timedelta(days=1)).findings
    detected = time.monotonic() - begun
    assert Verdict.FAIL in _verdicts(day_after, rule, failed.urn), "what the waiver covered does not fail again"
    (told,) = [one for one in day_after if one.rule == RULE]
    assert told.verdict is Verdict.FAIL
    for word in (rule.id, str(last), OWNER):
        assert word in told.message, f"{told.message!r} does not say {word}"
    return Observed(f"{rule.id} in {zone}: waived on {last}, fails on the next day: {told.message}", detected, detected)


@fault(
    14,
    "a waiver is wider than what was found",
    level="U",
    expected="rejected; the finding still fails",
)
def wide_waiver(rng: Random, world: World) -> Observed:
    rule, graph, failed = _failing(rng)
    today = date(2026, 3, 1) + timedelta(days=rng.randrange(365))
    entry = _entry(rule, graph, failed, today, today + timedelta(days=30))
    how, wide = _widened(rng, entry)
    begun = time.monotonic()
    findings = engine.evaluate(graph, [rule], parse([wide]), today).findings
    detected = time.monotonic() - begun
    assert _verdicts(engine.evaluate(graph, [rule], parse([entry]), today).findings, rule, failed.urn) == {
        Verdict.WAIVED
    }, "the entry that was widened was none that holds"
    assert Verdict.FAIL in _verdicts(findings, rule, failed.urn), f"{how} covered the finding"
    told = [one for one in findings if one.rule == RULE and one.verdict is Verdict.FAIL]
    assert told, f"{how} was not refused"
    return Observed(f"{how} refused: {told[0].message}", detected, detected)


def _failing(rng: Random) -> tuple[Rule, Graph, Finding]:
    """A rule, an example that it fails, and one of its findings there."""
    while True:
        rule = rng.choice(ALL)
        graph = graph_of(rng.choice(rule.fails))
        failed = [one for one in engine.evaluate(graph, [rule], Waivers(), date(2026, 3, 1)).findings if one.urn]
        if failed:
            return rule, graph, rng.choice(failed)


def _entry(rule: Rule, graph: Graph, failed: Finding, today: date, last: date) -> dict[str, Any]:
    given = {"reason": "r", "owner": OWNER, "approver": "@billing/security", "ticket": "t", "expires": last}
    return making.entry(graph, rule.id, failed.urn, given, today)


def _widened(rng: Random, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    urn = entry["urn"].split("::")
    at = rng.randrange(len(urn))
    name = urn[-1]
    wide = rng.choice(
        (
            ("urn", "::".join([*urn[:at], "*", *urn[at + 1 :]])),
            ("urn", "::".join([*urn[:-1], f"{name[: rng.randrange(len(name))]}*"])),
            ("urn", "::".join([*urn[:-1], f"{name[:-1]}?"])),
            ("urn", "*"),
            ("urn", "::".join(urn[:-1])),
            ("rule", "*"),
            ("rule", f"{entry['rule'].split('-')[0]}-*"),
            ("property", "*"),
        )
    )
    return f"{wide[0]}: {wide[1]}", {**entry, wide[0]: wide[1]}


def _verdicts(findings: tuple[Finding, ...], rule: Rule, urn: str) -> set[Verdict]:
    return {one.verdict for one in findings if (one.rule, one.urn) == (rule.id, urn)}
