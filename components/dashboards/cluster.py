"""The cluster: its nodes, what waits for room, what is used up, and whether what measures all this is well."""

from components.dashboards.model import RATE, Dashboard, Limit, Panel, Promql, Section
from components.dashboards.promises import alerts

_READY = 'kube_node_status_condition{condition="Ready",status="true"}'


def cluster() -> Dashboard:
    return Dashboard(
        uid="billing-cluster",
        title="Cluster",
        says="Nodes, pods, room that is left, and the telemetry itself.",
        tags=("billing", "cluster"),
        sections=(
            Section("Nodes and pods", (_nodes(), _waiting(), _restarts(), alerts('class="cluster"', width=6))),
            Section("Room", (_requested("cpu"), _requested("memory"), _quotas(), _volumes())),
            Section("What measures this", (_targets(), _series(), _rules(), _untold(), _traces())),
        ),
    )


def _lines(
    title: str, says: str, unit: str, *queries: tuple[str, str], runbook: str = "cluster-down", **more: object
) -> Panel:
    """A panel of lines, a quarter wide; a legend with a label has many series."""
    asked = tuple(Promql(expression=expression, legend=legend, many="{{" in legend) for expression, legend in queries)
    return Panel(title=title, says=says, unit=unit, queries=asked, runbook=runbook, least=0, width=6, **more)  # type: ignore[arg-type]


def _nodes() -> Panel:
    return _lines(
        "Nodes",
        "Nodes that are ready, and all of them. Those of one zone gone at once: the zone is lost.",
        "short",
        (f"sum({_READY})", "ready"),
        (f"count({_READY})", "all"),
        runbook="zone-loss",
    )


def _waiting() -> Panel:
    return _lines(
        "Pods that do not run",
        "Pending for long: there is no room, or an image cannot be pulled. Unschedulable: no node takes it.",
        "short",
        ('sum(kube_pod_status_phase{phase=~"Pending|Failed|Unknown"})', "not running"),
        ("sum(kube_pod_status_unschedulable) or vector(0)", "unschedulable"),
        limits=(Limit(1, "care"),),
    )


def _restarts() -> Panel:
    return _lines(
        "Restarts in an hour",
        "By namespace. One that grows steadily is a container that cannot start.",
        "short",
        ("sum by (namespace) (increase(kube_pod_container_status_restarts_total[1h])) > 0", "{{namespace}}"),
        silence="none",
    )


def _requested(resource: str) -> Panel:
    asked, given = "kube_pod_container_resource_requests", "kube_node_status_allocatable"
    one = f'{{resource="{resource}"}}'
    name = {"cpu": "Processors", "memory": "Memory"}[resource]
    return _lines(
        f"{name} asked for",
        "Share of what all nodes have that pods have asked for. Above 90 % no nodes were added in time.",
        "percentunit",
        (f"sum({asked}{one}) / sum({given}{one})", "asked for"),
        limits=(Limit(0.9, "care"),),
        most=1,
    )


def _quotas() -> Panel:
    return _lines(
        "Quotas in use",
        "The fullest quota of each namespace. A full one lets no new pod in, and so no release.",
        "percentunit",
        (
            'max by (namespace) (kube_resourcequota{type="used"} / on (namespace, resource)'
            ' (kube_resourcequota{type="hard"} > 0))',
            "{{namespace}}",
        ),
        limits=(Limit(0.9, "care"), Limit(1.0)),
        most=1,
    )


def _volumes() -> Panel:
    return _lines(
        "Volumes in use",
        "Share of each volume that is used; a full one stops who writes to it.",
        "percentunit",
        ("kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes", "{{persistentvolumeclaim}}"),
        limits=(Limit(0.8, "care"), Limit(0.95)),
        most=1,
        runbook="telemetry-down",
    )


def _targets() -> Panel:
    return _lines(
        "Targets that do not answer",
        "Pods whose metrics cannot be read, by job: what they promise is not measured.",
        "short",
        ("count by (job) (up == 0) or sum by (job) (up) * 0", "{{job}}"),
        limits=(Limit(1),),
        runbook="telemetry-down",
    )


def _series() -> Panel:
    return _lines(
        "Series in memory",
        "Of each Prometheus. One that doubles has got a label with too many values.",
        "short",
        ("prometheus_tsdb_head_series", "{{pod}}"),
        runbook="telemetry-down",
    )


def _rules() -> Panel:
    return _lines(
        "Time for the slowest rules",
        "Of an evaluation, which begins every 30 s. Failures are alerts that cannot fire.",
        "s",
        ("topk(5, prometheus_rule_group_last_duration_seconds)", "{{rule_group}}"),
        (f"sum(rate(prometheus_rule_evaluation_failures_total[{RATE}]))", "failures a second"),
        limits=(Limit(30.0),),
        runbook="telemetry-down",
    )


def _untold() -> Panel:
    return _lines(
        "Alerts that nobody was told",
        "Notifications that failed, by the way that they went, and alerts that did not reach Alertmanager.",
        "cps",
        (f"sum by (integration) (rate(alertmanager_notifications_failed_total[{RATE}]))", "{{integration}}"),
        (f"sum(rate(prometheus_notifications_dropped_total[{RATE}]))", "not handed on"),
        runbook="dead-man",
    )


def _traces() -> Panel:
    def of(what: str) -> str:
        """By whichever of its names the collector exports: with the ending of counters, or without."""
        return f'sum(rate({{__name__=~"otelcol_{what}_spans(_total)?"}}[{RATE}]))'

    return _lines(
        "Traces",
        "Spans that the collector took, that it refused for want of memory, and that it could not hand on.",
        "cps",
        (of("receiver_accepted"), "taken"),
        (of("receiver_refused"), "refused"),
        (of("exporter_send_failed"), "not handed on"),
        runbook="telemetry-down",
    )
