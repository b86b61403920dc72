"""The exporter in the cluster, as data: its pods, what is read of them, and who may ask them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from components.charts.pods import CONTAINER_SECURITY, DISRUPTION, POD_SECURITY, PRIORITY, Resources, spread
from components.network_policies import allow_in, in_namespace

NAME: Final = "platform-exporter"
PORT: Final = 9400
# Each tells the same, so that one may be away. What they count counts twice, in good and in bad alike.
REPLICAS: Final = 2
_PROMETHEUS: Final = {"app.kubernetes.io/name": "prometheus"}
_USER = 65_532  # `nonroot` of distroless images
_FOLDER, _FILE = "/etc/platform-exporter", "observed.json"
_SELECTOR: Final = {"app.kubernetes.io/name": NAME}
_INTERVAL_S = 15


def stateful_set(image: str, region: str, observed: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """`spec` of the StatefulSet. Its pods keep their names, and with them their series: a counter goes on where it
    was after a restart, while that of a pod with a new name would begin with what it had counted long ago.
    """
    container = {
        "name": NAME,
        "image": image,
        "args": [f"{_FOLDER}/{_FILE}", "--port", str(PORT)],
        "env": [{"name": "AWS_REGION", "value": region}, {"name": "AWS_DEFAULT_REGION", "value": region}],
        "ports": [{"name": "metrics", "containerPort": PORT, "protocol": "TCP"}],
        "resources": Resources(cpu_m=100, memory_mib=512).values(),
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": "observed", "mountPath": _FOLDER, "readOnly": True}],
        **_probes(),
    }
    said = {
        "platform/observed": hashlib.sha256(observed.encode()).hexdigest(),  # so that pods read it anew
        "platform/kubernetes-api": "lists Rollouts: whether an aborted release still has traffic",
    }
    pod = {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "priorityClassName": PRIORITY,
        "securityContext": {"runAsUser": _USER, "runAsGroup": _USER, "fsGroup": _USER, **POD_SECURITY},
        "containers": [container],
        "volumes": [{"name": "observed", "configMap": {"name": NAME}}],
        "topologySpreadConstraints": spread(_SELECTOR),
    }
    return {
        "replicas": REPLICAS,
        "serviceName": NAME,  # of no Service: nobody but Prometheus asks them, and it knows their addresses
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": _SELECTOR},
        "template": {"metadata": {"labels": dict(labels), "annotations": said}, "spec": pod},
    }


def disruption_budget() -> Any:
    return {**DISRUPTION, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": _SELECTOR}}


def files(observed: str) -> dict[str, str]:
    """`data` of the ConfigMap."""
    return {_FILE: observed}


def asked_by_prometheus() -> Any:
    return allow_in(_SELECTOR, [in_namespace("platform-telemetry", _PROMETHEUS)], [PORT])


def pod_monitor() -> dict[str, Any]:
    """`spec` of the PodMonitor: series are told apart by the pod's name alone, never by its address."""
    relabelled = [
        {"targetLabel": "job", "replacement": NAME},
        {"sourceLabels": ["__meta_kubernetes_pod_name"], "targetLabel": "instance"},
    ]
    return {
        "selector": {"matchLabels": _SELECTOR},
        "podMetricsEndpoints": [
            {
                "port": "metrics",
                "path": "/metrics",
                "interval": f"{_INTERVAL_S}s",
                "scrapeTimeout": "10s",
                "honorLabels": False,
                "relabelings": relabelled,
            }
        ],
        # Two dozen series for each database and vault: K8S-20.
        "sampleLimit": 2_000,
        "labelLimit": 30,
        "labelValueLengthLimit": 256,
    }


def _probes() -> dict[str, Any]:
    """It listens once each source was tried, a minute at the latest. A source that is away is no reason to restart."""
    asked = {"httpGet": {"path": "/metrics", "port": "metrics"}, "timeoutSeconds": 5}
    return {
        "startupProbe": {**asked, "periodSeconds": 5, "failureThreshold": 30},
        "readinessProbe": {**asked, "periodSeconds": 10},
        "livenessProbe": {**asked, "periodSeconds": 30, "failureThreshold": 4},
    }
