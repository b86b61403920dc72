"""A dashboard as Grafana's document. Loads the foundation SDK: import it where a document is made."""

import json
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from components.dashboards.grid import placed
from components.dashboards.model import Dashboard, Event, Section, Variable
from components.dashboards.panels import COLOURS, LEVELS, PROMETHEUS, panel

_REFRESH = "1m"


def document(asked: Dashboard) -> str:
    """Its JSON, without blanks: the same dashboard, the same text."""
    made = build.Dashboard(asked.title).uid(asked.uid).description(asked.says).tags(list(asked.tags))
    made.timezone("browser").time(asked.from_, "now").refresh(_REFRESH).readonly()
    made.tooltip(model.DashboardCursorSync.CROSSHAIR).variables(list(_variables(asked)))
    made.annotations([_event(one) for one in asked.events]).link(_others())
    for number, (part, place) in enumerate(placed(asked.sections), 1):
        if isinstance(part, Section):
            grid = model.GridPos(x=place.x, y=place.y, w=place.width, h=place.height)
            made.with_row(build.Row(part.title).id(number).grid_pos(grid))
        else:
            made.with_panel(panel(part, number, place))
    return json.dumps(made.build(), cls=JSONEncoder, separators=(",", ":"), ensure_ascii=False)


def _variables(asked: Dashboard) -> list[Any]:
    """The source of data is the environment: each has a Prometheus of its own."""
    sources = {"environment": ("Environment", "prometheus")}
    if asked.asks_cloudwatch:
        sources["cloudwatch"] = ("CloudWatch", "cloudwatch")
    made: list[Any] = [
        build.DatasourceVariable(name).label(label).type(type_).description(f"Which {label} is asked")
        for name, (label, type_) in sources.items()
    ]
    return made + [_query(one) if one.query else _custom(one) for one in asked.variables]


def _query(variable: Variable) -> Any:
    made = build.QueryVariable(variable.name).label(variable.label).description(variable.says).datasource(PROMETHEUS)
    made.query({"query": variable.query, "refId": variable.name}).refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
    made.sort(model.VariableSort.ALPHABETICAL_ASC)
    if variable.all:
        made.multi(True).include_all(True).all_value(".+")
        made.current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    return made


def _custom(variable: Variable) -> Any:
    first, *_ = variable.values
    chosen = model.VariableOption(selected=True, text=first, value=first)
    made = build.CustomVariable(variable.name).label(variable.label).description(variable.says)
    return made.values(",".join(variable.values)).current(chosen)


def _event(event: Event) -> Any:
    colour = COLOURS[0] if event.level == "plain" else LEVELS[event.level]
    made = build.AnnotationQuery().name(event.name).datasource(PROMETHEUS).enable(True)
    return made.icon_color(colour).expr(event.expression)


def _others() -> Any:
    link = build.DashboardLink("Other dashboards").type(model.DashboardLinkType.DASHBOARDS).tags(["billing"])
    return link.as_dropdown(True).include_vars(True).keep_time(True).icon("external link").tooltip("Other dashboards")
