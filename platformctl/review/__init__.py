"""The report of a change: what a reviewer must know of it, worst first."""

from platformctl.review.assessment import assess
from platformctl.review.model import Item, Review, Section

__all__ = ["Item", "Review", "Section", "assess"]
