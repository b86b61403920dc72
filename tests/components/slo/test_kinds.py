"""Service levels without PromQL: which series each kind reads, and what it takes for bad."""

from typing import Any

import pytest
from promql_parser import parse

from components.slo.definition import ServiceLevel
from components.slo.groups import groups
from components.slo.kinds import availability, completeness, freshness, latency, never_above, never_counts
from components.slo.standard import standard_levels

_OWN: dict[str, Any] = {"service": "api", "owner": "payments"}


def _read(one: ServiceLevel) -> None:
    """A grammar of PromQL takes all of its rules."""
    for group in groups([one]):
        for rule in group["rules"]:
            parse(rule["expr"])


def test_availability_is_of_a_counter_and_its_failures() -> None:
    one = availability(**_OWN, objective_percent=99.9)
    assert one.id == "api-availability"
    assert one.total == 'sum(rate(http_requests_total{service="api"}[{window}]))'
    assert one.bad == 'sum(rate(http_requests_total{service="api",code=~"5.."}[{window}]))'
    _read(one)


def test_series_without_the_label_of_a_service_are_named_by_others_or_by_none() -> None:
    one = availability(**_OWN, objective_percent=99, events="x_total", bad='ok="no"', matchers="")
    assert (one.total, one.bad) == ("sum(rate(x_total{}[{window}]))", 'sum(rate(x_total{ok="no"}[{window}]))')
    _read(one)


def test_completeness_is_a_ratio_of_another_kind() -> None:
    one = completeness(id="all-done", **_OWN, objective_percent=99, events="x_total", bad='late="yes"')
    assert (one.kind, one.bad) == ("completeness", 'sum(rate(x_total{service="api",late="yes"}[{window}]))')


@pytest.mark.parametrize(("threshold_s", "bound"), [(2.5, "2[.]5"), (60, "60|60[.]0"), (0.1, "0[.]1")])
def test_latency_reads_the_bucket_of_its_threshold_as_either_writes_it(threshold_s: float, bound: str) -> None:
    one = latency(**_OWN, objective_percent=99, threshold_s=threshold_s)
    within = f'sum(rate(http_request_duration_seconds_bucket{{service="api",le=~"{bound}"}}[{{window}}]))'
    count = 'sum(rate(http_request_duration_seconds_count{service="api"}[{window}]))'
    assert one.bad == f"clamp_min({count} - {within}, 0)"
    assert one.total == f"{count} and on () {within}"  # without the bucket nothing is known, and that is told
    assert one.threshold_s == threshold_s
    _read(one)


def test_freshness_counts_slices_and_takes_no_number_for_a_bad_one() -> None:
    one = freshness(id="lag", **_OWN, objective_percent=99.9, age_s="lag_seconds", limit_s=5)
    assert one.bad == "avg_over_time((1 - (max(lag_seconds) <= bool 5))[{window}:15s]) / 60"
    assert one.low_traffic_bad == 1
    _read(one)


def test_a_counter_that_must_not_grow_is_watched_at_its_birth_and_after_a_gap_too() -> None:
    one = never_counts(id="never", **_OWN, counter="x_total")
    known = 'last_over_time(x_total{service="api"}[1d] offset {window})'
    assert f'sum(x_total{{service="api"}} unless {known})' in one.bad
    assert f'sum((x_total{{service="api"}} != {known}) > 0)' in one.bad
    assert one.kind == "invariant"
    _read(one)


def test_a_value_that_must_not_be_above_its_limit() -> None:
    one = never_above(id="never", **_OWN, value="age_seconds", limit=900, latch_s=600)
    assert one.bad == "1 - (max_over_time(max(age_seconds)[1m:15s]) <= bool 900)"
    assert (one.total, one.latch_s) == ("count(age_seconds)", 600)
    _read(one)


def test_what_promises_nothing_else_promises_what_its_class_usually_does() -> None:
    told = {
        risk: [(one.id, one.objective_percent, one.bad.split("{")[0]) for one in standard_levels("x", "y", risk)]
        for risk in ("payment-write", "worker")
    }
    assert told == {
        "payment-write": [
            ("x-availability", 99.95, "sum(rate(http_requests_total"),
            ("x-latency", 99.0, "clamp_min(sum(rate(http_request_duration_seconds_count"),
        ],
        "worker": [
            ("x-availability", 99.9, "sum(rate(jobs_total"),
            ("x-latency", 99.0, "clamp_min(sum(rate(job_duration_seconds_count"),
        ],
    }
