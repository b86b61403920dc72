"""One alert in the words of Prometheus, with the labels that route it and the annotations that tell what to do."""

from typing import Any


def alert_rule(
    name: str,
    expression: str,
    *,
    severity: str,
    owner: str,
    alert_class: str,
    runbook: str,
    summary: str,
    description: str = "",
    service: str = "",
    holds: str = "0s",
    **labels: str,
) -> dict[str, Any]:
    """`holds`: a Prometheus duration for which the expression must hold. `runbook`: a page of docs/runbooks.

    `service`: where the series do not name one. Texts that are empty are left out.
    """
    routed = {"severity": severity, "owner": owner, "service": service, "class": alert_class, **labels}
    told = {"summary": summary, "description": description, "runbook": f"docs/runbooks/{runbook}.md"}
    return {
        "alert": name,
        "expr": expression,
        "for": holds,
        "labels": {key: value for key, value in routed.items() if value},
        "annotations": {key: text for key, text in told.items() if text},
    }
