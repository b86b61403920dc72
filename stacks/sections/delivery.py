"""What services are delivered with: whom releases are told to, and what measures them."""

from typing import Annotated

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Strict
from stacks.slo import SERVICE_LEVELS


class Prometheus(Strict):
    retention_days: Annotated[int, Field(ge=1, le=90)]
    """How far back releases and people can ask; what is kept longer, the observability layer keeps."""
    storage_gib: Annotated[int, Field(ge=10, le=2000)]
    """Of each of the two; the oldest goes when nine tenths are full."""


class Delivery(Strict):
    release_webhook: str
    """Whom each event of a release is told to: an address of ours that begins with https://."""
    prometheus: Prometheus


def _over_tls(release_webhook: str) -> Found:
    if not release_webhook.startswith("https://") or len(release_webhook) <= len("https://"):
        allowed = "an address that begins with https://: it tells what runs where"
        yield "delivery.release_webhook", release_webhook, allowed, "write https://host/path"


def _outlasts_periods(prometheus: Prometheus) -> Found:
    """Error budgets are summed over their whole period, and releases compared with the weeks before them."""
    level = max(SERVICE_LEVELS, key=lambda one: one.period_days)
    if (kept := prometheus.retention_days) <= level.period_days:
        allowed = f"more than {level.period_days}: the error budget of {level.id} is that of {level.period_days} days"
        remedy = f"set {level.period_days + 1} or more, or declare a shorter period"
        yield "delivery.prometheus.retention_days", kept, allowed, remedy


CHECKS: tuple[Check, ...] = (
    (("delivery.release_webhook",), _over_tls),
    (("delivery.prometheus",), _outlasts_periods),
)
