"""What the rollouts controller tells when a release stops, is stopped, or cannot be judged."""

import json
from typing import Any, Final

SERVICE: Final = "releases"
# Trigger -> what happened, what is to be done. A trigger is called after the controller's event (utils/record/record.go
# of Argo Rollouts v1.10.0).
EVENTS: Final[dict[str, tuple[str, str]]] = {
    "on-rollout-aborted": ("aborted", "traffic is back on the stable version; read its analysis before a retry"),
    "on-analysis-run-failed": ("failed", "the canary was worse than the stable version; it is being aborted"),
    "on-analysis-run-error": ("blind", "metrics cannot be read; it goes back to stable unless they return"),
    "on-analysis-run-inconclusive": ("starved", "too few samples for a verdict; go on or abort by hand"),
    "on-rollout-paused": ("paused", "it waits for its step to end, or for somebody to go on or abort"),
    "on-rollout-completed": ("completed", "nothing: the new version serves everybody"),
}
# Go templates: `dig` gives "" for what is not there.
_TOLD: Final[dict[str, str]] = {
    "namespace": ".rollout.metadata.namespace",
    "rollout": ".rollout.metadata.name",
    "owner": 'dig "labels" "platform/owner" "" .rollout.metadata',
    "revision": 'dig "annotations" "rollout.argoproj.io/revision" "" .rollout.metadata',
    "message": 'dig "status" "message" "" .rollout',
}


def notification_values(webhook_url: str, environment: str) -> dict[str, Any]:
    """`notifications` of the chart: each event of every rollout as one JSON document to one webhook.

    {"environment", "event", "remedy", "namespace", "rollout", "owner", "revision", "message"}, all text. A delivery is
    tried six times and then given up: what must not be missed is alarmed on by metrics as well.
    """
    service = {"url": webhook_url, "headers": [{"name": "Content-Type", "value": "application/json"}], "retryMax": 5}
    return {
        "notifiers": {f"service.webhook.{SERVICE}": json.dumps(service)},  # JSON is YAML
        "templates": {f"template.{name}": json.dumps(_template(environment, *told)) for name, told in EVENTS.items()},
        "triggers": {f"trigger.{name}": json.dumps([{"send": [name]}]) for name in EVENTS},
        "subscriptions": [{"recipients": [SERVICE], "triggers": list(EVENTS)}],
    }


def _template(environment: str, event: str, remedy: str) -> dict[str, Any]:
    fixed = {"environment": environment, "event": event, "remedy": remedy}
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fixed.items()]
    parts += [f"{json.dumps(key)}: {{{{ {value} | toJson }}}}" for key, value in _TOLD.items()]
    message = f"Release of {{{{.rollout.metadata.name}}}} in {environment}: {event}"
    return {"message": message, "webhook": {SERVICE: {"method": "POST", "body": f"{{{', '.join(parts)}}}"}}}
