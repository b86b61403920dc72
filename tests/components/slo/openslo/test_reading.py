"""OpenSLO documents of others: what they mean here, and what of them is refused, where and why."""

import re
from typing import Any

import pytest
from promql_parser import parse

from components.slo.groups import groups
from components.slo.openslo.reading import Read, read
from tests.components.slo.openslo.documents import TOTAL, document, metric, ratio, slo, threshold

_GOOD_RATE = 'sum(rate(http_requests_total{component="web",code=~"2..|4.."}[{window}]))'
_TOTAL_RATE = 'sum(rate(http_requests_total{component="web"}[{window}]))'


def _read(*documents: Any) -> Read:
    found = read(documents, "web-team")
    for group in groups(found.levels):
        for rule in group["rules"]:
            parse(rule["expr"])
    return found


def _one(*documents: Any) -> Any:
    (only,) = _read(*documents).levels
    return only


def test_counters_are_rated_before_they_are_summed_and_good_events_that_are_absent_are_none() -> None:
    one = _one(slo())
    assert one.total == _TOTAL_RATE
    assert one.bad == f"clamp_min({_TOTAL_RATE} - ({_GOOD_RATE} or vector(0)), 0)"
    assert (one.id, one.service, one.owner, one.kind) == ("web-availability", "web", "web-team", "availability")
    assert (one.objective_percent, one.period_days) == (99.5, 28)


def test_bad_events_are_taken_as_they_are() -> None:
    bad = metric('sum by (pod) (http_requests_total{code=~"5.."})')
    assert _one(slo(ratio(good=None, bad=bad))).bad == 'sum(rate(http_requests_total{code=~"5.."}[{window}]))'


@pytest.mark.parametrize(
    "written",
    ["5m", "{{.window}}", "{{ .window }}", "$__rate_interval", "${__rate_interval}", "{window}", "1h30m"],
)
def test_a_range_becomes_the_one_that_is_filled_in(written: str) -> None:
    query = f'sum(rate(x_total{{path="[5m]"}}[{written}]))'
    one = _one(slo(ratio(counter=False, good=None, bad=metric(query), total=metric(query))))
    assert one.bad == 'sum(rate(x_total{path="[5m]"}[{window}]))'


def test_what_is_counted_over_a_range_is_counted_per_second() -> None:
    query = metric('sum(increase(x_total{path="increase("}[5m]))')
    one = _one(slo(ratio(counter=False, good=None, bad=query, total=query)))
    assert one.total == 'sum(rate(x_total{path="increase("}[{window}]))'


def test_a_percentage_and_several_objectives_are_levels_of_their_own() -> None:
    given = [{"displayName": "Fast enough", "targetPercent": 99.95}, {"target": 0.99}]
    assert [(one.id, one.objective_percent) for one in _read(slo(objectives=given)).levels] == [
        ("web-availability-fast-enough", 99.95),
        ("web-availability-1", 99),
    ]


def test_an_indicator_may_be_a_document_and_its_source_too() -> None:
    source = document("DataSource", "main", {"type": "prometheus", "connectionDetails": {}})
    total = metric(TOTAL, None, metricSourceRef="main")
    sli = document("SLI", "web-ratio", ratio(total=total))
    assert _one([source, sli], slo(**_NAMED)).total == _TOTAL_RATE


_NAMED: dict[str, Any] = {"indicator": None, "indicatorRef": "web-ratio"}


def test_slices_of_a_ratio_are_good_or_bad_as_a_whole() -> None:
    objective = {"target": 0.99, "timeSliceTarget": 0.95, "timeSliceWindow": 5}
    one = _one(slo(None, objective, budgetingMethod="Timeslices"))
    assert "[300s]" in one.bad
    assert "<= bool 0.05" in one.bad
    assert one.bad.endswith("[{window}:15s]) / 300")
    assert one.low_traffic_bad == 1


@pytest.mark.parametrize(
    ("operator", "good"),
    [
        ("lte", "max(q) <= bool 60"),
        ("lt", "max(q) < bool 60"),
        ("gte", "min(q) >= bool 60"),
        ("gt", "min(q) > bool 60"),
    ],
)
def test_a_threshold_is_held_against_the_worst_series(operator: str, good: str) -> None:
    one = _one(slo(threshold("q"), {"target": 0.99, "op": operator, "value": 60}))
    assert f"1 - ({good})" in one.bad
    assert one.kind == "freshness"


