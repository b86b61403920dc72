"""Values of the chart opentelemetry-collector for the second of two: it keeps the traces that matter, and hands them
and the logs to AWS. What comes here has no card data in it any more.

One replica: whether a trace is kept is decided where all of its spans are. Another one would need a load balancer that
knows traces; the collectors before it wait while it is away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.charts.collectors import HERE, common, extensions, limiter, receivers, telemetry
from components.charts.pods import Resources
from components.charts.sampling import tail_sampling
from components.charts.versions import TELEMETRY_SAMPLER
from components.tags import DataClass

NAME, ACCOUNT = "telemetry-sampler", "telemetry-sampler"
_STRICTEST: DataClass = "financial"  # of logs that do not say what they hold


@dataclass(frozen=True, kw_only=True)
class TelemetrySamplerValues:
    """`labels`: on pods. `log_groups`: by the class of what is in them, that of the strictest among them."""

    labels: dict[str, str]
    region: str
    log_groups: Mapping[DataClass, str]
    resources: Resources = field(default_factory=lambda: Resources(cpu_m=250, memory_mib=2048))

    def __post_init__(self) -> None:
        if _STRICTEST not in self.log_groups:
            raise ValueError(f"log_groups must have one for {_STRICTEST}, got {', '.join(sorted(self.log_groups))}")

    def values(self) -> dict[str, Any]:
        repository, tag = TELEMETRY_SAMPLER.image("collector")
        return {
            **common(NAME, ACCOUNT, self.labels, self.resources, replicas=1),
            "image": {"repository": repository, "tag": tag},
            "command": {"name": "otelcol-contrib"},
            "alternateConfig": self.config(),
        }

    def config(self, here: str = HERE) -> dict[str, Any]:
        """The collector's own configuration; `here`: the address that it listens on."""
        first = ["memory_limiter"]
        classes = sorted(self.log_groups)
        return {
            "extensions": extensions(here),
            "receivers": receivers(here),
            "processors": {
                "memory_limiter": limiter(),
                "tail_sampling": tail_sampling(),
                "batch": {"timeout": "5s"},
            },
            "connectors": {"routing": self._routing()},
            "exporters": {
                "awsxray": {"region": self.region},
                **{f"awscloudwatchlogs/{one}": self._group(one) for one in classes},
            },
            "service": {
                "extensions": ["health_check"],
                "telemetry": telemetry(here),
                "pipelines": {
                    "traces": {
                        "receivers": ["otlp"],
                        "processors": [*first, "tail_sampling", "batch"],
                        "exporters": ["awsxray"],
                    },
                    "logs/in": {"receivers": ["otlp"], "processors": first, "exporters": ["routing"]},
                    **{f"logs/{one}": self._pipeline(one) for one in classes},
                },
            },
        }

    def _routing(self) -> dict[str, Any]:
        def goes(one: DataClass) -> dict[str, Any]:
            says = f'attributes["platform.data_class"] == "{one}"'
            return {"context": "resource", "condition": says, "pipelines": [f"logs/{one}"]}

        classes = sorted({*self.log_groups} - {_STRICTEST})
        return {"default_pipelines": [f"logs/{_STRICTEST}"], "table": [goes(one) for one in classes]}

    def _group(self, data_class: DataClass) -> dict[str, Any]:
        stream = "${env:HOSTNAME}"  # of the pod: each writes to its own
        return {"region": self.region, "log_group_name": self.log_groups[data_class], "log_stream_name": stream}

    def _pipeline(self, data_class: DataClass) -> dict[str, Any]:
        exporters = [f"awscloudwatchlogs/{data_class}"]
        return {"receivers": ["routing"], "processors": ["batch"], "exporters": exporters}
