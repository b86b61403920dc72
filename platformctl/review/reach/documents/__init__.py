"""Policies of resources: whom they let in that they did not, and what they no longer deny."""

from platformctl.review.reach.documents.finding import opened

__all__ = ["opened"]
