"""The table: what each lane needs by what is left, and by what nobody can tell."""

import pytest

from platformctl.budgets.policy import LANES, Lane, Left, Need, decide, percent, state_of
from tests.platformctl.budgets.settings import POLICY, section


def left(value: float | None, slo: str = "api-write") -> Left:
    return Left(slo, "api", value, "" if value is not None else "Prometheus does not answer")


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (1.0, "enough"),
        (0.25, "enough"),
        (0.249999, "low"),
        (1e-9, "low"),
        (0.0, "exhausted"),
        (-0.0, "exhausted"),
        (-3.0, "exhausted"),
    ],
)
def test_low_is_strictly_below_the_limit_and_nothing_left_is_exhausted(value: float, state: str) -> None:
    assert state_of(value, 25) == state


@pytest.mark.parametrize(
    ("value", "lane", "need"),
    [
        (0.9, "standard", "allowed"),
        (0.2, "standard", "approval"),
        (-0.1, "standard", "refused"),
        (0.2, "fix", "allowed"),
        (-0.1, "fix", "allowed"),
        (-0.1, "security", "allowed"),
    ],
)
def test_each_cell_of_the_table(value: float, lane: Lane, need: Need) -> None:
    found = decide(section(), [left(value)], lane)
    assert (found.need, found.at_most, found.undecided) == (need, need, False)
    assert found.because == (() if need == "allowed" else (left(value),))


def test_strictest_of_all_budgets_counts_and_is_named_alone() -> None:
    spent, low = left(-0.5, "webhooks"), left(0.1, "api")
    found = decide(section(), [left(0.9, "ledger"), low, spent], "standard")
    assert (found.need, found.because) == ("refused", (spent,))


def test_nothing_is_asked_where_there_is_no_budget() -> None:
    assert decide(section(), [], "standard").need == "allowed"


def test_unknown_budget_is_undecided_where_it_could_ask_for_more() -> None:
    unknown = left(None)
    found = decide(section(), [left(0.9, "ledger"), unknown], "standard")
    assert (found.need, found.at_most, found.undecided, found.because) == ("allowed", "refused", True, (unknown,))
    both = decide(section(), [left(0.1, "ledger"), unknown], "standard")
    assert (both.need, both.undecided, both.because) == ("approval", True, (left(0.1, "ledger"), unknown))


def test_unknown_budget_changes_nothing_where_it_could_not_ask_for_more() -> None:
    """A fix gets in while Prometheus is down, and what is refused anyway is not undecided."""
    for lane in ("fix", "security"):
        assert not decide(section(), [left(None)], lane).undecided
    spent = decide(section(), [left(None), left(0.0, "ledger")], "standard")
    assert (spent.need, spent.undecided, spent.because) == ("refused", False, (left(0.0, "ledger"),))


def test_policy_is_data() -> None:
    strict = section(
        low={"standard": "refused", "fix": "approval", "security": "allowed"}, exhausted=POLICY["exhausted"]
    )
    needs = [decide(strict, [left(0.1)], lane).need for lane in LANES]
    assert needs == ["refused", "approval", "allowed"]


@pytest.mark.parametrize(("share", "text"), [(0.24999, "24.9 %"), (1, "100.0 %"), (-0.0001, "-0.1 %"), (0.0, "0.0 %")])
def test_share_below_a_limit_is_not_shown_at_it(share: float, text: str) -> None:
    assert percent(share) == text
