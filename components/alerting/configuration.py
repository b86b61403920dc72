"""Alertmanager's own configuration, whole. Source: Alertmanager docs, "Configuration"."""

from typing import Any

from components.alerting.inhibitions import INHIBITIONS
from components.alerting.receivers import receivers
from components.alerting.routes import route, time_intervals
from components.alerting.told import Told

_RESOLVE_S = 300  # after an alert was last heard of; Prometheus itself says when one ends


def configuration(told: Told, scale: float = 1.0) -> dict[str, Any]:
    """It holds no secret: topics are written to with the pod's role. `scale`: of all waiting, for tests."""
    return {
        "global": {"resolve_timeout": f"{_RESOLVE_S}s"},
        "route": route(told, scale),
        "inhibit_rules": [dict(one) for one in INHIBITIONS],
        "receivers": receivers(told),
        "time_intervals": time_intervals(told),
    }
