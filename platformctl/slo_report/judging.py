"""How a service level stands, and in which order they are told."""

from collections.abc import Iterable

from platformctl.slo_report.model import STATUSES, Level, Status

WORDS: dict[Status, str] = {
    "broken": "broken now",
    "spent": "budget spent",
    "burning": "burning fast",
    "unmeasured": "not measured",
    "low": "little left",
    "broke": "was broken",
    "kept": "kept",
}
# Never told by colour alone.
SIGNS: dict[Status, str] = {
    "broken": "✕",
    "spent": "✕",
    "burning": "▲",
    "unmeasured": "?",
    "low": "▲",
    "broke": "▲",
    "kept": "✓",
}


def status(level: Level, low: float) -> Status:
    """The worst that is true of it at the end of the report. `low`: share of a budget from which on little is left."""
    if level.invariant:
        if level.broken.last is None:
            return "unmeasured"
        if level.broken.last > 0:
            return "broken"
        return "broke" if any(value > 0 for _, value in level.broken.points) else "kept"
    if level.left is None:
        return "unmeasured"
    if level.left <= 0:
        return "spent"
    if level.paging:
        return "burning"
    return "low" if level.left < low else "kept"


def worst_first(levels: Iterable[Level], low: float) -> list[Level]:
    """By how they stand, then by what is left, then by name."""

    def place(one: Level) -> tuple[int, float, str]:
        return STATUSES.index(status(one, low)), 2.0 if one.left is None else one.left, one.slo

    return sorted(levels, key=place)
