"""What Prometheus reads of a service's pods, and by which labels its series are told apart."""

from typing import Any

from components.services.definition import ServiceDefinition
from components.services.routing import METRICS_LABEL

_POD_HASH = "__meta_kubernetes_pod_label_rollouts_pod_template_hash"
_INTERVAL_S = 15  # several samples before a canary's data counts as stale, after 90 s


def service_monitor(service: ServiceDefinition) -> dict[str, Any]:
    """`spec` of the ServiceMonitor. `hash` tells a canary's series from those of the stable version."""
    relabelled = [
        {"sourceLabels": [_POD_HASH], "targetLabel": "hash"},
        {"targetLabel": "service", "replacement": service.name},
        {"targetLabel": "job", "replacement": service.name},
    ]
    return {
        "selector": {"matchLabels": {"app.kubernetes.io/name": service.name, **METRICS_LABEL}},
        "endpoints": [
            {
                "port": "management",
                "path": "/metrics",
                "interval": f"{_INTERVAL_S}s",
                "scrapeTimeout": "10s",
                "honorLabels": False,
                "relabelings": relabelled,
            }
        ],
        # A label with a customer's id in it must not fill the memory of everyone's metrics: K8S-20.
        "sampleLimit": 20_000,
        "labelLimit": 30,
        "labelValueLengthLimit": 256,
    }
