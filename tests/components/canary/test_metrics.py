"""How reads become verdicts: pass, fail, starved (inconclusive) and blind (error)."""

import math
from typing import Any

import promql_parser
import pytest

from components.canary.gates import GATES
from components.canary.ladders import steps
from components.canary.metrics import UNDECIDED, conditions, gate_metric
from components.canary.plan import ExpectedTraffic, RiskClass
from components.canary.templates import analysis_templates, tripwire_view, view
from components.canary.view import CANARY_HASH, STABLE_HASH
from tests.components.canary.conditions import phase
from tests.components.canary.plans import CLASSES, plan

MUCH = ExpectedTraffic(requests_per_s=1000, charges_per_s=100)
VIEW = tripwire_view(plan())
OVER = 0.02  # of the ceiling of errors, which is 0.01


def metrics_of(risk: RiskClass, kind: str) -> list[dict[str, Any]]:
    """Those read from Prometheus, of templates whose name holds `kind`."""
    templates = [one for one in analysis_templates(plan(risk, traffic=MUCH)) if kind in one["metadata"]["name"]]
    assert templates
    return [one for template in templates for one in template["spec"]["metrics"] if "prometheus" in one["provider"]]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([0, 0, 0], "Successful"),
        ([0.01, 0.01, 0.01], "Successful"),
        ([OVER, OVER, OVER], "Failed"),
        ([OVER, 0, OVER], "Failed"),
        ([0, OVER, OVER], "Failed"),
        ([OVER, OVER], "Failed"),  # of a canary that is two minutes old
        ([OVER, 0, 0], "Inconclusive"),
        ([0, 0, OVER], "Inconclusive"),
        ([-1, -1, -1], "Inconclusive"),
        ([0, 0, -1], "Inconclusive"),
        ([0, 0], "Inconclusive"),
        ([0], "Inconclusive"),
        ([], "Error"),
        ([0, 0, math.nan], "Error"),
        ([math.nan, OVER, OVER], "Error"),
        ([math.inf, math.inf, math.inf], "Error"),
    ],
)
def test_two_of_three_reads_decide(reads: list[float], expected: str) -> None:
    assert phase(*conditions(GATES["errors-below-ceiling"], VIEW), reads) == expected


@pytest.mark.parametrize(
    ("reads", "expected"),
    [([0], "Successful"), ([1], "Failed"), ([-1], "Inconclusive"), ([], "Error"), ([math.nan], "Error")],
)
def test_money_decides_at_the_first_read(reads: list[float], expected: str) -> None:
    assert phase(*conditions(GATES["money-no-duplicate-capture"], VIEW), reads) == expected
    assert "rangeQuery" not in gate_metric("money-no-duplicate-capture", VIEW, {})["provider"]["prometheus"]


@pytest.mark.parametrize(
    ("gate", "reads", "expected"),
    [
        ("enough-requests", [500, 600, 700], "Successful"),
        ("enough-requests", [499, 600, 700], "Inconclusive"),
        ("enough-requests", [0, 0, 0], "Inconclusive"),
        ("enough-requests", [], "Error"),
        ("stable-at-full-scale", [0, 0, 0], "Successful"),
        ("stable-at-full-scale", [4, 4, 4], "Inconclusive"),
        ("stable-at-full-scale", [], "Error"),
        ("metrics-are-fresh", [15, 30, 45], "Successful"),
        ("metrics-are-fresh", [15, 30], "Inconclusive"),
        ("metrics-are-fresh", [15, 30, 91], "Error"),
        ("metrics-are-fresh", [], "Error"),
    ],
)
def test_what_is_no_fault_of_the_canary_never_fails(gate: str, reads: list[float], expected: str) -> None:
    assert phase(*conditions(GATES[gate], VIEW), reads) == expected


@pytest.mark.parametrize("reads", [[], [math.nan] * 3, [math.inf] * 3, [-1.0] * 3, [0.0, 0.0, math.nan]])
@pytest.mark.parametrize("risk", CLASSES)
def test_no_gate_passes_without_data(risk: RiskClass, reads: list[float]) -> None:
    for kind in ("canary-at", "tripwire"):
        for metric in metrics_of(risk, kind):
            if metric["name"] != "metrics-are-fresh" or not reads or reads[0] != -1:
                found = phase(metric["successCondition"], metric["failureCondition"], reads)
                assert found in ("Inconclusive", "Error"), metric["name"]


