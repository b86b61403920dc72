"""What must never happen to money: any value above 0 ends a release at the first read.

A counter of the canary is read as it stands, not by `increase`: its pods are as old as the release, and `increase` says
0 of a series that is born with its first event. `max_over_time` remembers what a pod had counted before it restarted.
"""

from components.canary.queries import OLDEST_SAMPLE_S, seen
from components.canary.view import View

WINDOW_S = 300
LEDGER = "ledger_unbalanced_entries_total"


def ledger(view: View) -> str:
    """Entries that became unbalanced in the window, whoever wrote them; the ledger exports 0 while there are none."""
    window = view.range(WINDOW_S)
    born = f"(sum({LEDGER} unless {LEDGER} offset {window}) or vector(0))"
    alive = f"(time() - max(timestamp({LEDGER})) <= {view.scaled(OLDEST_SAMPLE_S):g})"
    return f"(\n(sum(increase({LEDGER}[{window}])) or vector(0))\n+ {born}\n)\nand on () {alive}"


def idempotency(view: View) -> str:
    return _ever(view, "idempotency_conflict_total")


def captures(view: View) -> str:
    return _ever(view, "duplicate_capture_total")


def _ever(view: View, series: str) -> str:
    counter = f"{series}{{{view.arm(view.canary)}}}[{view.range(WINDOW_S)}]"
    return seen(view, f"sum(max_over_time({counter})) or vector(0)")
