"""Sample sizes against the figures of the literature, and holds that follow from them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.canary.comparisons import (
    CHARGES_TO_TELL,
    CHARGES_TO_TELL_FAR,
    FAR_FEWER_APPROVALS,
    FEWER_APPROVALS,
    MORE_ERRORS,
)
from components.canary.queries import DEVIATIONS, FEWEST_BAD, LEAST_RATIO
from components.canary.samples import charges_needed, hold_s, requests_needed


@pytest.mark.parametrize(("bound", "needed"), [(0.01, 300), (0.005, 600), (0.001, 3000), (0.0005, 6000)])
def test_rule_of_three(bound: float, needed: int) -> None:
    assert requests_needed(bound) == needed
    assert (1 - bound) ** needed < 0.05  # so many good ones are that unlikely if errors were as frequent as the bound


@pytest.mark.parametrize(
    ("drop", "charges"), [(FEWER_APPROVALS, CHARGES_TO_TELL), (FAR_FEWER_APPROVALS, CHARGES_TO_TELL_FAR)]
)
def test_charges_are_those_that_two_proportions_need(drop: float, charges: int) -> None:
    assert charges_needed(drop) == pytest.approx(charges, rel=0.02)


def test_charges_give_the_power_that_they_promise() -> None:
    """A fall of two points is beyond the 5 % quantile of chance in four of five samples."""
    n, p, drop = charges_needed(0.02), 0.92, 0.02
    deviation = math.sqrt(p * (1 - p) / n)
    assert 0.5 * math.erfc((1.6449 * deviation - drop) / deviation / math.sqrt(2)) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("table_s", "needed", "per_s", "share", "expected"),
    [
        (300, 300, 50, 1, 600),  # 0.5 requests a second
        (300, 300, 1000, 1, 300),  # the table's
        (600, 1150, 4, 25, 1150),
        (900, 0, 0, 50, 900),  # nothing to count
    ],
)
def test_hold_is_the_tables_or_the_time_for_the_samples(
    table_s: float, needed: int, per_s: float, share: float, expected: float
) -> None:
    assert hold_s(table_s, needed, per_s, share) == expected


@given(st.floats(60, 3600), st.integers(1, 10_000), st.floats(0.01, 10_000), st.floats(0.5, 100))
def test_hold_brings_the_samples(table_s: float, needed: int, per_s: float, share: float) -> None:
    hold = hold_s(table_s, needed, per_s, share)
    assert hold >= table_s
    assert hold * per_s * share / 100 >= needed * 0.999999


@pytest.mark.parametrize("requests", [10, 60, 300, 600, 1000, 3000, 10_000, 100_000])
def test_healthy_canary_is_aborted_by_chance_hardly_ever(requests: int) -> None:
    """Probability that one window of a canary as good as the stable arm, at the edge of the SLO, fails."""
    ratio = LEAST_RATIO
    least = max(
        FEWEST_BAD,
        math.floor(requests * (ratio + MORE_ERRORS)) + 1,
        math.floor(requests * ratio + DEVIATIONS * math.sqrt(requests * ratio)) + 1,
    )
    assert _at_least(least, requests * ratio) < 3e-4


def _at_least(events: int, mean: float) -> float:
    """Poisson."""
    return 1 - sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events))
