"""CloudWatch as moto serves it, mended: composite alarms can be put."""

from __future__ import annotations

from moto.cloudwatch.responses import CloudWatchResponse

from sandbox.mends import replace


def mend() -> None:
    """Composite alarms: moto keeps them, as alarms with a rule, but has no call to put one."""
    replace(CloudWatchResponse, put_composite_alarm=CloudWatchResponse.put_metric_alarm)
