"""Protection that is taken away."""

from platformctl.review.sections.protection.finding import protection

__all__ = ["protection"]
