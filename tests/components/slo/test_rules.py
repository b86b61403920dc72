"""Rules of a service level, as text: what promtool says of them is tested in tests/slo."""

from itertools import pairwise

import pytest
from promql_parser import parse

from components.slo.alerts import absence_s
from components.slo.groups import groups
from components.slo.rules import Rule, summed
from tests.components.slo.levels import invariant, level

_LABELS = {"slo": "api-availability", "service": "api", "owner": "payments"}


def _rules(speed: str) -> list[Rule]:
    return next(one["rules"] for one in groups([level()]) if one["name"].endswith(speed))


def _named(name: str) -> Rule:
    return next(rule for rule in (*_rules("fast"), *_rules("slow")) if rule.get("record") == name)


def test_every_expression_is_promql() -> None:
    expressions = [rule["expr"] for group in groups([level(), invariant()]) for rule in group["rules"]]
    assert expressions
    assert all(map(parse, expressions))  # it raises for what is none


def test_the_series_are_those_that_others_read() -> None:
    windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    rated = {f"slo:{name}:rate{one}" for name in (*_RATED, "seen") for one in windows}
    recorded = {rule["record"] for rule in (*_rules("fast"), *_rules("slow")) if "record" in rule}
    assert recorded == rated | _SINGLE


_RATED = ("bad_events", "total_events", "error_ratio", "burn_rate")
_SINGLE = {
    "slo:bad_events:rate1m",
    "slo:total_events:rate1m",
    "slo:objective:ratio",
    "slo:period:days",
    "slo:bad_events:period",
    "slo:total_events:period",
    "slo:error_budget_remaining:ratio",
    "slo:error_budget_exhausted_in:seconds",
}


def test_recorded_series_have_these_labels_and_no_more() -> None:
    assert all(rule["labels"] == _LABELS for rule in (*_rules("fast"), *_rules("slow")) if "record" in rule)


def test_raw_series_are_read_in_two_rules_alone() -> None:
    reading = [rule["record"] for rule in (*_rules("fast"), *_rules("slow")) if "http_requests_total" in rule["expr"]]
    assert reading == ["slo:total_events:rate1m", "slo:bad_events:rate1m"]


def test_a_ratio_is_the_quotient_of_two_sums() -> None:
    for rule in (*_rules("fast"), *_rules("slow")):
        if (name := rule.get("record", "")).startswith("slo:error_ratio"):
            window = name.rpartition(":rate")[2]
            bad, total = (f'slo:{one}:rate{window}{{slo="api-availability"}}' for one in _RATED[:2])
            assert rule["expr"] == f"clamp_max({bad} / ({total} > 0), 1)"


def test_absent_errors_count_as_none_while_there_is_a_total() -> None:
    assert _named("slo:bad_events:rate1m")["expr"].endswith(
        'or on () slo:total_events:rate1m{slo="api-availability"} * 0'
    )


def test_what_a_rule_reads_stands_before_it_in_its_group_or_in_the_faster_one() -> None:
    known: set[str] = set()
    for rule in (*_rules("fast"), *_rules("slow")):
        read = {part.split("{")[0] for part in rule["expr"].replace("(", " ").split() if part.startswith("slo:")}
        assert read <= known, rule
        known.add(rule.get("record", ""))


def test_a_slower_scrape_is_read_over_more_time() -> None:
    slow = groups([level(scrape_interval_s=60)])[0]["rules"]
    assert slow[0]["record"] == "slo:total_events:rate4m"
    assert "[4m]" in slow[0]["expr"]


@pytest.mark.parametrize(
    ("objective", "wait_s"),
    [(99.95, 120), (99, 540), (94, 3120)],  # 26 s, 518 s, 3110 s
)
def test_absence_waits_as_long_as_a_total_failure_would_take_to_page(objective: float, wait_s: int) -> None:
    assert absence_s(level(objective_percent=objective)) == wait_s


def test_alerts_say_whose_they_are_and_what_to_read() -> None:
    alerts = [rule for rule in (*_rules("fast"), *_rules("slow")) if "alert" in rule]
    assert [(one["alert"], one["labels"].get("window"), one["labels"]["severity"]) for one in alerts] == [
        ("ErrorBudgetBurn", "1h", "page"),
        ("ErrorBudgetBurn", "6h", "page"),
        ("SliAbsent", None, "page"),
        ("ErrorBudgetBurn", "1d", "ticket"),
        ("ErrorBudgetBurn", "3d", "ticket"),
        ("ErrorBudgetExhausted", None, "ticket"),
    ]
    for one in alerts:
        assert one["labels"] == {**one["labels"], **_LABELS, "class": "slo"}
        assert set(one["annotations"]) == {"summary", "description", "runbook"}
    assert {one["annotations"]["runbook"] for one in alerts} == {
        "docs/runbooks/error-budget-burning.md",
        "docs/runbooks/sli-absent.md",
    }


def test_an_invariant_has_no_burn_rate_and_calls_at_once() -> None:
    rules = [rule for group in groups([invariant()]) for rule in group["rules"]]
    assert {rule["alert"] for rule in rules if "alert" in rule} == {"InvariantBroken", "SliAbsent"}
    broken = next(rule for rule in rules if rule.get("alert") == "InvariantBroken")
    assert broken["for"] == "0s"
    assert broken["labels"]["class"] == "money"
    assert "[3600s]" in broken["expr"]


def test_a_level_that_only_makes_tickets_does_not_page_when_it_is_absent() -> None:
    rules = groups([level(windows=("3d",))])[0]["rules"]
    assert [rule["labels"]["severity"] for rule in rules if rule.get("alert") == "SliAbsent"] == ["ticket"]


@pytest.mark.parametrize(
    ("expression", "whole"),
    [
        ("sum(rate(x[1m]))", True),
        ("sum(rate(x[1m])) / sum(rate(y[1m]))", False),
        ('sum(rate(x{a="("}[1m])) + sum(rate(y{a=")"}[1m]))', False),
        ("sum by (le) (rate(x[1m]))", False),
        ("rate(x[1m])", False),
    ],
)
def test_only_what_is_not_one_sum_is_summed(expression: str, whole: bool) -> None:
    assert summed(expression) == (expression if whole else f"sum({expression})")


def test_groups_are_named_apart() -> None:
    names = [group["name"] for group in groups([level(), invariant()])]
    assert all(before != after for before, after in pairwise(sorted(names)))
