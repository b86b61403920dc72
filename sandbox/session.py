"""One configured provider: account, region, default tags, and AWS calls that end when it is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.clients import CLIENTS
from sandbox.retry import AwsError, Cancelled, patiently


@dataclass
class Session:
    """What one provider instance of one engine was configured with."""

    endpoint: str  # empty: there is no cloud
    region: str
    account: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def client(self, service: str, region: str = "", *, gone: Callable[[], bool] = lambda: False) -> Any:
        if not self.endpoint:
            raise AwsError(service, "NoCloud", "this preview has no cloud to read or adopt anything from")
        where = (self.endpoint, self.account, service, region or self.region)
        return CLIENTS.get(*where, lambda waiting: self.check(gone, waiting=waiting))

    def call(
        self,
        service: str,
        operation: str,
        args: Mapping[str, Any],
        *,
        region: str = "",
        gone: Callable[[], bool] = lambda: False,
    ) -> dict[str, Any]:
        """One AWS call, retried; raises AwsError, or Cancelled when the engine cancels or is `gone`."""
        method = getattr(self.client(service, region, gone=gone), operation)
        return patiently(operation, lambda: method(**args), lambda waiting: self.check(gone, waiting=waiting))

    def check(self, gone: Callable[[], bool], *, waiting: bool) -> None:
        """Raise Cancelled: at any time when the engine is gone, before new work and long waits when it cancels."""
        if gone() or (waiting and self.cancelled.is_set()):
            raise Cancelled("cancelled by the engine")
