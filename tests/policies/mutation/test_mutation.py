"""Every property that a rule says it reads makes a difference to its verdicts, and it reads no others."""

import pytest

from policies.rule import Rule
from policies.rules import ALL, BY_ID
from tests.policies.mutation.exceptions import ABOUT_LITERALS, ABOUT_OTHERS, EXCEPTIONS, UNCHANGEABLE
from tests.policies.mutation.scoring import Score, score
from tests.policies.mutation.tracing import undeclared


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {rule.id: score(rule) for rule in ALL}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_changes_of_compliant_examples_are_noticed(rule: Rule, scores: dict[str, Score]) -> None:
    """If this fails for a good reason, tests/policies/mutation/exceptions.py is the place to write it down."""
    found = {entry for _, entry in scores[rule.id].unnoticed}
    assert found == set(EXCEPTIONS.get(rule.id, {})), f"{rule.id}: {scores[rule.id].unnoticed}"


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_property_that_is_read_decides_somewhere(rule: Rule, scores: dict[str, Score]) -> None:
    assert {(rule.id, entry) for entry in scores[rule.id].dead} == {key for key in UNCHANGEABLE if key[0] == rule.id}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_what_fails_for_some_value_does_not_pass_while_it_is_unknown(rule: Rule, scores: dict[str, Score]) -> None:
    blind = {place for place in scores[rule.id].blind if rule.id not in ABOUT_OTHERS or "assumeRolePolicy" not in place}
    assert rule.id in ABOUT_LITERALS or not blind


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_rules_say_all_that_they_read(rule: Rule) -> None:
    assert list(undeclared(rule)) == []


def test_exceptions_are_of_rules_that_exist() -> None:
    assert set(EXCEPTIONS) <= set(BY_ID)
