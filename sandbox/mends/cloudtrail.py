"""CloudTrail as moto serves it, mended: selectors replace those before, as the API reference says of both calls."""

from __future__ import annotations

from typing import Any

import moto.cloudtrail.models

_models: Any = moto.cloudtrail.models


def mend() -> None:
    _models.Trail.put_event_selectors = _put_event_selectors
    _models.Trail.put_insight_selectors = _put_insight_selectors


def _put_event_selectors(trail: Any, basic: list[Any] | None, advanced: list[Any] | None) -> None:
    """moto keeps advanced selectors beside basic ones; in AWS a trail has one kind."""
    trail.event_selectors, trail.advanced_event_selectors = basic or [], advanced or []


def _put_insight_selectors(trail: Any, selectors: list[Any]) -> None:
    """moto adds them to those that are there."""
    trail.insight_selectors = selectors
