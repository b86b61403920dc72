"""What services are delivered with: whom releases are told to, and what measures them."""

from typing import Annotated

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Strict

_LONGEST_CANARY_DAYS = 1  # from the first step to the last, with somebody who sleeps on it in between


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


def _outlasts_releases(environment: str, prometheus: Prometheus) -> Found:
    least = 15 if environment == "prod" else _LONGEST_CANARY_DAYS
    if prometheus.retention_days < least:
        allowed = f"at least {least} in {environment}: a release is compared with the weeks before it"
        yield "delivery.prometheus.retention_days", prometheus.retention_days, allowed, f"set {least} or more"


CHECKS: tuple[Check, ...] = (
    (("delivery.release_webhook",), _over_tls),
    (("environment", "delivery.prometheus"), _outlasts_releases),
)
