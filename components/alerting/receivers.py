"""Who receives alerts: for each owner and severity the topic, with labels to filter by, and the owner's own address."""

from collections.abc import Mapping
from typing import Any, Final

from components.alerting.told import SEVERITIES, Severity, Told

HEARTBEAT: Final = "heartbeat"
# SNS takes 100 characters of ASCII for a subject (API reference, "Publish"); these labels are short.
_SUBJECT = "[{{ .Status }}] {{ .CommonLabels.severity }} {{ .CommonLabels.service }}: {{ .Alerts.Firing | len }} firing"
_MESSAGE = (
    "{{ range .Alerts }}[{{ .Status }}] {{ .Labels.alertname }} of {{ .Labels.service }} in {{ .Labels.environment }}"
    "{{ if .Labels.slo }} (SLO {{ .Labels.slo }}){{ end }}\n"
    "{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook }}\nSince: {{ .StartsAt }}\n\n{{ end }}"
)


def receiver_name(owner: str, severity: Severity) -> str:
    return f"{owner}-{severity}"


def receivers(told: Told) -> list[dict[str, Any]]:
    """Sorted by owner; last the one that is told that alerts are told."""
    made = [
        _receiver(told, owner, severity, told.owners[owner].webhooks)
        for owner in sorted(told.owners)
        for severity in SEVERITIES
    ]
    beat = {"url": told.heartbeat_url, "send_resolved": False, "max_alerts": 1}
    return [*made, {"name": HEARTBEAT, "webhook_configs": [beat]}]


def _receiver(told: Told, owner: str, severity: Severity, webhooks: Mapping[Severity, str]) -> dict[str, Any]:
    topic = {
        "topic_arn": told.topics[severity],
        "sigv4": {"region": told.region},  # with the role of the pod
        "subject": _SUBJECT,
        "message": _MESSAGE,
        "attributes": {"owner": owner, "severity": severity, "environment": told.environment},
        "send_resolved": True,
    }
    made: dict[str, Any] = {"name": receiver_name(owner, severity), "sns_configs": [topic]}
    if url := webhooks.get(severity):
        made["webhook_configs"] = [{"url": url, "send_resolved": True}]
    return made
