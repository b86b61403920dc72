"""OpenSLO documents as others write them, changed in what a test is about."""

from typing import Any

GOOD = 'sum(http_requests_total{component="web",code=~"2..|4.."})'
TOTAL = 'http_requests_total{component="web"}'


def metric(query: str, kind: str | None = "Prometheus", **more: Any) -> dict[str, Any]:
    return {"metricSource": {**({"type": kind} if kind else {}), **more, "spec": {"query": query}}}


def ratio(**changes: Any) -> dict[str, Any]:
    fields = {"counter": True, "good": metric(GOOD), "total": metric(TOTAL), **changes}
    return {"ratioMetric": {key: value for key, value in fields.items() if value is not None}}


def threshold(query: str = "max(queue_age_seconds)") -> dict[str, Any]:
    return {"thresholdMetric": metric(query)}


def slo(said: dict[str, Any] | None = None, objective: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """`said`: by the indicator. None takes a field out."""
    fields = {
        "service": "web",
        "indicator": {"metadata": {"name": "web-ratio"}, "spec": said or ratio()},
        "timeWindow": [{"duration": "4w", "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [objective or {"displayName": "Good", "target": 0.995}],
        **spec,
    }
    return document("SLO", "web-availability", {key: value for key, value in fields.items() if value is not None})


def document(kind: str, name: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}
