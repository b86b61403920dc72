"""Alerts from a file: what Alertmanager's API or a webhook of it gives, or what Prometheus's API gives."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError
from platformctl.incidents.alerts import is_switch
from platformctl.incidents.model import Alerted, Window

_KNOWN = (
    "a list of alerts of Alertmanager (GET /api/v2/alerts, `amtool alert query -o json`), the body of one of its"
    " webhooks, or Prometheus's answer to GET /api/v1/alerts"
)

_FIRING = ("active", "firing", "suppressed", "unprocessed")


def read(file: Path, window: Window) -> list[Alerted]:
    """Those that fired in the window, by when they began. CommandError for another file."""
    try:
        found = _alerts(json.loads(file.read_text("utf-8")))
        alerts = [one for raw in found for one in _alerted(raw, window)]
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file}: not UTF-8 text; give {_KNOWN}") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"{file}: no alerts can be read from it ({error!r}); give {_KNOWN}") from None
    return sorted(alerts, key=lambda one: (one.began or window.since, one.name, sorted(one.labels.items())))


def _alerts(document: Any) -> Iterable[Any]:
    if isinstance(document, Mapping) and isinstance(document.get("data"), Mapping):
        document = document["data"]
    found = document.get("alerts") if isinstance(document, Mapping) else document
    if not isinstance(found, list):
        raise ValueError("it has no list of alerts")
    return found


def _alerted(raw: Mapping[str, Any], window: Window) -> Iterator[Alerted]:
    labels = {str(name): str(value) for name, value in raw["labels"].items()}
    begun = _time(raw.get("startsAt") or raw["activeAt"])
    ended = _ended(raw, window)
    if raw.get("state") == "pending" or is_switch(labels) or not window.overlaps(begun, ended):
        return
    notes = raw.get("annotations") or {}
    yield Alerted(labels, str(notes.get("summary", "")), str(notes.get("runbook", "")), begun, ended)


def _ended(raw: Mapping[str, Any], window: Window) -> datetime | None:
    """None while it fires: Alertmanager's `endsAt` is then the time at which it would give it up, and means nothing."""
    status, ends = raw.get("status"), str(raw.get("endsAt") or "")
    state = status.get("state") if isinstance(status, Mapping) else status
    if state in _FIRING or not ends or ends.startswith("0001-"):  # Go's zero time
        return None
    end = _time(ends)
    return end if end <= window.until else None


def _time(text: str) -> datetime:
    """As Go writes it: up to nine digits of a second, of which Python 3.11 reads six."""
    whole, point, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    read = datetime.fromisoformat(f"{whole}.{digits[:6]:0<6}{rest[len(digits) :]}" if point else text)
    if read.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return read.astimezone(UTC)
