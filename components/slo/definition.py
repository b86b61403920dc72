"""A service level as an engineer declares it: what counts as bad, of how much, and how little of it is promised.

Loads no SDK: settings are checked against it.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from components.slo.windows import ALL_WINDOWS, BY_NAME, Severity, Window, WindowName

Kind = Literal["availability", "latency", "freshness", "completeness", "invariant"]
AlertClass = Literal["slo", "canary", "cluster", "database", "audit", "security", "money", "dead-man"]

WINDOW: Final = "{window}"  # in an expression: the range that it is asked of
SCRAPES_OF_BASE: Final = 4  # a rate needs two samples; with four, one scrape may fail and another be late


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """One promise. Raises ValueError for what cannot be promised, or never be alerted on.

    id: unique in the environment, the label `slo` of all its series. service, owner: whose it is. bad, total: PromQL of
    events per second, with {window} for every range: sum(rate(http_requests_total{service="api"}[{window}])); of an
    invariant `bad` is above 0 when it is broken, and `total` is there while it is watched. A `bad` without series
    counts as 0 while `total` has some. runbook: docs/runbooks/NAME.md. low_traffic_bad: bad events in the long window
    below which nobody is called. windows: which burn-rate alerts there are; what an objective cannot reach must be left
    out by name. latch_s: for how long a broken invariant calls. threshold_s: beyond which an
    event is bad, told to people.
    """

    id: str
    service: str
    owner: str
    kind: Kind
    objective_percent: float
    bad: str
    total: str
    period_days: int = 30
    runbook: str = "error-budget-burning"
    low_traffic_bad: int = 10
    windows: tuple[WindowName, ...] = ALL_WINDOWS
    alert_class: AlertClass = "slo"
    invariant_severity: Severity = "page"
    latch_s: int = 3_600
    threshold_s: float | None = None
    scrape_interval_s: int = 15
    description: str = ""

    def __post_init__(self) -> None:
        from components.slo.checks import problems

        for key, value, allowed, remedy in problems(self):
            raise ValueError(f"{key} of service level {self.id!r} must be {allowed}, got {value!r}: {remedy}")

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad; 0 of an invariant."""
        return (100 - Decimal(str(self.objective_percent))) / 100

    @property
    def base_window(self) -> str:
        """The range over which raw series are read, once."""
        return f"{-(-SCRAPES_OF_BASE * self.scrape_interval_s // 60)}m"

    @property
    def alert_windows(self) -> tuple[Window, ...]:
        return tuple(BY_NAME[name] for name in self.windows) if self.kind != "invariant" else ()

    @property
    def severity(self) -> Severity:
        """The most urgent of its alerts."""
        if self.kind == "invariant":
            return self.invariant_severity
        return "page" if any(window.severity == "page" for window in self.alert_windows) else "ticket"

    @property
    def labels(self) -> dict[str, str]:
        """Of every recorded series."""
        return {"slo": self.id, "service": self.service, "owner": self.owner}

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it, and `ServiceLevel(**...)` with a tuple of windows gives it back."""
        return {**asdict(self), "windows": list(self.windows)}


def from_dict(fields: dict[str, Any]) -> ServiceLevel:
    """The reverse of `as_dict`."""
    return ServiceLevel(**{**fields, "windows": tuple(fields["windows"])})
