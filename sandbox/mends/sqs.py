"""SQS as moto serves it, mended: attributes change one at a time."""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue

from sandbox.mends import replace


def mend() -> None:
    """Setting one attribute of a queue takes away its policy, and who may use it as a dead-letter queue is not told."""
    setter = Queue._set_attributes

    def keeping(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        setter(self, {"Policy": getattr(self, "policy", None), **attributes}, now)

    attributes = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    replace(Queue, _set_attributes=keeping, BASE_ATTRIBUTES=attributes, redrive_allow_policy=None)
