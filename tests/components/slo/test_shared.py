"""Which sums of raw series are read once for both the bad and the total events."""

import pytest

from components.slo.rules import base_rules
from components.slo.shared import is_sum, shared_sums
from stacks.slo import SERVICE_LEVELS
from tests.components.slo.levels import level

COUNT, BUCKET = 'sum(rate(n_count{route="a"}[1m]))', 'sum(rate(n_bucket{le="1"}[1m]))'


@pytest.mark.parametrize(
    ("bad", "total", "shared"),
    [
        (f"clamp_min({COUNT} - {BUCKET}, 0)", f"{COUNT} and on () {BUCKET}", [COUNT, BUCKET]),
        ("sum(rate(errors[1m]))", COUNT, []),
        ('sum(a{x=")"}) + 1', 'sum(a{x=")"})', ['sum(a{x=")"})']),
        ("sum(a) by (code)", "sum(a) by (code)", []),
        ("checksum(a)", "checksum(a)", []),
        ("avg_over_time(sum(a)[5m:1m])", "sum(a)", []),
        ("sum(a", "sum(a", []),
    ],
)
def test_outermost_sums_of_both_are_shared(bad: str, total: str, shared: list[str]) -> None:
    assert shared_sums(bad, total) == shared


def test_a_sum_is_all_of_an_expression_or_none() -> None:
    assert is_sum('sum(a{x="("})')
    assert not any(map(is_sum, ("sum(a) + sum(b)", "sum(a) by (c)", "(sum(a))", "asum(a)", "")))


def test_no_level_reads_a_raw_series_twice() -> None:
    latencies = [one for one in SERVICE_LEVELS if one.kind == "latency"]
    assert latencies
    for one in latencies:
        expressions = " ".join(rule["expr"] for rule in base_rules(one))
        assert (expressions.count("_count{"), expressions.count("_bucket{")) == (1, 1)


def test_what_is_shared_is_told_apart_by_its_part() -> None:
    count, bucket = (one.replace("1m", "{window}") for one in (COUNT, BUCKET))
    rules = base_rules(level(bad=f"{count} - {bucket}", total=f"{count} and on () {bucket}"))
    names = [(rule["record"], rule["labels"].get("part")) for rule in rules]
    assert names[:2] == [("slo:shared_events:rate1m", "0"), ("slo:shared_events:rate1m", "1")]
    assert all(f'part="{part}"' in rule["expr"] for rule in rules[2:] for part in (0, 1))
