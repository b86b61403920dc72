"""Service levels are read from what is deployed."""

from typing import Any

import pytest

from platformctl.budgets.declared import Declared, declared
from platformctl.errors import CommandError
from tests.platformctl.budgets.settings import level, rule


def test_levels_with_a_budget_are_read_from_the_rules_by_id() -> None:
    other = {"type": "kubernetes:core/v1:ConfigMap", "inputs": rule(level("no"))["inputs"]}
    found = declared(
        [rule(level("b"), level("ledger", kind="invariant", objective_percent=100)), rule(level("a")), other]
    )
    assert found == tuple(Declared(slo, "api", "payments", "availability", 99.95, 30) for slo in ("a", "b"))


def test_rule_without_levels_is_none_of_them() -> None:
    odd: list[Any] = [{}, {"metadata": {}}, {"metadata": {"annotations": None}}, None]
    for inputs in odd:
        assert declared([{**rule(), "inputs": inputs}]) == ()


def test_one_level_alone_need_not_be_a_list() -> None:
    one = rule()
    one["inputs"]["metadata"]["annotations"]["platform/slo"] = (
        '{"id":"a","service":"s","owner":"o","kind":"latency",' + ('"objective_percent":99,"period_days":28}')
    )
    assert [(found.slo, found.period_days) for found in declared([one])] == [("a", 28)]


@pytest.mark.parametrize("text", ["", "{", "7", '[{"id": "a"}]', '["a"]', '[{"kind":"latency","id":"a"}]'])
def test_annotation_that_is_none_of_ours_is_an_error_that_names_it(text: str) -> None:
    bad: dict[str, Any] = rule()
    bad["inputs"]["metadata"]["annotations"]["platform/slo"] = text
    with pytest.raises(CommandError, match="platform/slo of the PrometheusRule api-slo"):
        declared([bad])
