"""What both collectors have in common: how they run, listen, and say how they are."""

from typing import Any, Final

from components.charts.pods import CONTAINER_SECURITY, DISRUPTION, POD_SECURITY, PRIORITY, Resources, spread

GRPC_PORT: Final = 4317
HTTP_PORT: Final = 4318
METRICS_PORT: Final = 8888
HERE: Final = "${env:MY_POD_IP}"
_CLOSED = ("jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin")


def common(name: str, account: str, labels: dict[str, str], resources: Resources, replicas: int) -> dict[str, Any]:
    """Values of the chart. `labels`: on pods, which are told apart by `app.kubernetes.io/instance`, the release."""
    return {
        "fullnameOverride": name,
        "mode": "deployment",
        "replicaCount": replicas,
        "serviceAccount": {"create": True, "name": account, "automountServiceAccountToken": False},
        "clusterRole": {"create": False},
        "ports": {**{port: {"enabled": False} for port in _CLOSED}, "metrics": {"enabled": True}},
        "podLabels": labels,
        "priorityClassName": PRIORITY,
        "podSecurityContext": {"runAsUser": 10001, **POD_SECURITY},
        "securityContext": CONTAINER_SECURITY,
        "resources": resources.values(),
        "topologySpreadConstraints": spread({"app.kubernetes.io/instance": name}),
        "podDisruptionBudget": {"enabled": True, **DISRUPTION},
        "serviceMonitor": {"enabled": True},
    }


def extensions(here: str) -> dict[str, Any]:
    return {"health_check": {"endpoint": f"{here}:13133"}}


def receivers(here: str) -> dict[str, Any]:
    ports = {"grpc": GRPC_PORT, "http": HTTP_PORT}
    return {"otlp": {"protocols": {name: {"endpoint": f"{here}:{port}"} for name, port in ports.items()}}}


def limiter() -> dict[str, Any]:
    return {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25}


def telemetry(here: str) -> dict[str, Any]:
    """Of the collector itself, for Prometheus."""
    return {"metrics": {"readers": [{"pull": {"exporter": {"prometheus": {"host": here, "port": METRICS_PORT}}}}]}}
