"""Values of the chart opentelemetry-collector for the first of two: takes everything from services, takes out what is
sensitive, and passes it on. It runs an image of ours, built from collector/.
"""

from dataclasses import dataclass, field
from typing import Any

from components.charts.collectors import HERE, common, extensions, limiter, receivers, telemetry
from components.charts.pods import Resources, check_replicas
from components.redaction import MASKED_KEYS, PATTERNS

NAME, ACCOUNT = "telemetry-collector", "telemetry-collector"
_PATIENCE_S = 300  # while what is behind it is away


@dataclass(frozen=True, kw_only=True)
class TelemetryCollectorValues:
    """`labels`: on pods. `image`, `digest`: of ours. `sampler`: host and port of the second collector.
    `prometheus_urls`: of each Prometheus, as each is told everything.
    """

    labels: dict[str, str]
    image: str
    digest: str
    sampler: str
    prometheus_urls: tuple[str, ...]
    replicas: int = 2
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=200, memory_mib=512))

    def __post_init__(self) -> None:
        check_replicas(self.replicas)

    def values(self) -> dict[str, Any]:
        return {
            **common(NAME, ACCOUNT, self.labels, self.resources, self.replicas),
            "image": {"repository": self.image, "tag": "", "digest": self.digest},
            "command": {"name": "telemetry-collector"},
            # Whole, instead of `config`, which the chart merges with receivers that nobody uses.
            "alternateConfig": self.config(),
        }

    def config(self, here: str = HERE) -> dict[str, Any]:
        """The collector's own configuration; `here`: the address that it listens on."""
        first = ["memory_limiter", "sensitive_data", "batch"]
        metrics = {f"otlp_http/prometheus-{n}": _exporter(url) for n, url in enumerate(self.prometheus_urls)}
        return {
            "extensions": extensions(here),
            "receivers": receivers(here),
            "processors": {
                "memory_limiter": limiter(),
                "sensitive_data": sensitive_data(),
                "batch": {"timeout": "5s"},
            },
            "exporters": {"otlp_grpc/sampler": {**_exporter(self.sampler), "tls": {"insecure": True}}, **metrics},
            "service": {
                "extensions": ["health_check"],
                "telemetry": telemetry(here),
                "pipelines": {
                    "traces": {"receivers": ["otlp"], "processors": first, "exporters": ["otlp_grpc/sampler"]},
                    "logs": {"receivers": ["otlp"], "processors": first, "exporters": ["otlp_grpc/sampler"]},
                    "metrics": {"receivers": ["otlp"], "processors": first, "exporters": list(metrics)},
                },
            },
        }


def sensitive_data() -> dict[str, Any]:
    """Configuration of the processor of collector/sensitive."""
    patterns = [{"name": name, "expression": expression} for name, expression in PATTERNS.items()]
    return {"masked_keys": list(MASKED_KEYS), "patterns": patterns}


def _exporter(endpoint: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "retry_on_failure": {"enabled": True, "max_elapsed_time": f"{_PATIENCE_S}s"},
        "sending_queue": {"enabled": True, "queue_size": 1_000},
    }
