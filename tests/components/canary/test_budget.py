"""Which recorded series a release is judged by."""

import re
from dataclasses import replace
from typing import Any

import pytest

from components.canary.budget import burn_rate, burning, least_budget, pages
from components.canary.ladders import steps
from components.canary.templates import view
from components.slo.definition import ServiceLevel
from components.slo.kinds import availability, completeness, latency, never_counts
from components.slo.windows import RECORDED
from tests.components.canary.plans import plan

OWN: dict[str, Any] = {"service": "billing-api", "owner": "payments"}
WRITES = availability(**OWN, id="writes", objective_percent=99.99)
READS = availability(**OWN, id="reads", objective_percent=99.9, low_traffic_bad=50)
SPEED = latency(**OWN, id="speed", objective_percent=99, threshold_s=2.5)
SLOW = completeness(**OWN, id="settled", objective_percent=99.9, events="a_total", bad='b="c"', windows=("3d",))
NEVER = never_counts(**OWN, id="never", counter="broken_total")


def _bake(*levels: ServiceLevel, hold_s: float | None = None) -> str:
    of = plan(levels=levels)
    last = view(of, steps(of), len(steps(of)) - 1)
    return burn_rate(replace(last, window_s=hold_s) if hold_s else last)


def _named(query: str) -> set[str]:
    return set(re.findall(r"slo=~\"([^\"]*)\"", query))


def test_levels_whose_fast_burn_pages_are_judged_and_no_others() -> None:
    of = plan(levels=(WRITES, SLOW, NEVER, SPEED))
    assert [one.id for one in burning(of)] == ["writes", "speed"]
    assert "== 2" in burn_rate(view(of, steps(of), 0))
    assert "writes|speed" in _named(_bake(WRITES, SLOW, NEVER, SPEED))


def test_gates_read_recorded_series_and_alerts_alone() -> None:
    of = plan(levels=(WRITES, SPEED))
    for query in (_bake(WRITES, SPEED), pages(view(of, steps(of), 0))):
        series = set(re.findall(r"([a-zA-Z_:][\w:]*)\{", query.replace("{{", "").replace("}}", "")))
        assert all(one.startswith("slo:") or one in ("up", "ALERTS") for one in series), series
        assert "increase(" not in query
        assert "[" not in query.replace("{{", "")
    assert 'severity="page"' in pages(view(of, steps(of), 0))


@pytest.mark.parametrize(
    ("hold_s", "window"),
    [(60, "5m"), (300, "5m"), (301, "30m"), (900, "30m"), (7200, "2h"), (7201, "6h"), (10**6, "3d")],
)
def test_recorded_window_covers_the_hold(hold_s: float, window: str) -> None:
    assert window in RECORDED
    assert set(re.findall(r"slo:burn_rate:rate(\w+)", _bake(WRITES, hold_s=hold_s))) == {window}


def test_requests_are_counted_once_and_as_many_as_the_strictest_budget_needs() -> None:
    of = plan(levels=(WRITES, READS, SPEED))
    assert least_budget(of) == pytest.approx(0.0001)
    assert steps(of)[-1].needed == 30_000  # 3 / 0.0001
    assert 'sum(slo:total_events:rate30m{service="billing-api",slo=~"writes|reads"}) * 1800 >= 30000' in _bake(
        WRITES, READS, SPEED, hold_s=900
    )


def test_each_level_has_the_bad_events_of_its_own_alert() -> None:
    query = _bake(WRITES, READS, hold_s=900)
    assert 'round(slo:bad_events:rate30m{service="billing-api",slo=~"writes"} * 1800) >= 10' in query
    assert 'round(slo:bad_events:rate30m{service="billing-api",slo=~"reads"} * 1800) >= 50' in query


def test_service_without_budgets_has_no_gates_of_them() -> None:
    of = plan(levels=(NEVER,))
    assert not {"burn-rate-within-budget", "no-burn-rate-page"} & {one for step in steps(of) for one in step.rung.gates}
    assert steps(of)[-1].needed == 3000


def test_levels_of_another_service_are_refused() -> None:
    with pytest.raises(ValueError, match="levels of billing-api must be its own, got other-availability of other"):
        plan(levels=(availability(service="other", owner="payments", objective_percent=99.9),))
