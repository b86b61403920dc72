"""Series of a release as promtool reads them: both arms healthy, and what a case changes about them."""

from collections.abc import Iterator, Mapping

LENGTH = 80  # samples, 15 s apart
STEP_S = 15
SERVICE, NAMESPACE, CANARY, STABLE = "billing-api", "billing", "c", "s"
ARMS = (CANARY, STABLE)
GONE = None  # a series that a case takes away

# Events per second in each arm of a healthy release: seconds of p99 follow from the shares of the buckets.
HEALTHY = {
    'http_requests_total{code="200"}': 10.0,
    'http_requests_total{code="500"}': 0.002,
    'http_request_duration_seconds_count{route="charge"}': 10.0,
    'http_request_duration_seconds_bucket{route="charge",le="0.5"}': 9.8,
    'http_request_duration_seconds_bucket{route="charge",le="1"}': 9.95,
    'http_request_duration_seconds_bucket{route="charge",le="2.5"}': 9.99,
    'http_request_duration_seconds_bucket{route="charge",le="10"}': 10.0,
    'http_request_duration_seconds_bucket{route="charge",le="+Inf"}': 10.0,
    'charges_total{outcome="approved"}': 2.76,
    'charges_total{outcome="declined"}': 0.24,
    'webhook_deliveries_total{outcome="delivered"}': 10.0,
    'webhook_deliveries_total{outcome="refused"}': 0.1,
    'jobs_total{outcome="succeeded"}': 10.0,
    'jobs_total{outcome="failed"}': 0.002,
}
POD = f'namespace="{NAMESPACE}",pod="{SERVICE}-{CANARY}-x1",container="api"'
REPLICAS = f'namespace="{NAMESPACE}",replicaset="{SERVICE}-{STABLE}"'
STATES = {
    "ledger_unbalanced_entries_total": "0",
    f"container_memory_working_set_bytes{{{POD}}}": "400",
    f"container_spec_memory_limit_bytes{{{POD}}}": "1000",
    f"kube_pod_container_status_restarts_total{{{POD}}}": "0",
    f"kube_replicaset_spec_replicas{{{REPLICAS}}}": "4",
    f"kube_replicaset_status_ready_replicas{{{REPLICAS}}}": "4",
}
OF_ARMS = {"db_pool_in_use{}": "5", "db_pool_size{}": "10"}


def counter(per_s: float, steps: int = LENGTH) -> str:
    return f"0+{per_s * STEP_S:g}x{steps}"


def gauge(value: str, steps: int = LENGTH) -> str:
    return f"{value}x{steps}" if value.replace(".", "").isdigit() else value


def series(changes: Mapping[str, str | float | None]) -> dict[str, str]:
    """All series. A change is keyed `ARM SERIES`, or by the whole series; a number is a rate, None takes it away."""
    whole = dict(_healthy())
    for key, change in changes.items():
        name = _named(key)
        if change is GONE:
            whole = {one: values for one, values in whole.items() if not one.startswith(name.rstrip("}"))}
        else:
            whole[name] = counter(change) if isinstance(change, float | int) else gauge(change)
    return whole


def _healthy() -> Iterator[tuple[str, str]]:
    for arm in ARMS:
        yield f'up{{job="{SERVICE}",hash="{arm}"}}', gauge("1")
        yield from ((_named(f"{arm} {name}"), counter(per_s)) for name, per_s in HEALTHY.items())
        yield from ((_named(f"{arm} {name}"), gauge(value)) for name, value in OF_ARMS.items())
    yield from ((name, gauge(value)) for name, value in STATES.items())


def _named(key: str) -> str:
    arm, _, name = key.partition(" ")
    if arm not in ARMS:
        return key
    metric, _, labels = name.partition("{")
    own = f'job="{SERVICE}",hash="{arm}"' if metric == "up" else f'service="{SERVICE}",hash="{arm}"'
    return f"{metric}{{{own}{',' if labels.strip('}') else ''}{labels.rstrip('}')}}}"
