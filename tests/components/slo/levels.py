"""A service level that differs in what a test is about."""

from typing import Any

from components.slo.definition import ServiceLevel

REQUESTS = 'http_requests_total{service="api"'


def level(**changes: Any) -> ServiceLevel:
    fields: dict[str, Any] = {
        "id": "api-availability",
        "service": "api",
        "owner": "payments",
        "kind": "availability",
        "objective_percent": 99.95,
        "bad": f'sum(rate({REQUESTS},code=~"5.."}}[{{window}}]))',
        "total": f"sum(rate({REQUESTS}}}[{{window}}]))",
    }
    return ServiceLevel(**{**fields, **changes})


def invariant(**changes: Any) -> ServiceLevel:
    fields: dict[str, Any] = {
        "id": "ledger-balanced",
        "service": "ledger",
        "owner": "ledger",
        "kind": "invariant",
        "objective_percent": 100,
        "bad": "sum(increase(ledger_unbalanced_entries_total[{window}]))",
        "total": "count(ledger_unbalanced_entries_total)",
        "alert_class": "money",
        "runbook": "ledger-imbalance",
    }
    return ServiceLevel(**{**fields, **changes})
