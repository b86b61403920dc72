"""Every query of a dashboard, with its variables filled in, and the series that it names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.dashboards.model import Dashboard, Promql

# What Grafana itself fills in: its documentation, "Global variables".
GLOBALS = {"__rate_interval": "2m"}
CHOSEN = {"service": "api", "hash": ".+", "owner": ".+"}
_VARIABLE = re.compile(r"\$\{?([a-z_]\w*)\}?")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_PARTS = ("_bucket", "_sum", "_count")


def queries(dashboard: Dashboard) -> Iterator[tuple[str, str]]:
    """(what asks, PromQL) of panels, marks and variables."""
    for panel in dashboard.panels:
        for query in panel.queries:
            if isinstance(query, Promql):
                yield f"{dashboard.uid}: {panel.title}: {query.legend}", query.expression
    for event in dashboard.events:
        yield f"{dashboard.uid}: {event.name}", event.expression


def looked_up(dashboard: Dashboard) -> Iterator[tuple[str, str]]:
    """(variable, selector) of variables that take the values of a label."""
    for variable in dashboard.variables:
        if variable.query:
            found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable.query)
            assert found, variable.query
            yield variable.name, found[1]


def filled(text: str, chosen: Mapping[str, str] = CHOSEN) -> str:
    return _VARIABLE.sub(lambda found: {**GLOBALS, **chosen}[found[1]], text)


def variables(text: str) -> set[str]:
    return {*_VARIABLE.findall(text)} - GLOBALS.keys()


def selectors(expression: Any) -> Iterator[Any]:
    """Every vector selector of a parsed expression, however deep."""
    if type(expression).__name__ == "VectorSelector":
        yield expression
    for part in ("expr", "lhs", "rhs", "param", "vector_selector", "args", "vs"):
        inner = getattr(expression, part, None)
        for one in inner if isinstance(inner, list) else [inner]:
            if one is not None and not isinstance(one, str | int | float):
                yield from selectors(one)


def named(selector: Any) -> str:
    """Its name; where it is a pattern, the shortest that it takes."""
    if selector.name:
        return str(selector.name)
    (pattern,) = [one.value for one in selector.matchers.matchers if one.name == "__name__"]
    return str(pattern).removesuffix("(_total)?")


def series(name: str) -> str:
    """The name in the tables: of a histogram without its parts."""
    return next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)
