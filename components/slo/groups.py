"""Rule groups of service levels, as Prometheus and a PrometheusRule take them.

Pages are decided every 30 seconds. What is over hours and days is computed every two minutes: a series that is written
less often than every five is not found by those who ask for it (Prometheus docs, "Staleness").
"""

from collections.abc import Iterable
from typing import Any

from components.slo.alerts import absent_alert, burn_alert, exhausted_alert, invariant_alert
from components.slo.definition import ServiceLevel
from components.slo.forecast import broken_rule, period_rules
from components.slo.rules import base_rules, constant_rules, invariant_rule, window_rules

_FAST, _SLOW = "30s", "2m"


def groups(levels: Iterable[ServiceLevel]) -> list[dict[str, Any]]:
    """Two of each service level. Rules of a group are evaluated in their order, each on what those before it said."""
    return [group for level in levels for group in _of(level)]


def _of(level: ServiceLevel) -> list[dict[str, Any]]:
    if level.kind == "invariant":
        fast = [invariant_rule(level), *constant_rules(level), invariant_alert(level), absent_alert(level)]
        slow = [broken_rule(level)]
    else:
        urgent = [window for window in level.alert_windows if window.severity == "page"]
        later = [window for window in level.alert_windows if window.severity == "ticket"]
        fast = [
            *base_rules(level),
            *constant_rules(level),
            *(rule for window in ("5m", "1h", "30m", "6h") for rule in window_rules(level, window)),
            *(burn_alert(level, window) for window in urgent),
            absent_alert(level),
        ]
        slow = [
            *(rule for window in ("2h", "1d", "3d") for rule in window_rules(level, window)),
            *period_rules(level),
            *(burn_alert(level, window) for window in later),
            exhausted_alert(level),
        ]
    return [
        {"name": f"slo-{level.id}-{speed}", "interval": interval, "rules": rules}
        for speed, interval, rules in (("fast", _FAST, fast), ("slow", _SLOW, slow))
    ]
