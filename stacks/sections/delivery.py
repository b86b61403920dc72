"""What services are delivered with: whom releases are told to, what measures them, and who is told of alerts."""

from typing import Annotated, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from components.alerting.told import Severity, is_address
from components.retention import LogGroupDays
from components.tags import DataClass
from stacks.reading import Check, Found
from stacks.sections.fields import Digest, Strict, Team, TimeOfDay
from stacks.services import SERVICES
from stacks.slo import SERVICE_LEVELS


class Prometheus(Strict):
    retention_days: Annotated[int, Field(ge=1, le=90)]
    """How far back releases and people can ask; what is kept longer, the observability layer keeps."""
    storage_gib: Annotated[int, Field(ge=10, le=2000)]
    """Of each of the two; the oldest goes when nine tenths are full."""


class Owner(Strict):
    webhooks: dict[Severity, str] = Field(default_factory=dict)
    """Addresses that are told as well as the topic of the severity, each of them https://host/path."""


class TicketHours(Strict):
    start: TimeOfDay
    end: TimeOfDay
    zone: str
    """Of the IANA: Europe/Berlin."""


class Alerts(Strict):
    owners: Annotated[dict[Team, Owner], Field(min_length=1)]
    """The teams that answer for services; each is told of its own by the topics of `notifications`."""
    heartbeat_url: str
    """A receiver outside of the account, which raises the alarm when it is not told for a few minutes."""
    heartbeat_s: Annotated[int, Field(ge=10, le=300)]
    ticket_hours: TicketHours
    """When tickets are told of, Monday to Friday; pages always are."""


class Collector(Strict):
    digest: Digest
    """Of the image billing/telemetry-collector, which is built from collector/."""
    log_days: Annotated[dict[DataClass, LogGroupDays], Field(min_length=1)]
    """How long logs of services are kept, by the class of what is in them."""


class Exporter(Strict):
    digest: Digest
    """Of the image billing/platform-exporter, which is built by exporter/Dockerfile."""


class Delivery(Strict):
    release_webhook: str
    """Whom each event of a release is told to: an address of ours that begins with https://."""
    prometheus: Prometheus
    alerts: Alerts
    collector: Collector
    exporter: Exporter


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


def _told(alerts: Alerts) -> Found:
    addresses = {"heartbeat_url": alerts.heartbeat_url} | {
        f"owners.{name}.webhooks.{severity}": url
        for name, owner in alerts.owners.items()
        for severity, url in owner.webhooks.items()
    }
    for key, url in addresses.items():
        if not is_address(url):
            allowed = "https://host/path without user, query or fragment: they hold tokens, and settings hold none"
            yield f"delivery.alerts.{key}", url, allowed, "take an address of ours that needs none"


def _hours(alerts: Alerts) -> Found:
    hours = alerts.ticket_hours
    if hours.start >= hours.end:
        allowed = f"a time after {hours.start}: tickets are told of within one day"
        yield "delivery.alerts.ticket_hours.end", hours.end, allowed, "correct it, or the start"
    try:
        ZoneInfo(hours.zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        allowed = "a zone of the IANA, such as Europe/Berlin"
        yield "delivery.alerts.ticket_hours.zone", hours.zone, allowed, "correct it: Alertmanager would not start"


def _owned(alerts: Alerts, platform: str) -> Found:
    asking = {platform, *(one.owner for one in SERVICES), *(level.owner for level in SERVICE_LEVELS)}
    for owner in sorted(asking - {*alerts.owners}):
        allowed = (
            f"every owner of a service or a service level, and {platform} for the platform: nobody else would be told"
        )
        yield "delivery.alerts.owners", sorted(alerts.owners), allowed, f"add {owner}: {{}}"


def _kept(collector: Collector) -> Found:
    log_days = collector.log_days
    needed = {service.data_class for service in SERVICES} | {"financial"}  # of logs that do not say what they hold
    for data_class in (one for one in get_args(DataClass) if one in needed and one not in log_days):
        allowed = f"every class of a service, so {', '.join(sorted(needed))}"
        yield "delivery.collector.log_days", sorted(log_days), allowed, f"add {data_class}: 30"
    for data_class in sorted({*log_days} & {"public", "audit"}):
        allowed = "internal, personal or financial: public data has no key, and evidence has groups of its own"
        yield f"delivery.collector.log_days.{data_class}", log_days[data_class], allowed, "remove it"


CHECKS: tuple[Check, ...] = (
    (("delivery.alerts",), _told),
    (("delivery.alerts",), _hours),
    (("delivery.alerts", "tags.owner"), _owned),
    (("delivery.collector",), _kept),
    (("delivery.release_webhook",), _over_tls),
    (("delivery.prometheus",), _outlasts_periods),
)
