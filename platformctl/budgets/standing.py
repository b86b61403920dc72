"""How all budgets of an environment stand, and what that asks of each lane: the document behind the table."""

from collections.abc import Sequence
from typing import Any

from platformctl.budgets.policy import LANES, Budgets, Decision, decide, state_of
from platformctl.budgets.reading import Budget
from platformctl.errors import Exit


def decisions(section: Budgets, found: Sequence[Budget]) -> list[Decision]:
    """Of each lane, by the levels that are declared; what others record in the same Prometheus decides nothing."""
    lefts = [one.left for one in found if one.declared]
    return [decide(section, lefts, lane) for lane in LANES]


def exit_of(decision: Decision) -> Exit:
    """FINDINGS where the lane is held back, UNDECIDED where it may be, else FINE."""
    if decision.need == "refused" or (decision.need == "approval" and not decision.undecided):
        return Exit.FINDINGS
    return Exit.UNDECIDED if decision.undecided else Exit.FINE


def document(section: Budgets, found: Sequence[Budget], told: Sequence[Decision]) -> dict[str, Any]:
    """The JSON form: shares as fractions of 1, times in seconds; null where nobody can tell."""
    return {
        "low_percent": section.low_percent,
        "lanes": [
            {
                "lane": one.lane,
                "need": one.need,
                "undecided": one.undecided,
                "because": [left.text for left in one.because],
            }
            for one in told
        ],
        "levels": [_level(section, one) for one in found],
    }


def _level(section: Budgets, one: Budget) -> dict[str, Any]:
    declared, left = one.declared, one.left
    return {
        "slo": left.slo,
        "service": left.service,
        "declared": declared is not None,
        "owner": declared.owner if declared else None,
        "kind": declared.kind if declared else None,
        "objective_percent": declared.objective_percent if declared else None,
        "period_days": declared.period_days if declared else None,
        "left": left.left,
        "why": left.why,
        "state": "unknown" if left.left is None else state_of(left.left, section.low_percent),
        "burn_rates": dict(one.burn),
        "exhausted_in_s": one.exhausted_in_s,
        "lanes": {lane: _need(decide(section, [left], lane)) for lane in LANES},
    }


def _need(decision: Decision) -> str:
    return "undecided" if decision.undecided else decision.need
