"""Alerts of the platform that are no objectives: whether it stands, whether it measures, and whether it tells.

What CloudWatch watches is told of by its own alarms: queues (components/queue_alarms.py) and databases
(components/databases/alarms.py). A replica's lag is an objective (stacks/slo.py).
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from components.alerting.rule import alert_rule
from components.alerting.told import Severity

Class = Literal["cluster", "database", "dead-man", "security"]
GROUP: Final = "platform"


@dataclass(frozen=True, kw_only=True)
class PlatformRule:
    """`holds_s`: how long the expression must hold. `runbook`: a page of docs/runbooks. `service`: where
    the series do not name one.
    """

    name: str
    expression: str
    holds_s: int
    severity: Severity
    alert_class: Class
    runbook: str
    summary: str
    description: str
    service: str = ""

    def as_rule(self, owner: str) -> dict[str, Any]:
        """In the words of Prometheus."""
        return alert_rule(
            self.name,
            self.expression,
            severity=self.severity,
            owner=owner,
            alert_class=self.alert_class,
            runbook=self.runbook,
            summary=self.summary,
            description=self.description,
            service=self.service,
            holds=f"{self.holds_s}s",
        )


_CLUSTER: Final[dict[str, Any]] = {"alert_class": "cluster", "service": "cluster"}
_MEASURING: Final[dict[str, Any]] = {"alert_class": "cluster", "service": "telemetry", "runbook": "telemetry-down"}
_KUBELETS = 'up{job="kubelet",metrics_path="/metrics"}'
_PARTS = (
    "kube-state-metrics",
    "prometheus-alertmanager",
    "prometheus-prometheus",
    "telemetry-collector",
    "telemetry-sampler",
)
_EXPORTER = "platform-exporter"
_UNREAD = 'externalsecret_status_condition{condition="Ready",status="False"}'
_HEAD = "prometheus_tsdb_head_series"
_FEWEST = 0.5  # of the nodes: with one of three zones lost two thirds are left
_FULL = 0.1
_SHORT_S = 7 * 86_400
_BUSY = 0.9


def _gone(job: str) -> str:
    return f'absent(up{{job="{job}"}})'


def _none_of(*jobs: str) -> str:
    """A series for each job that has no pod that answers, or none at all."""
    return "\nor ".join((f'sum by (job) (up{{job=~"{"|".join(jobs)}"}}) == 0', *map(_gone, jobs)))


def _lost(what: str) -> str:
    """The name ends with _total when it is scraped as OpenMetrics."""
    name = f'{{__name__=~"otelcol_exporter_enqueue_failed_{what}(_total)?"}}'
    return f"sum by (exporter) (increase({name}[15m])) > 0"


PLATFORM_RULES: Final = (
    PlatformRule(
        name="Watchdog",
        expression="vector(1)",
        holds_s=0,
        severity="page",
        alert_class="dead-man",
        service="alerting",
        runbook="dead-man",
        summary="alerting works",
        description="It always fires. Who is no longer told of it raises the alarm: no other alert would come either.",
    ),
    PlatformRule(
        **_CLUSTER,
        name="ClusterDown",
        expression=f"sum({_KUBELETS}) < {_FEWEST} * count({_KUBELETS})\nor absent({_KUBELETS})",
        holds_s=120,
        severity="page",
        runbook="cluster-down",
        summary="less than half of the cluster's nodes answer",
        description="Alerts of services are silenced meanwhile: they follow from it.",
    ),
    PlatformRule(
        **_CLUSTER,
        name="NodeDown",
        expression=f"{_KUBELETS} == 0",
        holds_s=900,  # a drained node is gone sooner
        severity="ticket",
        runbook="cluster-down",
        summary="a node does not answer",
        description="{{ $labels.node }} has not been measured for 15 minutes; with many of them it is ClusterDown.",
    ),
    PlatformRule(
        **_CLUSTER,
        name="VolumeFilling",
        expression=f"kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < {_FULL}",
        holds_s=900,
        severity="ticket",
        runbook="telemetry-down",
        summary="a volume is nine tenths full",
        description="{{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }}: free {{ $value }}.",
    ),
    PlatformRule(
        **_CLUSTER,
        name="CertificateExpiry",
        expression=f"kubelet_certificate_manager_server_ttl_seconds < {_SHORT_S}",
        holds_s=3_600,  # it renews itself long before
        severity="ticket",
        runbook="cluster-down",
        summary="a kubelet's certificate is not renewed",
        description="That of {{ $labels.node }} ends in {{ $value | humanizeDuration }}; then it no longer answers.",
    ),
    PlatformRule(
        **_MEASURING,
        name="TelemetryDown",
        expression=_none_of(*_PARTS),
        holds_s=300,
        severity="page",
        summary="{{ $labels.job }} does not answer",
        description="None of its pods has been measured for five minutes.",
    ),
    PlatformRule(
        **_MEASURING,
        name="ExporterDown",
        expression=_none_of(_EXPORTER),
        holds_s=300,
        severity="ticket",
        summary="nothing tells of databases, backups, evidence and releases",
        description="No pod of the exporter has been measured for five minutes: SliAbsent follows, of its levels.",
    ),
    PlatformRule(
        **_MEASURING,
        name="ExporterSourceDown",
        expression="max by (source) (exporter_source_up) == 0",
        holds_s=900,
        severity="ticket",
        summary="the exporter cannot read {{ $labels.source }}",
        description="Its series are dropped meanwhile: SliAbsent follows, of the levels that read them.",
    ),
    PlatformRule(
        **_MEASURING,
        name="GrafanaDown",
        expression=_none_of("grafana"),
        holds_s=600,
        severity="ticket",  # alerts and gates do not need it: people do
        summary="nobody can look at the dashboards",
        description="No pod of Grafana has been measured for ten minutes. `platformctl slo report` needs none.",
    ),
    PlatformRule(
        name="TargetDown",
        expression="count by (job, namespace, service) (up == 0) / count by (job, namespace, service) (up) > 0.1",
        holds_s=600,
        severity="ticket",
        alert_class="cluster",
        runbook="telemetry-down",
        summary="{{ $labels.job }} is measured in part alone",
        description="{{ $value | humanizePercentage }} of its pods in {{ $labels.namespace }} do not answer.",
    ),
    PlatformRule(
        **_MEASURING,
        name="RulesFail",
        expression="sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
        holds_s=600,
        severity="page",
        summary="alerts are not computed",
        description="Rules of {{ $labels.rule_group }} fail: none of its alerts can fire.",
    ),
    PlatformRule(
        **_MEASURING,
        name="AlertsNotTold",
        expression=(
            "sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0\n"
            "or sum by (integration) (increase(prometheus_notifications_dropped_total[15m])) > 0"
        ),
        holds_s=300,
        severity="page",
        summary="alerts fire and nobody is told",
        description="Notifications by {{ $labels.integration }} fail; the dead-man's switch may have raised the alarm.",
    ),
    PlatformRule(
        **_MEASURING,
        name="TelemetryDropped",
        expression="\nor ".join(map(_lost, ("spans", "log_records", "metric_points"))),
        holds_s=300,
        severity="ticket",
        summary="logs, traces or metrics are lost",
        description="The queue of {{ $labels.exporter }} is full: what is behind it is away or too slow.",
    ),
    PlatformRule(
        **_MEASURING,
        name="SeriesCut",
        expression=(
            "increase(prometheus_target_scrapes_exceeded_sample_limit_total[15m]) > 0\n"
            "or increase(prometheus_target_scrape_pool_exceeded_label_limits_total[15m]) > 0"
        ),
        holds_s=0,
        severity="ticket",
        summary="pods are not measured, for they say too much",
        description="A label with a customer's id in it, or a long text: the whole scrape is thrown away.",
    ),
    PlatformRule(
        **_MEASURING,
        name="SeriesGrow",
        expression=f"{_HEAD} > 1.5 * ({_HEAD} offset 7d) and {_HEAD} > 100000",
        holds_s=3_600,
        severity="ticket",
        summary="half as many series again as a week ago",
        description="{{ $value | humanize }} series: memory and cost grow with them.",
    ),
    PlatformRule(
        name="ConnectionsBusy",
        expression=(f"sum by (service) (db_pool_in_use) / sum by (service) (db_pool_size) > {_BUSY}"),
        holds_s=300,
        severity="page",
        alert_class="database",
        runbook="connection-exhaustion",
        summary="{{ $labels.service }} has hardly a connection to its database left",
        description="{{ $value | humanizePercentage }} of its pools are in use; requests wait for one.",
    ),
    PlatformRule(
        name="ExternalSecretNotReady",
        expression=f"max by (name, exported_namespace) ({_UNREAD}) == 1",
        holds_s=900,
        severity="ticket",
        alert_class="security",
        service="secrets",
        runbook="leaked-credential",
        summary="a credential is not read any more",
        description="{{ $labels.name }} of {{ $labels.exported_namespace }}: pods keep the last value.",
    ),
)


def platform_rules(owner: str) -> list[dict[str, Any]]:
    """`groups` of a PrometheusRule. `owner`: of the platform."""
    return [{"name": GROUP, "rules": [one.as_rule(owner) for one in PLATFORM_RULES]}]
