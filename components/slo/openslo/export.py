"""Service levels as OpenSLO documents: Service, SLI, SLO, and the alerting that follows from them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from components.slo.checks import figure
from components.slo.definition import WINDOW as OURS
from components.slo.definition import ServiceLevel
from components.slo.openslo.fields import API_VERSION, PREFIX, WINDOW, annotations
from components.slo.windows import Window

Document = dict[str, Any]

_TARGETS: Final = {"page": "Wakes who is on call.", "ticket": "Makes a ticket for working hours."}


def files(levels: Sequence[ServiceLevel]) -> dict[str, list[Document]]:
    """By file name: a file for each service, and alerting.yaml for what they share."""
    services = dict.fromkeys(level.service for level in levels)
    of = {name: [level for level in levels if level.service == name] for name in services}
    return {
        **{f"{name}.yaml": [_service(name, own), *_documents(own)] for name, own in of.items()},
        "alerting.yaml": alerting(levels),
    }


def _service(name: str, levels: Sequence[ServiceLevel]) -> Document:
    owners = ", ".join(dict.fromkeys(level.owner for level in levels))
    return _document("Service", name, {"description": f"{name}, of {owners}."})


def _documents(levels: Iterable[ServiceLevel]) -> list[Document]:
    return [one for level in levels for one in _of(level)]


def _of(level: ServiceLevel) -> list[Document]:
    """An invariant is an SLI alone, with all of it in annotations: the target of an SLO must be below 1."""
    about = {"description": level.description} if level.description else {}
    if level.kind == "invariant":
        own = {**annotations(level), f"{PREFIX}service": level.service, f"{PREFIX}total": level.total}
        own[f"{PREFIX}period-days"] = str(level.period_days)
        return [_document("SLI", level.id, {**about, "thresholdMetric": _source(level.bad)}, own)]
    ratio = {"counter": False, "bad": _source(level.bad), "total": _source(level.total)}
    objective = {"displayName": level.id, "target": float(1 - level.budget)}
    spec = {
        **about,
        "service": level.service,
        "indicatorRef": level.id,
        "timeWindow": [{"duration": f"{level.period_days}d", "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [objective],
        "alertPolicies": [{"alertPolicyRef": _policy(level, window)} for window in level.alert_windows],
    }
    return [
        _document("SLI", level.id, {**about, "ratioMetric": ratio}),
        _document("SLO", level.id, spec, annotations(level)),
    ]


def alerting(levels: Iterable[ServiceLevel]) -> list[Document]:
    """Policies and conditions by factor and window, and the two targets. A condition has one window: that the short one
    burns, too, is not said in OpenSLO.
    """
    policies = {_policy(level, window): (level, window) for level in levels for window in level.alert_windows}
    found = [
        _document("AlertNotificationTarget", name, {"target": name, "description": says})
        for name, says in _TARGETS.items()
    ]
    for name, (level, window) in sorted(policies.items()):
        factor = window.factor(level.period_days)
        burn = {"kind": "burnrate", "op": "gt", "threshold": _number(factor)}
        condition = {**burn, "lookbackWindow": window.long, "alertAfter": "0m"}
        asked = {"alertWhenBreaching": True, "alertWhenResolved": True, "alertWhenNoData": True}
        targets = [{"targetRef": window.severity}]
        found += [
            _document("AlertCondition", name, {"severity": window.severity, "condition": condition}),
            _document(
                "AlertPolicy", name, {**asked, "conditions": [{"conditionRef": name}], "notificationTargets": targets}
            ),
        ]
    return found


def _policy(level: ServiceLevel, window: Window) -> str:
    return f"burn-{figure(window.factor(level.period_days)).replace('.', '-')}-over-{window.long}"


def _source(query: str) -> Document:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query.replace(OURS, WINDOW)}}}


def _document(kind: str, name: str, spec: Document, own: dict[str, str] | None = None) -> Document:
    metadata = {"name": name, **({"annotations": own} if own else {})}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _number(value: Decimal) -> float | int:
    return int(value) if value == int(value) else float(value)
