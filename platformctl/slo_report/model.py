"""What a report says: service levels over a period, with their lines, bands and marks. All times are UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from platformctl.budgets.declared import Declared

# From the worst to the best: the order of the report.
Status = Literal["broken", "spent", "burning", "unmeasured", "low", "broke", "kept"]
STATUSES: tuple[Status, ...] = ("broken", "spent", "burning", "unmeasured", "low", "broke", "kept")
SCHEMA = 1


@dataclass(frozen=True)
class Line:
    """`points`: (Unix time in seconds, value), oldest first; where there is none at a step, there is a gap."""

    points: tuple[tuple[float, float], ...] = ()

    @property
    def last(self) -> float | None:
        return self.points[-1][1] if self.points else None


@dataclass(frozen=True)
class Band:
    """A time in which something held: an alert, a release, or the lack of data. To the nearest step."""

    begin: float
    end: float
    what: str
    level: Literal["page", "ticket", "release", "gap"]


@dataclass(frozen=True)
class Mark:
    """Something that was done at one moment."""

    at: float
    what: str


@dataclass(frozen=True, kw_only=True)
class Level(Declared):
    """One service level. `left`: share of its budget, below 0 when overspent; None: not measured, or without a budget.
    `burn`: by window, now. `days`: burn rate of each day. `broken`: of an invariant, 1 while it is. `paging`: alerts
    that call somebody at the end of the report.
    """

    declared: bool = True
    left: float | None = None
    exhausted_in_s: float | None = None
    bad: float | None = None
    total: float | None = None
    burn: Mapping[str, float] = field(default_factory=dict)
    budget: Line = Line()
    burns: Mapping[str, Line] = field(default_factory=dict)
    days: Line = Line()
    broken: Line = Line()
    alerts: tuple[Band, ...] = ()
    gaps: tuple[Band, ...] = ()
    paging: tuple[str, ...] = ()

    @property
    def invariant(self) -> bool:
        return self.kind == "invariant"

    @property
    def spent_since(self) -> float | None:
        """Since when the budget has been spent without a break, as far back as the report looks."""
        since = None
        for at, value in self.budget.points:
            since = (since or at) if value <= 0 else None
        return since


@dataclass(frozen=True, kw_only=True)
class Report:
    """`step_s`: how exactly times are told. `low`: share of a budget from which on the policy asks more of a change.
    `absent`: what the report does not know, in words.
    """

    environment: str
    source: str
    begin: datetime
    end: datetime
    step_s: int
    low: float
    levels: Sequence[Level]
    releases: Sequence[Band] = ()
    changes: Sequence[Mark] = ()
    absent: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; lines are left out but for their last values, and times are written out."""
        from platformctl.slo_report.judging import status

        levels = [{"status": status(one, self.low), **_written(asdict(one))} for one in self.levels]
        return {
            "schema": SCHEMA,
            "environment": self.environment,
            "source": self.source,
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
            "step_s": self.step_s,
            "low": self.low,
            "levels": levels,
            "releases": [_timed(asdict(one)) for one in self.releases],
            "changes": [_timed(asdict(one)) for one in self.changes],
            "absent": list(self.absent),
        }


def _written(level: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in level.items() if key not in ("budget", "burns", "broken", "days")}
    bands = {key: [_timed(one) for one in level[key]] for key in ("alerts", "gaps")}
    return {**kept, **bands}


def _timed(one: dict[str, Any]) -> dict[str, Any]:
    times = ("begin", "end", "at")
    return {
        key: datetime.fromtimestamp(value, UTC).isoformat() if key in times else value for key, value in one.items()
    }
