"""Service levels: what may be declared, and what is refused with which arithmetic."""

import json
import math
import re
from typing import Any

import pytest

from components.slo.definition import from_dict
from components.slo.windows import ALL_WINDOWS, WINDOWS
from tests.components.slo.levels import invariant, level


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Api"}, "id of service level 'Api' must be 1 to 63 of a-z 0-9 -"),
        ({"id": "a" * 64}, "must be 1 to 63 of a-z 0-9 -"),
        ({"owner": ""}, "owner of service level 'api-availability' must be 1 to 63"),
        ({"runbook": "../x"}, "runbook of service level 'api-availability' must be 1 to 63"),
        ({"kind": "speed"}, "kind of service level 'api-availability' must be one of availability, latency"),
        ({"alert_class": "sms"}, "alert_class of service level 'api-availability' must be one of slo, canary"),
        ({"objective_percent": 100}, "must be above 0 and below 100, got 100: declare what must never happen"),
        ({"objective_percent": 0}, "above 0 and below 100, got 0"),
        ({"objective_percent": math.nan}, "above 0 and below 100, got nan"),
        ({"objective_percent": "99.9"}, "above 0 and below 100, got '99.9'"),
        ({"objective_percent": 99.99999999}, "a percentage of at most 6 decimals"),
        (
            {"period_days": 2},
            "period_days of service level 'api-availability' must be a whole number of 3 to 90, got 2",
        ),
        ({"period_days": 30.5}, "a whole number of 3 to 90, got 30.5"),
        ({"low_traffic_bad": 0}, "low_traffic_bad of service level 'api-availability' must be a whole number of 1"),
        ({"scrape_interval_s": 61}, "scrape_interval_s of service level 'api-availability' must be a whole number"),
        ({"latch_s": 1}, "latch_s of service level 'api-availability' must be a whole number of 300 to 86400, got 1"),
        ({"threshold_s": -1}, "threshold_s of service level 'api-availability' must be above 0, or left out, got -1"),
        ({"windows": ("6h", "1h")}, "windows of service level 'api-availability' must be some of 1h, 6h, 1d, 3d"),
        ({"windows": ()}, "must be some of 1h, 6h, 1d, 3d, in this order and once each, got ()"),
        ({"bad": " "}, "bad of service level 'api-availability' must be an expression of PromQL"),
        (
            {"total": "sum(rate(x[5m]))"},
            "total of service level 'api-availability' must be an expression with [{window}]",
        ),
        ({"total": "sum(rate(x[{window}])"}, "whose brackets and quotes are closed (( is not)"),
        ({"total": 'sum(rate(x{a="b}[{window}]))'}, "whose brackets and quotes are closed"),
        ({"total": "sum(rate(x[{window}])) + {window}"}, "only where a range or an offset stands"),
        ({"description": "x" * 1051}, "description of service level 'api-availability' must be a text of at most 1050"),
        (
            {"invariant_severity": "sms"},
            "invariant_severity of service level 'api-availability' must be page or ticket",
        ),
    ],
)
def test_refuses_what_no_service_level_can_be(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        level(**changes)


def test_an_alert_that_can_never_fire_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(ValueError, match="objective_percent") as refused:
        level(objective_percent=93)
    assert str(refused.value) == (
        "objective_percent of service level 'api-availability' must be above 93.06 for the alert of 1h, which fires"
        " when more than 14.4 x 0.07 = 1.008 of the events are bad, and no more than all can be, got 93: raise it, or"
        " leave 1h out of `windows`"
    )


def test_an_objective_may_be_low_where_the_declaration_leaves_the_alert_out() -> None:
    assert level(objective_percent=93, windows=("6h", "1d", "3d")).severity == "page"
    assert level(objective_percent=93.1).windows == ALL_WINDOWS
    with pytest.raises(ValueError, match=r"above 83\.33 for the alert of 6h"):
        level(objective_percent=80, windows=("6h", "1d", "3d"))


def test_factors_are_the_share_of_the_period_over_the_window_and_never_below_one() -> None:
    assert [float(window.factor(30)) for window in WINDOWS] == [14.4, 6, 3, 1]
    assert [float(window.factor(90)) for window in WINDOWS] == [43.2, 18, 9, 3]
    assert [float(window.factor(7)) for window in WINDOWS] == [3.36, 1.4, 1, 1]


def test_an_invariant_has_no_budget() -> None:
    assert invariant().budget == 0
    with pytest.raises(ValueError, match="must be 100, as an invariant has no budget, got 99"):
        invariant(objective_percent=99)


def test_a_level_comes_back_from_json_as_it_was() -> None:
    for one in (level(windows=("6h", "3d"), threshold_s=2.5), invariant()):
        assert from_dict(json.loads(json.dumps(one.as_dict()))) == one


def test_the_budget_is_exact() -> None:
    assert [str(level(objective_percent=percent).budget) for percent in (99.95, 99.9, 99)] == [
        "0.0005",
        "0.001",
        "0.01",
    ]
