"""When the rules call somebody, on random traffic; `python -m benchmarks.slo_simulation` prints all of it."""

from stacks.slo import SERVICE_LEVELS
from tests.slo.simulation import detected, healthy

API = next(level for level in SERVICE_LEVELS if level.id == "api-write-availability")
SEED = 8
PROMISED_S, WAIT_S = 120, 300


def test_a_total_failure_of_the_api_is_told_within_two_minutes() -> None:
    """Of which 26 s are the arithmetic's (14.4 x 0.05 % of an hour), the rest scrapes and evaluations."""
    pages = [seconds for seconds in detected(API, 1.0, SEED, WAIT_S).values() if seconds is not None]
    assert min(pages, default=WAIT_S) <= PROMISED_S


def test_nobody_is_called_in_thirty_days_of_healthy_traffic() -> None:
    assert healthy(API, 30, SEED, only="fast") == {}


def test_unhealthy_traffic_is_told_apart() -> None:
    """The same day with eight times the errors of its budget is no healthy one: the month above could have failed."""
    assert "ErrorBudgetBurn 6h" in healthy(API, 1, SEED, only="fast", errors=8.0)
