"""A change as the engine sees it: what was applied, and what would be."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platformctl.run import Run
from platformctl.verdicts import Report

if TYPE_CHECKING:
    from platformctl.drift import Difference
    from policies.graph import Graph


@dataclass(frozen=True)
class Comparison:
    """A base and a head of one environment, with the run of the engine between them."""

    environment: str
    base: str  # as shown: "1a2b3c4", "working tree", or "the real account"
    head: str
    run: Run  # the head's preview against the base's state
    before: "Graph"  # of the base as applied
    after: "Graph"  # of the head as planned
    before_report: Report
    after_report: Report
    drift: "tuple[Difference, ...]" = ()  # only with a real account
    seconds: float = 0.0
