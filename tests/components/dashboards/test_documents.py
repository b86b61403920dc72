"""Every dashboard is one that Grafana takes, whole and legible: by schema, by round trip, by its grid."""

import copy
import json
import re
from itertools import combinations
from typing import Any

import jsonschema
import pytest

from components.dashboards.model import Dashboard, Limit, Panel, Promql
from tests.components.dashboards.promql import queries, variables
from tests.components.dashboards.schema import DASHBOARD
from tests.stacks.programs import ROOT

Documents = dict[str, dict[str, Any]]


def _panels(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in document["panels"] if one["type"] != "row"]


def test_every_document_is_valid(documents: Documents) -> None:
    for document in documents.values():
        jsonschema.validate(document, DASHBOARD)
    panels = sum(len(_panels(one)) for one in documents.values())
    print(f"{len(documents)} documents with {panels} panels are valid")
    assert panels > 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.update(uid="short"),
        lambda one: one["panels"][1].pop("description"),
        lambda one: one["panels"][1]["fieldConfig"]["defaults"].pop("unit"),
        lambda one: one["panels"][1]["gridPos"].update(w=25),
        lambda one: one["panels"][1].update(targets=[]),
        lambda one: one["panels"][1].update(surprise=1),
        lambda one: one["panels"][1]["fieldConfig"]["defaults"]["thresholds"]["steps"][0].update(color="green"),
        lambda one: one["panels"][0].update(panels=[{}]),
        lambda one: one.pop("templating"),
    ],
)
def test_the_schema_refuses_what_is_spoilt(documents: Documents, spoil: Any) -> None:
    spoilt = copy.deepcopy(documents["staging/billing-service-levels"])
    spoil(spoilt)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoilt, DASHBOARD)


def test_the_sdk_reads_back_what_it_wrote(documents: Documents) -> None:
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.models.dashboard import Dashboard as Read

    register_default_plugins()
    for document in documents.values():
        again = json.loads(json.dumps(Read.from_json(copy.deepcopy(document)), cls=JSONEncoder))
        assert again == document


def test_nothing_overlaps_and_every_line_is_full(documents: Documents) -> None:
    for name, document in documents.items():
        places = [one["gridPos"] for one in document["panels"]]
        cells = [
            {(x, y) for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])} for p in places
        ]
        for one, other in combinations(cells, 2):
            assert not one & other, name
        height = max(p["y"] + p["h"] for p in places)
        assert len(set().union(*cells)) == 24 * height, name  # no hole either


def test_uids_are_told_apart_and_stay(documents: Documents) -> None:
    """They are addresses in bookmarks and runbooks: a change here breaks those."""
    for environment in ("prod", "staging", "sandbox"):
        uids = [name.partition("/")[2] for name in documents if name.startswith(f"{environment}/")]
        assert uids == [
            "billing-service-levels",
            "billing-service",
            "billing-canary",
            "billing-database",
            "billing-cluster",
            "billing-audit-pipeline",
            "billing-money-flow",
        ]
    for document in documents.values():
        ids = [one["id"] for one in document["panels"]]
        assert ids == [*range(1, len(ids) + 1)]
        titles = [one["title"] for one in _panels(document)]
        if document["uid"] not in ("billing-database", "billing-money-flow"):  # which have a section for each of a kind
            assert len(titles) == len({*titles})


def test_every_runbook_exists(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    named = {panel.runbook for group in shown.values() for one in group for panel in one.panels}
    assert {name for name in named if not (ROOT / "docs" / "runbooks" / f"{name}.md").is_file()} == set()
    assert len(named) > 10


def test_variables_are_defined_and_used(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    for one in shown["prod"]:
        defined = {variable.name for variable in one.variables}
        used = {name for _, text in queries(one) for name in variables(text)}
        used |= {name for variable in one.variables for name in variables(variable.query)}
        assert used == defined, one.uid


def test_the_source_of_every_query_is_a_variable_that_is_there(documents: Documents) -> None:
    for document in documents.values():
        sources = {one["name"] for one in document["templating"]["list"] if one["type"] == "datasource"}
        text = json.dumps([document["panels"], document["annotations"]])
        assert {*re.findall(r'"uid": "\$\{(\w+)\}"', text)} == sources
        assert not re.search(r'"uid": "(?!\$\{)', text)


def test_units_are_grafanas(shown: dict[str, tuple[Dashboard, ...]]) -> None:
    from grafana_foundation_sdk.models import units

    known = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("_")}
    for group in shown.values():
        for panel in [panel for one in group for panel in one.panels]:
            columns = [query.unit for query in panel.queries if isinstance(query, Promql) and panel.kind == "table"]
            assert {panel.unit, *columns} <= known, panel.title
    assert "percentunit" in known


def test_steps_of_limits_hold_from_their_value_upwards(documents: Documents) -> None:
    def steps(uid: str, title: str) -> list[tuple[float | None, str]]:
        (found,) = [one for one in _panels(documents[f"prod/{uid}"]) if one["title"] == title]
        return [(one["value"], one["color"]) for one in found["fieldConfig"]["defaults"]["thresholds"]["steps"]]

    fine, care, stop = "#009E73", "#E69F00", "#D55E00"
    assert steps("billing-service-levels", "Error budget left") == [(None, stop), (0.0, care), (0.25, fine)]
    assert steps("billing-service-levels", "Burn rate") == [(None, fine), (6.0, care), (14.4, stop)]
    assert steps("billing-service", "Rate") == [(None, fine)]


def test_lines_of_a_panel_are_told_apart_without_colour(documents: Documents) -> None:
    (panel,) = [one for one in _panels(documents["prod/billing-service"]) if one["title"] == "Pods wanted and ready"]
    overrides = panel["fieldConfig"]["overrides"]
    assert [one["matcher"] for one in overrides] == [{"id": "byFrameRefID", "options": name} for name in "AB"]
    dashes = [[p["value"] for p in one["properties"] if p["id"] == "custom.lineStyle"] for one in overrides]
    assert dashes == [[], [{"fill": "dash", "dash": [10, 6]}]]


def test_gaps_are_not_drawn_over(documents: Documents) -> None:
    lines = [one for document in documents.values() for one in _panels(document) if one["type"] == "timeseries"]
    assert all(one["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False for one in lines)
    assert len(lines) > 100


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"unit": ""}, "unit of the panel 'Rate' must not be empty: say it"),
        ({"says": ""}, "says of the panel 'Rate' must not be empty: say it"),
        ({"queries": ()}, "queries of the panel 'Rate' must not be empty: say it"),
        ({"width": 25}, "width of the panel 'Rate' must be 1 to 24, got 25"),
        ({"limits": (Limit(1), Limit(0, below=True))}, "limits of the panel 'Rate' must be all above or all below"),
    ],
)
def test_a_panel_that_says_too_little_is_refused(changed: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"title": "Rate", "says": "How much", "unit": "eps", "runbook": "bad-release"}
    given["queries"] = (Promql(expression="up", legend="up"),)
    Panel(**given)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        Panel(**{**given, **changed})
