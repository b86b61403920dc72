"""Two teams and an environment, as alerts are told to them."""

from copy import deepcopy
from typing import Any

from components.alerting.configuration import configuration
from components.alerting.told import Hours, Owner, Told

TOPICS = {one: f"arn:aws:sns:eu-central-1:730218645519:prod-{one}" for one in ("page", "ticket")}


def told(**changed: Any) -> Told:
    """`payments` is told by an address of its own as well."""
    given: dict[str, Any] = {
        "environment": "prod",
        "region": "eu-central-1",
        "owners": {
            "payments": Owner(webhooks={"page": "https://alerts.example.com/payments"}),
            "integrations": Owner(webhooks={}),
            "platform-engineering": Owner(webhooks={}),
        },
        "fallback": "platform-engineering",
        "topics": TOPICS,
        "heartbeat_url": "https://alerts.example.com/heartbeat",
        "hours": Hours(start="08:00", end="18:00", zone="Europe/Berlin"),
    }
    return Told(**given | changed)


def to_inbox(port: int, scale: float, *, at_any_hour: bool = True, sns: bool = False, **changed: Any) -> dict[str, Any]:
    """The configuration with all times shortened, and every receiver at the inbox: by its name, or as SNS."""
    made = deepcopy(configuration(told(**changed), scale))
    for receiver in made["receivers"]:
        if sns and "sns_configs" in receiver:
            receiver.pop("webhook_configs", None)
            receiver["sns_configs"][0]["api_url"] = f"http://127.0.0.1:{port}/sns"
        else:
            for kind in ("sns_configs", "webhook_configs"):
                receiver.pop(kind, None)
            here = {
                "url": f"http://127.0.0.1:{port}/{receiver['name']}",
                "send_resolved": receiver["name"] != "heartbeat",
            }
            receiver["webhook_configs"] = [here]
    if at_any_hour:
        for owner in made["route"]["routes"]:
            for inner in owner.get("routes", []):
                inner.pop("active_time_intervals", None)
    return made


def alert(name: str, owner: str, service: str, severity: str = "page", **more: str) -> dict[str, str]:
    """Its labels, as Prometheus sends them."""
    given = {"alertname": name, "owner": owner, "service": service, "severity": severity, "environment": "prod"}
    return {**given, "class": "slo", **more}