def test_slices_of_a_threshold_need_enough_good_looks() -> None:
    objective = {"target": 0.99, "op": "lte", "value": 60, "timeSliceTarget": 0.9, "timeSliceWindow": "2m"}
    one = _one(slo(threshold("q"), objective, budgetingMethod="Timeslices"))
    assert "avg_over_time((max(q) <= bool 60)[120s:15s]) >= bool 0.9" in one.bad


@pytest.mark.parametrize(("kind", "good"), [("success", "min(r) >= bool 0.95"), ("failure", "max(r) <= bool 0.05")])
def test_a_ratio_without_its_parts_can_judge_a_slice(kind: str, good: str) -> None:
    raw = {"ratioMetric": {"raw": metric("r"), "rawType": kind}}
    objective = {"target": 0.99, "timeSliceTarget": 0.95, "timeSliceWindow": "1m"}
    assert good in _one(slo(raw, objective, budgetingMethod="Timeslices")).bad


def test_policies_name_the_windows_and_what_differs_is_told() -> None:
    def policy(threshold: float, window: str) -> dict[str, Any]:
        burn = {"kind": "burnrate", "threshold": threshold, "lookbackWindow": window, "alertAfter": "5m"}
        condition = {"metadata": {"name": f"over-{window}"}, "spec": {"severity": "page", "condition": burn}}
        return {"metadata": {"name": window}, "spec": {"conditions": [condition], "notificationTargets": []}}

    found = _read(slo(alertPolicies=[policy(13.44, "1h"), policy(2, "1d"), policy(2, "30m")]))
    assert found.levels[0].windows == ("1h", "1d")
    assert found.notes == [
        "AlertCondition over-1d: fires here above a burn rate of 2.8 over 1d, not 2",
        "AlertCondition over-30m: a burn rate over 30m is no alert here; ours are over 1h, 6h, 1d, 3d",
    ]


def test_who_answers_for_it_is_told_by_a_label_too() -> None:
    given = slo()
    given["metadata"]["labels"] = {"team": ["core", "other"]}
    assert read([given]).levels[0].owner == "core"


