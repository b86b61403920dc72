"""The steps of each class: weights, holds and gates."""

from itertools import pairwise

import pytest

from components.canary.gates import GATES
from components.canary.ladders import HARD, MONEY, steps
from components.canary.plan import ExpectedTraffic, Lane, RiskClass
from components.canary.templates import tripwire_gates
from tests.components.canary.plans import CLASSES, plan

MUCH = ExpectedTraffic(requests_per_s=100_000, charges_per_s=100_000)


@pytest.mark.parametrize("risk", ["payment-write", "read"])
def test_standard_lane_is_the_table_of_operations(risk: RiskClass) -> None:
    found = [(step.rung.weight_percent, step.hold_s / 60) for step in steps(plan(risk, traffic=MUCH))]
    assert found == [(1, 5), (5, 10), (25, 10), (50, 15), (100, 15)]


@pytest.mark.parametrize("risk", ["payment-write", "read"])
def test_fast_lane_is_shorter_with_the_same_gates(risk: RiskClass) -> None:
    fast, standard = steps(plan(risk, lane="fast", traffic=MUCH)), steps(plan(risk, traffic=MUCH))
    assert [(step.rung.weight_percent, step.hold_s / 60) for step in fast] == [(10, 5), (50, 5), (100, 5)]
    assert fast[-1].rung.gates == standard[-1].rung.gates


@pytest.mark.parametrize("lane", ["standard", "fast"])
@pytest.mark.parametrize("risk", ["webhook-out", "worker"])
def test_pulled_work_is_partitioned_by_pods_half_of_it_at_most(risk: RiskClass, lane: Lane) -> None:
    rungs = [step.rung for step in steps(plan(risk, lane=lane, traffic=MUCH))]
    assert [rung.share_percent for rung in rungs][-1] == 50
    assert all(rung.share_percent == 100 * rung.weight_percent / (100 + rung.weight_percent) for rung in rungs)


def test_holds_grow_where_traffic_is_little() -> None:
    """50 requests and 8 charges a second: 300 requests at 1 % take 10 minutes, 1150 charges at 25 % 9:35."""
    found = [(step.rung.weight_percent, step.hold_s, step.needed) for step in steps(plan())]
    assert found == [(1, 600, 300), (5, 600, 600), (25, 600, 3000), (50, 900, 3000), (100, 900, 6000)]
    slow = steps(plan(traffic=ExpectedTraffic(requests_per_s=50, charges_per_s=4)))
    assert slow[2].hold_s == 1150


def test_holds_of_days_are_refused() -> None:
    with pytest.raises(ValueError, match=r"its step at 1 % would hold for 83 h, at most 24 h are allowed. Send synth"):
        steps(plan("read", traffic=ExpectedTraffic(requests_per_s=0.1)))


@pytest.mark.parametrize("risk", CLASSES)
@pytest.mark.parametrize("lane", ["standard", "fast"])
def test_gates_only_grow_from_step_to_step(risk: RiskClass, lane: Lane) -> None:
    ladder = steps(plan(risk, lane=lane, traffic=MUCH))
    for earlier, later in pairwise(ladder):
        assert earlier.rung.gates == later.rung.gates[: len(earlier.rung.gates)]
    assert set(HARD) <= set(ladder[0].rung.gates)
    assert "burn-rate-within-budget" in ladder[-1].rung.gates
    assert all(set(step.rung.gates) <= set(GATES) for step in ladder)
    assert all(len(set(step.rung.gates)) == len(step.rung.gates) for step in ladder)


@pytest.mark.parametrize("risk", ["payment-write", "worker"])
def test_what_moves_money_is_stopped_by_its_invariants_at_every_step(risk: RiskClass) -> None:
    assert all(set(MONEY) <= set(step.rung.gates) for step in steps(plan(risk, traffic=MUCH)))
    assert set(MONEY) <= set(tripwire_gates(plan(risk)))
    assert all(GATES[name].judgement == "first" for name in MONEY)


def test_approvals_are_compared_from_a_quarter_of_the_traffic() -> None:
    compared = [step.rung.weight_percent for step in steps(plan()) if "approvals-not-below-stable" in step.rung.gates]
    assert compared == [25, 50, 100]


def test_service_without_database_has_no_pool() -> None:
    assert not any("pool-not-saturated" in step.rung.gates for step in steps(plan(database=False)))
    assert "pool-not-saturated" in steps(plan())[-1].rung.gates


def test_limits_are_those_of_operations() -> None:
    limits = {name: gate.limit for name, gate in GATES.items() if gate.judgement == "limit"}
    assert limits == {
        "errors-below-ceiling": 0.01,
        "errors-not-above-stable": 0.002,
        "latency-not-above-stable": 1.25,
        "processor-errors-not-above-stable": 0.002,
        "approvals-not-below-stable": 0.02,
        "deliveries-not-below-stable": 0.002,
        "burn-rate-within-budget": 1,
        "pool-not-saturated": 0.85,
        "memory-not-saturated": 0.85,
        "memory-not-leaking": 1,
        "no-restarts": 0,
    }
    assert GATES["metrics-are-fresh"].limit == 90
