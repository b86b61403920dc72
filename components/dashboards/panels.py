"""Panels as the builders of Grafana's foundation SDK make them."""

from typing import Any, Final

from grafana_foundation_sdk.builders import cloudwatch, common, prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.cloudwatch import CloudWatchQueryMode, MetricEditorMode, MetricQueryType
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from components.dashboards.grid import Place
from components.dashboards.model import CloudWatch, Level, Limit, Panel, Promql

PROMETHEUS: Final = model.DataSourceRef(type_val="prometheus", uid="${environment}")
CLOUDWATCH: Final = model.DataSourceRef(type_val="cloudwatch", uid="${cloudwatch}")
# Told apart with every kind of colour vision: Okabe and Ito, "Color Universal Design", 2008.
COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
FINE: Final = "#009E73"
LEVELS: Final[dict[Level, str]] = {"care": "#E69F00", "stop": "#D55E00"}
_DASHES: Final = ((), (10, 6), (2, 6), (14, 4, 2, 4))  # no line is told by its colour alone
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def panel(asked: Panel, number: int, place: Place) -> Any:
    """The builder of a panel; `number`: its id within the dashboard."""
    made = {"lines": _lines, "number": _number, "states": _states, "table": _table}[asked.kind](asked)
    made.id(number).title(asked.title).unit(asked.unit).no_value(asked.silence)
    made.description(f"{asked.says}\n\nRunbook: docs/runbooks/{asked.runbook}.md")
    made.grid_pos(model.GridPos(x=place.x, y=place.y, w=place.width, h=place.height))
    made.datasource(CLOUDWATCH if isinstance(asked.queries[0], CloudWatch) else PROMETHEUS)
    for letter, query in zip(_LETTERS, asked.queries, strict=False):
        made.with_target(_metric(letter, query) if isinstance(query, CloudWatch) else _promql(letter, query, asked))
    for set_, value in ((made.min, asked.least), (made.max, asked.most), (made.decimals, asked.decimals)):
        if value is not None:
            set_(value)
    if asked.kind != "states":
        made.thresholds(_steps(asked.limits))
    return made


def _lines(asked: Panel) -> Any:
    style = words.GraphThresholdsStyleMode.DASHED if asked.limits else words.GraphThresholdsStyleMode.OFF
    legend = common.VizLegendOptions().display_mode(words.LegendDisplayMode.LIST).show_legend(True)
    tooltip = common.VizTooltipOptions().mode(words.TooltipDisplayMode.MULTI).sort(words.SortOrder.DESCENDING)
    made = timeseries.Panel().line_width(2).span_nulls(False)  # a gap in the data is a gap in the line
    made.legend(legend.placement(words.LegendPlacement.BOTTOM)).tooltip(tooltip)
    made.thresholds_style(common.GraphThresholdsStyleConfig().mode(style))
    for number, query in enumerate(asked.queries):
        many = isinstance(query, CloudWatch) or query.many
        mode = "shades" if many else "fixed"  # of one colour: lighter and darker is told apart by all
        properties = [_set("color", {"mode": mode, "fixedColor": COLOURS[number % len(COLOURS)]})]
        if dashes := _DASHES[number % len(_DASHES)]:
            properties.append(_set("custom.lineStyle", {"fill": "dash", "dash": list(dashes)}))
        made.override_by_query(_LETTERS[number], properties)
    return made


def _number(asked: Panel) -> Any:
    made = stat.Panel().graph_mode(words.BigValueGraphMode.NONE).text_mode(words.BigValueTextMode.VALUE)
    made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    return made.color_mode(words.BigValueColorMode.BACKGROUND if asked.limits else words.BigValueColorMode.NONE)


def _states(_: Panel) -> Any:
    """Bands while a query has the value 1."""
    shown = model.ValueMap(options={"1": model.ValueMappingResult(text="yes", color=COLOURS[0], index=0)})
    made = statetimeline.Panel().show_value(words.VisibilityMode.NEVER).row_height(0.8)
    made.mappings([shown]).line_width(0).fill_opacity(80)
    return made.legend(common.VizLegendOptions().show_legend(False))


def _table(asked: Panel) -> Any:
    """A row for each value of the labels `rows`, a column for each query, sorted by the first."""
    columns = {f"Value #{letter}": query.legend for letter, query in zip(_LETTERS, _of_prometheus(asked), strict=False)}
    shown = [*asked.rows, *columns]
    made = table.Panel().show_header(True).filterable(True)
    made.with_transformation(model.DataTransformerConfig(id_val="merge", options={}))
    options = {
        "excludeByName": {"Time": True, "__name__": True, "env": True},
        "indexByName": {name: place for place, name in enumerate(shown)},
        "renameByName": columns,
    }
    made.with_transformation(model.DataTransformerConfig(id_val="organize", options=options))
    first = next(iter(columns.values()))
    made.sort_by([common.TableSortByFieldState().display_name(first).desc(False)])
    for query in _of_prometheus(asked):
        properties = [_set("unit", query.unit)]
        if query.limits:
            steps = [step.to_json() for step in _steps(query.limits).build().steps]
            properties.append(_set("thresholds", {"mode": "absolute", "steps": steps}))
            properties.append(_set("custom.cellOptions", {"type": "color-background", "mode": "basic"}))
        made.override_by_name(query.legend, properties)
    return made


def _of_prometheus(asked: Panel) -> list[Promql]:
    return [query for query in asked.queries if isinstance(query, Promql)]


def _promql(letter: str, query: Promql, asked: Panel) -> Any:
    made = prometheus.Dataquery().ref_id(letter).expr(query.expression).legend_format(query.legend)
    made.datasource(PROMETHEUS)
    if query.exemplars:
        made.exemplar(True)
    if asked.kind == "table":
        return made.instant().format(PromQueryFormat.TABLE)
    return made.instant() if asked.kind == "number" else made.range()


def _metric(letter: str, query: CloudWatch) -> Any:
    made = cloudwatch.CloudWatchMetricsQuery().ref_id(letter).id(f"q{letter.lower()}")
    made.query_mode(CloudWatchQueryMode.METRICS).metric_query_type(MetricQueryType.SEARCH)
    made.metric_editor_mode(MetricEditorMode.BUILDER).region("default").datasource(CLOUDWATCH)
    made.namespace(query.namespace).metric_name(query.metric).statistic(query.statistic)
    made.dimensions({key: [value] for key, value in query.dimensions}).match_exact(True)
    return made.period(str(query.period_s)).label(query.legend)


def _steps(limits: tuple[Limit, ...]) -> Any:
    """Grafana's steps: each colour holds from its value upwards."""
    ordered = sorted(limits, key=lambda limit: limit.value)
    values: list[float | None] = [None, *(limit.value for limit in ordered)]
    colours = [LEVELS[limit.level] for limit in ordered]
    below = bool(limits) and limits[0].below
    colours = [*colours, FINE] if below else [FINE, *colours]
    steps = [model.Threshold(value=value, color=colour) for value, colour in zip(values, colours, strict=True)]
    return build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _set(name: str, value: object) -> model.DynamicConfigValue:
    return model.DynamicConfigValue(id_val=name, value=value)
