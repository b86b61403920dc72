"""Values of the chart opentelemetry-collector: takes traces from services, strips card data, hands them to X-Ray."""

from dataclasses import dataclass, field
from typing import Any

from components.charts.pods import (
    CONTAINER_SECURITY,
    DISRUPTION,
    POD_SECURITY,
    PRIORITY,
    Resources,
    check_replicas,
    spread,
)
from components.charts.versions import TELEMETRY_COLLECTOR

NAME, ACCOUNT = "telemetry-collector", "telemetry-collector"
GRPC_PORT, HTTP_PORT, METRICS_PORT = 4317, 4318, 8888
_HERE = "${env:MY_POD_IP}"
# Card numbers by brand and length, with blanks or dashes between the groups, and what a card or an account is told by.
_BLOCKED = (
    r"\b4[0-9]{3}([ -]?[0-9]{4}){3}\b",
    r"\b(5[1-5][0-9]{2}|2[2-7][0-9]{2})([ -]?[0-9]{4}){3}\b",
    r"\b3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}\b",
    r"\b[A-Z]{2}[0-9]{2}([ ]?[A-Z0-9]{4}){3,7}[ ]?[A-Z0-9]{1,3}\b",
    r"(?i)bearer\s+[a-z0-9._-]+",
)


@dataclass(frozen=True, kw_only=True)
class TelemetryCollectorValues:
    """`labels`: on pods."""

    labels: dict[str, str]
    region: str
    replicas: int = 2
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=200, memory_mib=512))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self) -> dict[str, Any]:
        repository, tag = TELEMETRY_COLLECTOR.image("collector")
        closed = ("jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin")
        return {
            "fullnameOverride": NAME,
            "mode": "deployment",
            "image": {"repository": repository, "tag": tag},
            "command": {"name": "otelcol-contrib"},
            # Whole, instead of `config`, which the chart merges with receivers that nobody uses.
            "alternateConfig": self.config(),
            "replicaCount": self.replicas,
            "serviceAccount": {"create": True, "name": ACCOUNT, "automountServiceAccountToken": False},
            "clusterRole": {"create": False},
            "ports": {**{port: {"enabled": False} for port in closed}, "metrics": {"enabled": True}},
            "podLabels": self.labels,
            "priorityClassName": PRIORITY,
            "podSecurityContext": {"runAsUser": 10001, **POD_SECURITY},
            "securityContext": CONTAINER_SECURITY,
            "resources": self.resources.values(),
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": "opentelemetry-collector"}),
            "podDisruptionBudget": {"enabled": True, **DISRUPTION},
            "serviceMonitor": {"enabled": True},
        }

    def config(self) -> dict[str, Any]:
        """The collector's own configuration: nothing leaves before card data is out of it."""
        return {
            "extensions": {"health_check": {"endpoint": f"{_HERE}:13133"}},
            "receivers": {
                "otlp": {
                    "protocols": {
                        "grpc": {"endpoint": f"{_HERE}:{GRPC_PORT}"},
                        "http": {"endpoint": f"{_HERE}:{HTTP_PORT}"},
                    }
                }
            },
            "processors": {
                "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25},
                "redaction": {"allow_all_keys": True, "blocked_values": list(_BLOCKED), "summary": "silent"},
                "batch": {"timeout": "5s"},
            },
            "exporters": {"awsxray": {"region": self.region}},
            "service": {
                "extensions": ["health_check"],
                "telemetry": {"metrics": {"readers": [_metrics_reader()]}},
                "pipelines": {
                    "traces": {
                        "receivers": ["otlp"],
                        "processors": ["memory_limiter", "redaction", "batch"],
                        "exporters": ["awsxray"],
                    }
                },
            },
        }


def _metrics_reader() -> dict[str, Any]:
    return {"pull": {"exporter": {"prometheus": {"host": _HERE, "port": METRICS_PORT}}}}
