"""What can be reached after a change that could not be before, on both whole graphs."""

from platformctl.review.reach.together import reach

__all__ = ["reach"]
