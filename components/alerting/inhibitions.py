"""Which alerts keep others quiet: what follows from a fault that is told of already wakes nobody a second time.

Alertmanager compares the labels of `equal` on both sides, and takes two that are missing for the same; so each of them
is demanded of one side (Alertmanager docs, "Configuration", inhibition-related settings).
"""

from typing import Any, Final

# Money that is wrong, evidence that is missing, and whether we are told at all: nothing keeps these quiet.
NEVER_QUIET: Final = ("ClusterDown", "InvariantBroken", "Watchdog")
_QUIETABLE = f'alertname!~"{"|".join(NEVER_QUIET)}"'


def _rule(source: list[str], target: list[str], equal: list[str]) -> dict[str, Any]:
    return {"source_matchers": source, "target_matchers": [*target, _QUIETABLE], "equal": equal}


INHIBITIONS: Final = (
    # Services do not answer because their cluster does not. Databases, audit and money stand outside of it.
    _rule(['alertname="ClusterDown"'], ['class=~"slo|canary"'], ["environment"]),
    # Who cannot measure knows of no series: the fault is in the measuring.
    _rule(['alertname="TelemetryDown"'], ['alertname="SliAbsent"'], ["environment"]),
    _rule(['severity="page"', 'slo!=""'], ['severity="ticket"', 'slo!=""'], ["environment", "service", "slo"]),
    _rule(['severity="page"', 'slo=""'], ['severity="ticket"', 'slo=""'], ["alertname", "environment", "service"]),
)