@pytest.mark.parametrize("risk", CLASSES)
def test_both_conditions_are_written_and_name_what_is_no_number(risk: RiskClass) -> None:
    for metric in [*metrics_of(risk, "canary-at"), *metrics_of(risk, "tripwire")]:
        for condition in (metric["successCondition"], metric["failureCondition"]):
            if metric["name"] == UNDECIDED:
                assert condition == "nil"
            else:
                assert condition.startswith("len(result) == 0 || any(result, isNaN(#) || isInf(#))")


@pytest.mark.parametrize("risk", CLASSES)
def test_steps_pass_by_evidence_alone(risk: RiskClass) -> None:
    """`count` is reached by starved reads, too: only successes in a row may be what ends a step well."""
    for metric in metrics_of(risk, "canary-at"):
        assert 0 < metric["consecutiveSuccessLimit"] < metric["count"] == metric["inconclusiveLimit"], metric["name"]
        assert metric["failureLimit"] == 0
        assert metric["consecutiveErrorLimit"] == 60  # of one error in ten seconds: ten minutes


@pytest.mark.parametrize("risk", CLASSES)
def test_tripwire_passes_nothing_and_has_no_end_of_its_own(risk: RiskClass) -> None:
    for metric in metrics_of(risk, "tripwire"):
        assert "count" not in metric
        assert "consecutiveSuccessLimit" not in metric
        assert metric["inconclusiveLimit"] >= 1_000_000 or metric["name"] == UNDECIDED


OF_NO_ARM = (UNDECIDED, "money-ledger-balanced", "stable-at-full-scale", "no-burn-rate-page")


@pytest.mark.parametrize("risk", CLASSES)
def test_every_query_parses_and_asks_for_the_arms_by_hash(risk: RiskClass) -> None:
    for metric in [*metrics_of(risk, "canary-at"), *metrics_of(risk, "tripwire"), *metrics_of(risk, "preflight")]:
        query = metric["provider"]["prometheus"]["query"]
        promql_parser.parse(
            query.replace(f"{{{{args.{CANARY_HASH}}}}}", "c1").replace(f"{{{{args.{STABLE_HASH}}}}}", "s1")
        )
        if metric["name"] not in OF_NO_ARM:
            assert f"{{{{args.{CANARY_HASH}}}}}" in query, metric["name"]
        if "stable" in metric["name"]:
            assert f"{{{{args.{STABLE_HASH}}}}}" in query, metric["name"]


@pytest.mark.parametrize("scale", [1.0, 1 / 30])
def test_scale_shortens_every_time_and_no_number(scale: float) -> None:
    """What differs between scales are durations, the grace in errors and the ages in seconds."""
    whole, short = (
        gate_metric("errors-below-ceiling", tripwire_view(plan(time_scale=one)), {}) for one in (1.0, scale)
    )
    assert [whole[key] for key in ("successCondition", "failureCondition", "failureLimit")] == [
        short[key] for key in ("successCondition", "failureCondition", "failureLimit")
    ]
    assert (whole["interval"], short["interval"]) == ("1m", "1m" if scale == 1 else "2s")
    assert short["consecutiveErrorLimit"] == (60 if scale == 1 else 2)
    query = short["provider"]["prometheus"]["query"]
    assert ("[5m]" in query, "[10s]" in query) == (scale == 1, scale != 1)


def test_bake_has_the_stable_arm_of_the_steps_before_to_compare_with() -> None:
    """It gets no traffic any more: its samples must not be gone before a bake whose reads began again is over."""
    of = plan(traffic=MUCH)
    ladder = steps(of)
    controls = [view(of, ladder, place).control_s / 60 for place in range(len(ladder))]
    assert controls == [5, 10, 10, 15, 15 + 15 + 60]
    worker = plan("worker", traffic=MUCH)  # whose stable arm goes on working
    assert view(worker, steps(worker), 2).control_s == 900