_SLICED = {"target": 0.99, "timeSliceTarget": 0.9, "timeSliceWindow": "1m"}


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (
            [{**slo(), "apiVersion": "openslo/v1alpha"}],
            "apiVersion of document 1 must be openslo/v1, got 'openslo/v1alp",
        ),
        ([{**slo(), "kind": "Objective"}], "kind of document 1 must be one of SLO, SLI"),
        ([{**slo(), "metadata": {}}], "metadata of document 1 must be a mapping with a name"),
        ([{**slo(), "spec": None}], "spec of SLO web-availability must be a mapping"),
        (["text"], "document 1 must be a mapping with apiVersion"),
        ([], "the documents must be at least one SLO"),
        ([slo(), {**slo(), "spec": {**slo()["spec"], "service": "b"}}], "metadata.name of SLO must be the name of one"),
        (
            [slo(timeWindow=[{"duration": "1w", "isRolling": False}])],
            "spec.timeWindow[0].isRolling must be true, got F",
        ),
        (
            [slo(timeWindow=[{"duration": "1M", "calendar": {"startTime": "2022-01-01"}}])],
            "a budget is of the last days, and never begins anew",
        ),
        (
            [slo(timeWindow=[{"duration": "1M", "isRolling": True}])],
            "duration must be a number of m, h, d or w such as",
        ),
        ([slo(timeWindow=[{"duration": "36h", "isRolling": True}])], "spec.timeWindow[0].duration must be whole days"),
        ([slo(timeWindow=[])], "spec.timeWindow must be a list of one window"),
        ([slo(timeWindow=[{"duration": "1d", "isRolling": True}])], "period_days of service level 'web-availability'"),
        ([slo(budgetingMethod="RatioTimeslices")], "spec.budgetingMethod must be no average of ratios"),
        ([slo(budgetingMethod=None)], "spec.budgetingMethod must be one of Occurrences, Timeslices, got None"),
        ([slo(service=None)], "spec.service must be the name of a service, got None"),
        ([slo(objectives=[])], "spec.objectives must be a list of objectives, got []"),
        ([slo(None, {"target": 1})], "spec.objectives[0].target must be above 0 and below 1, got 1"),
        ([slo(None, {"target": 0.9, "targetPercent": 90})], "an objective with either target or targetPercent"),
        (
            [slo(None, {"target": 0.9, "compositeWeight": 2})],
            "a composite has no events to sum, got 2: write an SLO for",
        ),
        ([slo(None, {"target": 0.9})], "objective_percent of service level 'web-availability' must be above 92.56"),
        ([slo(indicatorRef="x")], "with either indicator or indicatorRef"),
        (
            [slo(indicatorRef="x", indicator=None)],
            "spec.indicatorRef must be the name of a SLI (none are here), got 'x'",
        ),
        (
            [slo(ratio(total=metric(TOTAL, "Datadog")))],
            "total.metricSource.type must be Prometheus, which is what is as",
        ),
        ([slo(ratio(total=metric(TOTAL, None)))], "total.metricSource.type must be Prometheus, which is what is asked"),
        ([slo(ratio(total=metric(" ")))], "total.metricSource.spec.query must be a query, got ' '"),
        ([slo(ratio(good=None))], "a ratio of either good or bad to total"),
        ([slo(ratio(total=None))], "total.metricSource must be where the metric comes from, got None"),
        ([slo(ratio(counter="yes"))], "ratioMetric.counter must be true or false, got 'yes'"),
        ([slo(ratio(counter=False))], "total must be a counter, its sum, or a query with a range"),
        ([slo(ratio(total=metric("a + b")))], "without a range it does not say over which time"),
        ([slo(ratio(total=metric("rate(a[5m]) + rate(b[1h])")))], "a query with one range, the same everywhere"),
        (
            [slo({"ratioMetric": {"raw": metric("r"), "rawType": "success"}})],
            "raw must be left out for Occurrences: an a",
        ),
        ([slo({**ratio(), **threshold()})], "an SLI with either ratioMetric or thresholdMetric"),
        ([slo(threshold(), {"target": 0.99, "op": "eq", "value": 1})], "spec.objectives[0].op must be one of lte, lt"),
        ([slo(threshold(), {"target": 0.99, "op": "lt"})], "spec.objectives[0].value must be the limit, a number"),
        (
            [slo(None, {**_SLICED, "timeSliceTarget": 2}, budgetingMethod="Timeslices")],
            "spec.objectives[0].timeSliceTarget must be above 0 and at most 1, got 2",
        ),
        (
            [slo(None, {**_SLICED, "timeSliceWindow": "10s"}, budgetingMethod="Timeslices")],
            "timeSliceWindow must be a number of m, h, d or w",
        ),
        (
            [slo(alertPolicies=["x"])],
            "spec.alertPolicies[0] must be the name of a AlertPolicy (none are here), got 'x'",
        ),
        ([document("SLI", "x", ratio())], "the documents must be at least one SLO, got ['SLI']"),
    ],
)
def test_refuses_what_has_no_meaning_here_and_says_where_it_stands(documents: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(documents, "web-team")


def test_nobody_answers_for_it() -> None:
    with pytest.raises(ValueError, match="the annotation platform/owner, or the label owner or team, got None"):
        read([slo()])


def test_an_annotation_that_is_no_json_is_refused() -> None:
    given = slo()
    given["metadata"]["annotations"] = {"platform/windows": "1h,6h"}
    with pytest.raises(ValueError, match=r"metadata\.annotations\.platform/windows must be JSON, got '1h,6h'"):
        read([given], "web-team")


def test_a_low_objective_can_be_read_once_the_declaration_leaves_an_alert_out() -> None:
    given = slo(None, {"target": 0.9})
    given["metadata"]["annotations"] = {"platform/windows": '["6h", "1d", "3d"]'}
    assert read([given], "web-team").levels[0].windows == ("6h", "1d", "3d")
