"""CloudWatch Logs as moto serves them, mended: a group's key changes, a subscription filter can be put again."""

from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from sandbox.mends import replace


def mend() -> None:
    """A group's key can be set only when it is made, and a second subscription filter locks the first."""
    put = LogGroup.put_subscription_filter

    def associate(self: Any) -> str:
        self.logs_backend._find_log_group(self._get_param("logGroupName")).kms_key_id = self._get_param("kmsKeyId")
        return "{}"

    def put_filter(self: Any, name: str, pattern: str, destination: str, role: str) -> None:
        if known := self.subscription_filters.get(name):
            known.update(pattern, destination, role)
        else:
            put(self, name, pattern, destination, role)

    replace(LogsResponse, associate_kms_key=associate, disassociate_kms_key=associate)
    replace(LogGroup, put_subscription_filter=put_filter)
