"""Series that every query of a dashboard finds something in: all of the tables, as the platform's parts export them.

An hour that ends at `NOW`, and the same hour a week before, which panels compare with.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from components.dashboards.series import RAW, RECORDED, Series

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_STEP_S, _WEEK_S = 30, 7 * 24 * 3600
_LENGTH_S = 3600
ARMS = ("5d9c7b", "77fd44")
OF_SERVICE = {
    "http_requests_total": ("api",),
    "http_request_duration_seconds": ("api",),
    "charges_total": ("api",),
    "webhook_deliveries_total": ("webhooks",),
    "webhook_delivery_duration_seconds": ("webhooks",),
    "jobs_total": ("payouts", "ledger"),
    "job_duration_seconds": ("payouts", "ledger"),
}
PLATFORM = ("database", "audit", "releases")  # of which there are promises, too
SERVICES = ("api", "webhooks", "payouts", "ledger")
_VALUES: dict[str, tuple[str, ...]] = {
    "hash": ARMS,
    "code": ("200", "503"),
    "route": ("charge",),
    "owner": ("payments",),
    "alertname": ("ErrorBudgetBurn",),
    "alertstate": ("firing",),
    "severity": ("page",),
    "class": ("slo", "cluster", "money"),
    "job": SERVICES,
    "container": ("app",),
    "node": ("one", "two"),
    "condition": ("Ready",),
    "status": ("true",),
    "persistentvolumeclaim": ("prometheus-0",),
    "receiver": ("otlp",),
    "exporter": ("awsxray",),
    "rule_group": ("slo-fast",),
    "type": ("hard", "used"),
    "integration": ("sns",),
    "vault": ("prod-financial",),
}
_VARYING: dict[str, dict[str, tuple[str, ...]]] = {
    "charges_total": {"outcome": ("approved", "declined", "processor_error")},
    "webhook_deliveries_total": {"outcome": ("delivered", "error")},
    "jobs_total": {"outcome": ("succeeded", "failed")},
    "kube_pod_status_phase": {"phase": ("Running", "Pending")},
    "rollout_info": {"name": SERVICES, "phase": ("Progressing", "Paused", "Degraded")},
    "analysis_run_info": {"name": tuple(f"{one}-77fd44-2-1" for one in SERVICES), "phase": ("Running",)},
    "kube_pod_container_resource_requests": {"resource": ("cpu", "memory")},
    "kube_node_status_allocatable": {"resource": ("cpu", "memory")},
    "kube_resourcequota": {"resource": ("pods",)},
}
_BUCKETS = ("0.1", "1", "+Inf")


def series() -> dict[str, list[tuple[float, float]]]:
    """By name and labels as PromQL writes them."""
    found: dict[str, list[tuple[float, float]]] = {}
    for name, one in {**RAW, **RECORDED}.items():
        for number, labels in enumerate(_labelled(name, one)):
            for part, more in _parts(name, one):
                text = ",".join(f'{key}="{value}"' for key, value in {**labels, **more}.items())
                found[f"{part}{{{text}}}"] = list(_points(one, number, more.get("le")))
    return found


def _parts(name: str, one: Series) -> Iterator[tuple[str, dict[str, str]]]:
    if one.type != "histogram":
        yield name, {}
        return
    yield from ((f"{name}_bucket", {"le": le}) for le in _BUCKETS)
    yield from ((f"{name}_{part}", {}) for part in ("sum", "count"))


def _labelled(name: str, one: Series) -> Iterator[dict[str, str]]:
    """Every combination of the values of its labels; pods are of services, and named as the platform names them."""
    promised = name in RECORDED or name == "ALERTS"
    services = OF_SERVICE.get(name, (*SERVICES, *PLATFORM) if promised else SERVICES)
    if "pod" in one.labels or "namespace" in one.labels or "replicaset" in one.labels:
        for service, arm in product(services, ARMS):
            own = {"namespace": f"billing-{service}", "pod": f"{service}-{arm}-x", "replicaset": f"{service}-{arm}"}
            yield from _combined({key: (own[key],) if key in own else _of(name, key) for key in one.labels})
        return
    for service in services if "service" in one.labels else ("",):
        own = {"service": service, "slo": f"{service or 'audit'}-availability"}
        yield from _combined({key: (own[key],) if key in own else _of(name, key) for key in one.labels})


def _of(name: str, key: str) -> tuple[str, ...]:
    return _VARYING.get(name, {}).get(key) or _VALUES[key]


def _combined(values: dict[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def _points(one: Series, number: int, le: str | None) -> Iterator[tuple[float, float]]:
    """Counters rise by a few in every step; gauges stay; a bucket holds what those below it hold."""
    share = (1 + _BUCKETS.index(le)) / len(_BUCKETS) if le else 1.0
    end = NOW.timestamp()
    for shift in (_WEEK_S, 0):
        for step in range(_LENGTH_S // _STEP_S + 1):
            value = (step + 1) * (3.0 + number) * share if one.type != "gauge" else 1.0
            yield end - shift - _LENGTH_S + step * _STEP_S, value
