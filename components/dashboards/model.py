"""What a dashboard is made of. Loads no SDK: sections of panels, each with what it asks, its unit and its limits."""

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["care", "stop"]
Kind = Literal["lines", "number", "states", "table"]
COLUMNS = 24  # of Grafana's grid
RATE = "$__rate_interval"  # long enough for four scrapes, as Grafana computes it


@dataclass(frozen=True)
class Limit:
    """From where on a value is of concern. `below`: when it is under it, not over it."""

    value: float
    level: Level = "stop"
    below: bool = False


@dataclass(frozen=True, kw_only=True)
class Promql:
    """A query of Prometheus. `many`: it answers with more than one series. `exemplars`: with the traces behind them.
    `unit` and `limits` are of the column, where it is one of a table, which is called by `legend`.
    """

    expression: str
    legend: str
    many: bool = False
    exemplars: bool = False
    unit: str = ""
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CloudWatch:
    """A metric of CloudWatch; "*" as a dimension's value stands for all of them, each a series."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period_s: int
    legend: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`says`: what it shows, and what to make of it. `unit`: Grafana's id of one. `runbook`: docs/runbooks/NAME.md.
    `silence`: what no data means. A table's rows are told apart by the labels `rows`.
    """

    title: str
    says: str
    unit: str
    queries: tuple[Promql | CloudWatch, ...]
    runbook: str
    kind: Kind = "lines"
    limits: tuple[Limit, ...] = ()
    width: int = 8
    height: int = 8
    least: float | None = None
    most: float | None = None
    decimals: int | None = None
    silence: str = "no data"
    rows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key in ("title", "says", "unit", "runbook", "queries"):
            if not getattr(self, key):
                raise ValueError(f"{key} of the panel {self.title!r} must not be empty: say it")
        if not 1 <= self.width <= COLUMNS:
            raise ValueError(f"width of the panel {self.title!r} must be 1 to {COLUMNS}, got {self.width}: correct it")
        if len({limit.below for limit in self.limits}) > 1:
            raise ValueError(f"limits of the panel {self.title!r} must be all above or all below, got both: split it")


@dataclass(frozen=True)
class Section:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """What a reader chooses: one of `values`, or of a label's values as `query` finds them. `all`: several at once."""

    name: str
    label: str
    says: str
    values: tuple[str, ...] = ()
    query: str = ""
    all: bool = False


@dataclass(frozen=True, kw_only=True)
class Event:
    """A mark across all panels, where the query has a value."""

    name: str
    expression: str
    level: Level | Literal["plain"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """`uid`: its address for ever, 8 to 40 of a-z 0-9 -. `from_`: how far back it looks at first."""

    uid: str
    title: str
    says: str
    sections: tuple[Section, ...]
    variables: tuple[Variable, ...] = ()
    events: tuple[Event, ...] = ()
    tags: tuple[str, ...] = field(default=("billing",))
    from_: str = "now-6h"

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for section in self.sections for panel in section.panels)

    @property
    def asks_cloudwatch(self) -> bool:
        return any(isinstance(query, CloudWatch) for panel in self.panels for query in panel.queries)
