"""Telemetry in OTLP's JSON that holds a text in every place where OTLP takes one."""

from typing import Any

_TRACE, _SPAN, _NOW = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", "1764148800000000000"


def value(of: Any) -> dict[str, Any]:
    """As OTLP writes an attribute's value."""
    match of:
        case bool():
            return {"boolValue": of}
        case int():
            return {"intValue": str(of)}
        case float():
            return {"doubleValue": of}
        case dict():
            return {"kvlistValue": {"values": attributes(of)}}
        case list():
            return {"arrayValue": {"values": [value(one) for one in of]}}
    return {"stringValue": of}


def attributes(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(one)} for key, one in of.items()]


def _source(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    scope = {"name": f"library {text}", "version": text, "attributes": attributes({"scope": text})}
    return {"attributes": attributes({"service.name": "api", "resource": text})}, scope


def log(body: Any, **others: Any) -> dict[str, Any]:
    record = {"timeUnixNano": _NOW, "body": value(body), "attributes": attributes(others)}
    return {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": [record]}]}]}


def full_log(text: str) -> dict[str, Any]:
    resource, scope = _source(text)
    record = {
        "timeUnixNano": _NOW,
        "severityText": text,
        "eventName": text,
        "body": value({"message": text, "nested": {"list": [text, {"deep": text}], text: "as a key"}}),
        "attributes": attributes({"plain": text, "map": {"inner": [text]}, text: 1, "redaction.masked.keys": text}),
    }
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": scope, "logRecords": [record]}]}]}


def full_trace(text: str) -> dict[str, Any]:
    resource, scope = _source(text)
    span = {
        "traceId": _TRACE,
        "spanId": _SPAN,
        "name": f"GET /v1/cards/{text}",
        "traceState": f"vendor={text}",
        "startTimeUnixNano": _NOW,
        "endTimeUnixNano": _NOW,
        "attributes": attributes({"url.full": f"https://x.example/a?q={text}", "list": [text]}),
        "status": {"code": 2, "message": f"declined {text}"},
        "events": [
            {"name": f"event {text}", "timeUnixNano": _NOW, "attributes": attributes({"exception.message": text})}
        ],
        "links": [
            {"traceId": _TRACE, "spanId": _SPAN, "traceState": f"v={text}", "attributes": attributes({"link": text})}
        ],
    }
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": [span]}]}]}


def full_metrics(text: str) -> dict[str, Any]:
    resource, scope = _source(text)
    exemplar = {"timeUnixNano": _NOW, "asDouble": 1, "traceId": _TRACE, "filteredAttributes": attributes({"x": text})}
    point = {"timeUnixNano": _NOW, "asDouble": 1.0, "attributes": attributes({"label": text}), "exemplars": [exemplar]}
    counted = {"timeUnixNano": _NOW, "count": "1", "sum": 1.0, "attributes": attributes({"label": text})}
    bucketed = {**counted, "bucketCounts": ["1"], "exemplars": [exemplar]}
    exponential = {**counted, "scale": 0, "zeroCount": "1", "exemplars": [exemplar]}
    named = {"description": text, "unit": text, "metadata": attributes({"meta": text})}
    kinds = {
        "gauge": {"dataPoints": [point]},
        "sum": {"dataPoints": [point], "aggregationTemporality": 2, "isMonotonic": True},
        "histogram": {"dataPoints": [bucketed], "aggregationTemporality": 2},
        "exponentialHistogram": {"dataPoints": [exponential], "aggregationTemporality": 2},
        "summary": {"dataPoints": [counted]},
    }
    metrics = [{"name": f"{kind} {text}", **named, kind: points} for kind, points in kinds.items()]
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"scope": scope, "metrics": metrics}]}]}


FULL = {"traces": full_trace, "logs": full_log, "metrics": full_metrics}
