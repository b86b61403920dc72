"""What a change costs by the month, as an estimate."""

from platformctl.review.cost.estimate import estimate

__all__ = ["estimate"]
