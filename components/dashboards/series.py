"""Every series that a dashboard may ask for: who exports it, and by which labels it is told apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.slo.windows import RECORDED as WINDOWS

Type = Literal["counter", "gauge", "histogram"]

_PROMISE = ("slo", "service", "owner")


@dataclass(frozen=True)
class Series:
    """`labels`: those that queries use. A histogram's are `_bucket`, `_sum` and `_count`."""

    type: Type
    labels: tuple[str, ...]
    source: str


def _of(type_: Type, source: str, *labels: str) -> Series:
    return Series(type_, labels, source)


_SERVICE = ("service", "hash")
_POD = ("namespace", "pod", "container")
_RULES, _KUBELET, _STATE = "rules of service levels", "kubelet", "kube-state-metrics"
_EXPORTER = "platform exporter"

RECORDED: Mapping[str, Series] = {
    **{
        f"slo:{what}:rate{window}": _of("gauge", _RULES, *_PROMISE)
        for what in ("bad_events", "total_events", "error_ratio", "burn_rate")
        for window in WINDOWS
    },
    **{
        name: _of("gauge", _RULES, *_PROMISE)
        for name in (
            "slo:objective:ratio",
            "slo:period:days",
            "slo:bad_events:period",
            "slo:total_events:period",
            "slo:error_budget_remaining:ratio",
            "slo:error_budget_exhausted_in:seconds",
            "slo:invariant_broken:bool",  # of those without a budget, which have no rates
        )
    },
}
RAW: Mapping[str, Series] = {
    # docs/canaries.md, "What a service exports".
    "http_requests_total": _of("counter", "services", *_SERVICE, "code"),
    "http_request_duration_seconds": _of("histogram", "services", *_SERVICE, "route"),
    "jobs_total": _of("counter", "services", *_SERVICE, "outcome"),
    "job_duration_seconds": _of("histogram", "services", *_SERVICE),
    "charges_total": _of("counter", "services", *_SERVICE, "outcome"),
    "webhook_deliveries_total": _of("counter", "services", *_SERVICE, "outcome"),
    "webhook_delivery_duration_seconds": _of("histogram", "services", *_SERVICE),
    "duplicate_capture_total": _of("counter", "services", *_SERVICE),
    "idempotency_conflict_total": _of("counter", "services", *_SERVICE),
    "ledger_unbalanced_entries_total": _of("counter", "services"),
    "db_pool_in_use": _of("gauge", "services", *_SERVICE),
    "db_pool_size": _of("gauge", "services", *_SERVICE),
    # docs/slos.md, "Which metrics services owe".
    "webhook_oldest_undelivered_seconds": _of("gauge", "services"),
    "payouts_due_unsent": _of("gauge", "services"),
    "reconciliation_unmatched_minor_units": _of("gauge", "services"),
    "dispute_deadlines_at_risk": _of("gauge", "services"),
    # platformctl/exporter/metrics.py.
    "database_replica_lag_seconds": _of("gauge", _EXPORTER),
    "database_latest_restorable_timestamp_seconds": _of("gauge", _EXPORTER),
    "backup_newest_copy_timestamp_seconds": _of("gauge", _EXPORTER, "vault"),
    # Prometheus's own: "Metric types", "Alerting rules" and its page of metrics.
    "up": _of("gauge", "Prometheus", "job", "hash", "namespace"),
    "ALERTS": _of("gauge", "Prometheus", "alertname", "alertstate", "severity", "owner", "service", "slo", "class"),
    "prometheus_tsdb_head_series": _of("gauge", "Prometheus", "pod"),
    "prometheus_rule_group_last_duration_seconds": _of("gauge", "Prometheus", "rule_group"),
    "prometheus_rule_evaluation_failures_total": _of("counter", "Prometheus", "rule_group"),
    "alertmanager_notifications_failed_total": _of("counter", "Alertmanager", "integration"),
    "prometheus_notifications_dropped_total": _of("counter", "Prometheus", "pod"),
    # The OpenTelemetry collector: "Internal telemetry".
    "otelcol_receiver_accepted_spans": _of("counter", "collector", "receiver"),
    "otelcol_receiver_refused_spans": _of("counter", "collector", "receiver"),
    "otelcol_exporter_send_failed_spans": _of("counter", "collector", "exporter"),
    # kubernetes/kubernetes, cAdvisor and kubelet metrics.
    "container_memory_working_set_bytes": _of("gauge", _KUBELET, *_POD),
    "container_spec_memory_limit_bytes": _of("gauge", _KUBELET, *_POD),
    "container_cpu_usage_seconds_total": _of("counter", _KUBELET, *_POD),
    "kubelet_volume_stats_used_bytes": _of("gauge", _KUBELET, "namespace", "persistentvolumeclaim"),
    "kubelet_volume_stats_capacity_bytes": _of("gauge", _KUBELET, "namespace", "persistentvolumeclaim"),
    # kubernetes/kube-state-metrics, docs/metrics.
    "kube_pod_container_status_restarts_total": _of("counter", _STATE, *_POD),
    "kube_pod_container_resource_requests": _of("gauge", _STATE, *_POD, "resource"),
    "kube_pod_status_phase": _of("gauge", _STATE, "namespace", "pod", "phase"),
    "kube_pod_status_unschedulable": _of("gauge", _STATE, "namespace", "pod"),
    "kube_replicaset_spec_replicas": _of("gauge", _STATE, "namespace", "replicaset"),
    "kube_replicaset_status_ready_replicas": _of("gauge", _STATE, "namespace", "replicaset"),
    "kube_node_status_condition": _of("gauge", _STATE, "node", "condition", "status"),
    "kube_node_status_allocatable": _of("gauge", _STATE, "node", "resource"),
    "kube_horizontalpodautoscaler_status_current_replicas": _of("gauge", _STATE, "namespace"),
    "kube_horizontalpodautoscaler_spec_max_replicas": _of("gauge", _STATE, "namespace"),
    "kube_resourcequota": _of("gauge", _STATE, "namespace", "resource", "type"),
    # argoproj/argo-rollouts, docs/features/controller-metrics.md.
    "rollout_info": _of("gauge", "Argo Rollouts", "name", "phase"),
    "analysis_run_info": _of("gauge", "Argo Rollouts", "name", "phase"),
}
