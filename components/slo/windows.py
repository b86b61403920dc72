"""The windows of burn-rate alerts, and from which burn rate each fires.

Shares and windows: Google, The Site Reliability Workbook, "Alerting on SLOs", table of recommended parameters; a factor
is share x period / window, which for 30 days gives 14.4, 6, 3 and 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

WindowName = Literal["1h", "6h", "1d", "3d"]
Severity = Literal["page", "ticket"]

SECONDS: Final[Mapping[str, int]] = {"m": 60, "h": 3_600, "d": 86_400}


def seconds(duration: str) -> int:
    """Of a duration such as 5m, 6h or 3d."""
    return int(duration[:-1]) * SECONDS[duration[-1]]


@dataclass(frozen=True, kw_only=True)
class Window:
    """`budget_percent` of the period's budget burned within `long` fires, as long as `short` burns as fast: the short
    one ends the alert soon after the trouble (same chapter, "Multiwindow, Multi-Burn-Rate Alerts").
    """

    long: WindowName
    short: str
    budget_percent: int
    severity: Severity

    def factor(self, period_days: int) -> Decimal:
        """The burn rate that fires. Never below 1, at which a budget lasts its whole period."""
        return max(Decimal(1), Decimal(self.budget_percent * period_days * SECONDS["d"]) / (100 * seconds(self.long)))


WINDOWS: Final = (
    Window(long="1h", short="5m", budget_percent=2, severity="page"),
    Window(long="6h", short="30m", budget_percent=5, severity="page"),
    Window(long="1d", short="2h", budget_percent=10, severity="ticket"),
    Window(long="3d", short="6h", budget_percent=10, severity="ticket"),
)
BY_NAME: Final[Mapping[str, Window]] = {window.long: window for window in WINDOWS}
ALL_WINDOWS: Final[tuple[WindowName, ...]] = tuple(window.long for window in WINDOWS)
RECORDED: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
