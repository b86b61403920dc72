"""Every query of every dashboard, asked of a real Prometheus that has all series of the tables, answers with data."""

import math
from collections.abc import Iterator

import pytest

from components.dashboards.model import Dashboard, Promql
from platformctl.prometheus import query
from tests.components.dashboards.promql import filled, looked_up, queries, series
from tests.components.dashboards.synthetic import ARMS, NOW, SERVICES
from tests.components.dashboards.synthetic import series as synthetic
from tests.prometheus import prometheus

# What only the service that does it can answer.
OF_SOME = ("charges", "Approved", "Failed by the processor")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("prometheus"), synthetic()) as address:
        yield address


def test_every_panel_and_mark_has_data_for_every_service(url: str, shown: dict[str, tuple[Dashboard, ...]]) -> None:
    asked = 0
    for one in shown["prod"]:
        for service in SERVICES if any(v.name == "service" and v.values for v in one.variables) else ("api|webhooks",):
            for who, text in queries(one):
                if service not in ("api", "api|webhooks") and any(word in who for word in OF_SOME):
                    continue
                found = query(url, filled(text, {"service": service, "hash": ".+", "owner": ".+"}), NOW)
                assert found, f"{who} ({service}): {text}"
                assert not any(math.isnan(sample.value) for sample in found), who
                asked += 1
    print(f"{asked} queries, all with data")
    assert asked > 150


def test_only_queries_of_many_series_answer_with_many(url: str, shown: dict[str, tuple[Dashboard, ...]]) -> None:
    """The others have one colour and one name in the legend, which two series would share."""
    for one in shown["prod"]:
        for panel in one.panels:
            for asked in panel.queries:
                if isinstance(asked, Promql) and not asked.many:
                    assert len(query(url, filled(asked.expression), NOW)) == 1, f"{one.uid}: {panel.title}"


def test_arms_stand_side_by_side(url: str, shown: dict[str, tuple[Dashboard, ...]]) -> None:
    (canary,) = [one for one in shown["prod"] if one.uid == "billing-canary"]
    for panel in canary.panels:
        if panel.title.endswith("by arm") or panel.title in ("Share of the traffic", "Memory of its limit"):
            for asked in panel.queries:
                assert isinstance(asked, Promql)
                found = query(url, filled(asked.expression), NOW)
                assert {sample.labels["hash"] for sample in found} == {*ARMS}, panel.title
    shares = query(url, filled(canary.panels[2].queries[0].expression), NOW)  # type: ignore[union-attr]
    assert sum(sample.value for sample in shares) == pytest.approx(1.0)


def test_variables_have_values(url: str, shown: dict[str, tuple[Dashboard, ...]]) -> None:
    for one in shown["prod"]:
        for name, selector in looked_up(one):
            label = next(v.query.rpartition(",")[2].strip(" )") for v in one.variables if v.name == name)
            found = {sample.labels.get(label, "") for sample in query(url, filled(selector), NOW)}
            assert found - {""}, f"{one.uid}: {name}"


def test_what_is_not_there_has_no_data(url: str) -> None:
    assert query(url, "no_such_series", NOW) == []
    assert series("http_request_duration_seconds_bucket") == "http_request_duration_seconds"
