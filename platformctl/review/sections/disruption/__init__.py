"""Downtime, restarts and reboots that a change brings."""

from platformctl.review.sections.disruption.finding import disruption

__all__ = ["disruption"]
