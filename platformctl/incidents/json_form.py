"""The document of an incident, for machines."""

from typing import Any

from platformctl.incidents.model import SCHEMA, Incident
from platformctl.incidents.suspects import first_suspect


def as_json(incident: Incident) -> dict[str, Any]:
    """All that the Markdown has, times as ISO 8601 in UTC."""
    found, window = incident.gathered, incident.window
    suspect = first_suspect(found.causes, found.alerts, window)
    return {
        "schema": SCHEMA,
        "title": incident.title,
        "environment": incident.environment,
        "severity": incident.severity,
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "written_at": incident.written_at.isoformat(),
        "written_by": incident.written_by,
        "roles": dict(incident.roles),
        "impact": [one.as_dict() for one in found.impact],
        "first_suspect": {
            "what": suspect.cause.what if suspect.cause else None,
            "at": suspect.cause.at.isoformat() if suspect.cause else None,
            "seconds_before": suspect.before.total_seconds() if suspect.cause else None,
            "reckoned_from": suspect.by,
        },
        "alerts": [
            {
                "labels": dict(one.labels),
                "runbook": one.runbook,
                "began": one.began.isoformat() if one.began else None,
                "ended": one.ended.isoformat() if one.ended else None,
            }
            for one in found.alerts
        ],
        "timeline": [one.as_dict() for one in found.entries],
        "drift": [dict(one) for one in found.drift],
        "sources": [one.as_dict() for one in found.sources],
    }
