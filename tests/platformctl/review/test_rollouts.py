"""How new versions are let in, and whether that is looser than before."""

from typing import Any

import pytest

from platformctl.review.sections.rollouts.knobs import LOOSER, OTHER, TIGHTER
from platformctl.review.sections.rollouts.metrics import direction
from policies import tokens
from policies.examples import Node
from tests.platformctl.review.made import compared, items, said


def _weight(weight: int) -> dict[str, Any]:
    return {"setWeight": weight}


def _check(name: str) -> dict[str, Any]:
    return {"analysis": {"templates": [{"templateName": name}]}}


STEPS = [_weight(1), _check("a"), _weight(25), _check("b"), _weight(50), {"pause": {"duration": "10m"}}]


BUDGET, SCALER = tokens.DISRUPTION_BUDGET, tokens.AUTOSCALER


def rollout(steps: list[Any] | None = None, /, *, canary: dict[str, Any] | None = None, **spec: Any) -> Node:
    strategy = {"canary": {"steps": STEPS if steps is None else steps, **(canary or {})}}
    return Node(tokens.ROLLOUT, "api", {"spec": {"replicas": 3, "strategy": strategy, **spec}})


def analysis(**metric: Any) -> Node:
    told = {"name": "errors", "failureLimit": 0, "count": 10, "interval": "1m", "successCondition": "result[0] <= 0.01"}
    query = {"prometheus": {"query": metric.pop("query", "sum(rate(errors[5m])) > 0.5")}}
    return Node(tokens.ANALYSIS_TEMPLATE, "api-canary", {"spec": {"metrics": [{**told, "provider": query, **metric}]}})


def object_(type_: str, **spec: Any) -> Node:
    return Node(type_, "api", {"spec": spec})


@pytest.mark.parametrize(
    ("looser", "tighter", "what"),
    [
        (rollout(replicas=2), rollout(), "replicas"),
        (rollout(canary={"maxUnavailable": "25%"}), rollout(canary={"maxUnavailable": 0}), "maxUnavailable"),
        (rollout(canary={"scaleDownDelaySeconds": 30}), rollout(canary={"scaleDownDelaySeconds": 60}), "scaleDown"),
        (rollout(canary={"analysis": {"startingStep": 5}}), rollout(canary={"analysis": {}}), "startingStep"),
        (rollout(), rollout(progressDeadlineAbort=True), "progressDeadlineAbort"),
        (rollout(STEPS[:-1]), rollout(), "the canary's steps"),
        (rollout([_weight(1), *STEPS[2:]]), rollout(), "the canary's steps"),
        (rollout([_weight(50), *STEPS[1:]]), rollout([_weight(50), *STEPS[1:], _check("c")]), "the canary's steps"),
        (rollout(canary={}), rollout(canary={"analysis": {"templates": [{"templateName": "t"}]}}), "beside the steps"),
        (analysis(failureLimit=3), analysis(), "errors: failureLimit 0"),
        (analysis(count=5), analysis(), "errors: count"),
        (analysis(successCondition="result[0] <= 0.05"), analysis(), "errors: successCondition"),
        (object_(BUDGET, maxUnavailable=2), object_(BUDGET, maxUnavailable=1), "max"),
        (object_(BUDGET, minAvailable="50%"), object_(BUDGET, minAvailable="75%"), "min"),
        (object_(SCALER, minReplicas=2), object_(SCALER, minReplicas=3), "minReplicas"),
        (object_(tokens.DEPLOYMENT, replicas=1), object_(tokens.DEPLOYMENT, replicas=2), "replicas"),
    ],
)  # fmt: skip
def test_looser_settings_are_told_apart_from_tighter_ones(looser: Node, tighter: Node, what: str) -> None:
    (loosened,) = said((tighter,), (looser,), "rollout")
    assert loosened.startswith(f"{looser.name}: loosened: ")
    assert what.split(" 0")[0] in loosened
    (tightened,) = said((looser,), (tighter,), "rollout")
    assert tightened.startswith(f"{looser.name}: tightened: ")
    assert said((looser,), (looser,), "rollout") == []


def test_steps_are_shown_as_they_were_and_as_they_are() -> None:
    (item,) = items(compared((rollout(),), (rollout([_weight(50), _check("b")]),)), "rollout")
    assert item.details == (
        "was: 1 % · analysis a · 25 % · analysis b · 50 % · pause 10m",
        "is: 50 % · analysis b",
    )
    (item,) = items(compared((rollout(),), (rollout([*STEPS, _weight(60)]),)), "rollout")
    assert "changed" in item.summary or "tightened" in item.summary


def test_numbers_of_a_state_and_of_a_program_are_the_same() -> None:
    written, sent = ([{"setCanaryScale": {"weight": number}}, {"setWeight": number}] for number in (10, 10.0))
    assert said((rollout(written),), (rollout(sent),), "rollout") == []


def test_another_image_is_no_change_of_strategy() -> None:
    one, other = (rollout(template={"spec": {"containers": [{"image": image}]}}) for image in "ab")
    assert said((one,), (other,), "rollout") == []


@pytest.mark.parametrize("node", [rollout(), analysis(), object_(BUDGET), object_(SCALER)])
def test_what_watched_over_a_rollout_and_goes_is_told(node: Node) -> None:
    (line,) = said((node,), (), "rollout")
    assert line.startswith(f"{node.name}: loosened: ")
    assert said((), (node,), "rollout") == []


def test_metrics_that_come_and_go_and_other_queries_are_told() -> None:
    two = Node(
        tokens.ANALYSIS_TEMPLATE,
        "api-canary",
        {"spec": {"metrics": [*analysis().props["spec"]["metrics"], {"name": "latency"}]}},
    )
    assert said((two,), (analysis(),), "rollout") == ["api-canary: loosened: no longer checks latency"]
    assert said((analysis(),), (two,), "rollout") == ["api-canary: tightened: checks latency, too"]
    (item,) = items(compared((analysis(),), (analysis(query="sum(rate(errors[5m])) > 0.9"),)), "rollout")
    assert (item.summary, item.details) == ("changed: errors: what is measured", ("numbers in its query: 0.5 → 0.9",))
    (item,) = items(compared((analysis(),), (analysis(query="vector(0)"),)), "rollout")
    assert item.details == ("its query is another one",)


@pytest.mark.parametrize(
    ("was", "now", "key", "way"),
    [
        ("result[0] <= 0.01", "result[0] <= 0.05", "successCondition", LOOSER),
        ("result[0] >= 99", "result[0] >= 90", "successCondition", LOOSER),
        ("result[0] > 0.01", "result[0] > 0.05", "failureCondition", LOOSER),
        ("result[0] < 90", "result[0] < 95", "failureCondition", TIGHTER),
        ("result[0] <= 0.01", "result[0] <= 0.001", "successCondition", TIGHTER),
        ("result[0] <= 0.01", "true", "successCondition", OTHER),
        ("a <= 1 && b >= 9", "a <= 2 && b >= 10", "successCondition", OTHER),
        ("result[0] > 1", None, "failureCondition", LOOSER),
        ("len(result) == 3", "len(result) == 2", "successCondition", OTHER),
    ],
)
def test_conditions_are_compared_by_their_bounds(was: str, now: str | None, key: str, way: str) -> None:
    assert direction(was, now, key) == way
