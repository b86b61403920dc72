"""What panels ask CloudWatch for is what alarms look at, with the same limits; PromQL names series that exist."""

from collections.abc import Iterator
from typing import Any

import promql_parser

from components.dashboards.catalogue import Watched
from components.dashboards.model import CloudWatch, Dashboard
from components.dashboards.series import RAW, RECORDED
from components.dashboards.watched import METRICS
from stacks.dashboards import watched
from stacks.settings import load_file
from stacks.slo import SERVICE_LEVELS
from tests.components.conftest import Built
from tests.components.dashboards.promql import filled, looked_up, named, queries, selectors, series
from tests.stacks.programs import ENVIRONMENTS, ROOT
from tests.stacks.programs import run as run_program

RENDERED = "prod"  # whose program is run: seconds for each
KNOWN = {**RAW, **RECORDED}
ANYWHERE = {"__name__", "le"}


def test_every_query_names_series_and_labels_that_exist(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    used: set[str] = set()
    for one in shown["prod"]:
        asked = [*queries(one), *looked_up(one)]
        for who, text in asked:
            found = [*selectors(promql_parser.parse(filled(text)))]
            assert found or "vector(" in text, who
            for selector in found:
                name = series(named(selector))
                assert name in KNOWN, f"{who}: no {name}"
                labels = {matcher.name for matcher in selector.matchers.matchers}
                assert labels <= {*KNOWN[name].labels, *ANYWHERE}, f"{who}: {labels} of {name}"
                used.add(name)
    assert RAW.keys() - used == set(), "in the table and on no dashboard"
    print(f"{len(used)} series are asked for")


def test_service_levels_that_are_asked_for_by_name_are_declared(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    declared = {level.service for level in SERVICE_LEVELS}
    found = set()
    for one in shown["prod"]:
        for _, text in queries(one):
            for selector in selectors(promql_parser.parse(filled(text))):
                if selector.name in RECORDED:
                    found |= {m.value for m in selector.matchers.matchers if m.name == "service" and m.value != ".+"}
    assert found - {"api"} == {"database", "audit", "releases"}
    assert found <= declared


def test_selectors_are_found_however_deep() -> None:
    text = 'sum(rate(x{b="c"}[5m])) / scalar(sum(y offset 1w)) or label_replace(z > 0, "a", "b", "c", "d") * -max(q)'
    assert [one.name for one in selectors(promql_parser.parse(text))] == ["x", "y", "z", "q"]


def _cloudwatch(shown: tuple[Dashboard, ...]) -> Iterator[tuple[str, CloudWatch, list[float]]]:
    for one in shown:
        for panel in one.panels:
            for query in panel.queries:
                if isinstance(query, CloudWatch):
                    yield f"{one.uid}: {panel.title}", query, [limit.value for limit in panel.limits]


def _alarms(built: Built) -> list[dict[str, Any]]:
    return [dict(made.inputs) for made in built.all("MetricAlarm")]


def test_every_metric_has_an_alarm_of_the_program(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    alarms = _alarms(run_program(RENDERED))
    known = {(one["namespace"], one["metricName"], frozenset(one.get("dimensions", {}))) for one in alarms}
    exact = [
        (one["namespace"], one["metricName"], tuple(sorted(one.get("dimensions", {}).items())), one["threshold"])
        for one in alarms
    ]
    limited = 0
    for who, query, limits in _cloudwatch(shown[RENDERED]):
        names = frozenset(name for name, _ in query.dimensions)
        assert (query.namespace, query.metric, names) in known, who
        if all(value != "*" for _, value in query.dimensions):
            where = tuple(sorted(query.dimensions))
            thresholds = [limit for *what, limit in exact if what == [query.namespace, query.metric, where]]
            assert thresholds, who
            limited += any(limit in limits for limit in thresholds)
    assert limited > 20
    print(f"{RENDERED}: {limited} metrics are drawn with the limit of their alarm")


def test_every_alarm_on_a_database_or_a_queue_is_on_a_panel(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    asked = {(query.metric, tuple(sorted(query.dimensions))) for _, query, _ in _cloudwatch(shown[RENDERED])}
    for one in _alarms(run_program(RENDERED)):
        if one["namespace"] in ("AWS/RDS", "AWS/SQS"):
            assert (one["metricName"], tuple(sorted(one["dimensions"].items()))) in asked, one["name"]


def test_every_metric_of_these_alarms_has_a_title_and_a_unit() -> None:
    seen: set[str] = set()
    for environment in ENVIRONMENTS:
        found: Watched = watched(load_file(ROOT / f"Pulumi.{environment}.yaml"))
        for group in (*found.databases.values(), *found.queues.values()):
            seen |= {alarm.metric for alarm in group}
    assert seen <= METRICS.keys()
    assert len(seen) > 8
