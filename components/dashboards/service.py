"""One service: its promises, its rate, errors and duration, what it uses up, and its releases."""

from collections.abc import Sequence

from components.dashboards import work
from components.dashboards.model import Dashboard, Event, Limit, Panel, Promql, Section, Variable
from components.dashboards.pods import saturation
from components.dashboards.promises import promises

# Phases of a rollout: argoproj/argo-rollouts, docs/features/controller-metrics.md.
RELEASES = (
    Event(name="Release under way", expression='rollout_info{name="$service",phase="Progressing"} == 1'),
    Event(name="Release held", expression='rollout_info{name="$service",phase="Paused"} == 1', level="care"),
    Event(name="Release aborted", expression='rollout_info{name="$service",phase="Degraded"} == 1', level="stop"),
)


def chosen(services: Sequence[str]) -> Variable:
    return Variable(name="service", label="Service", says="Which service is shown", values=tuple(services))


def service(services: Sequence[str], low: float) -> Dashboard:
    return Dashboard(
        uid="billing-service",
        title="Service",
        says="One service: promises, rate, errors, duration, saturation, and its releases as marks.",
        tags=("billing", "service"),
        variables=(chosen(services),),
        events=RELEASES,
        sections=(
            Section("Promises", promises('service="$service"', low)),
            Section("Rate, errors, duration", (_rate(), _errors(), _duration())),
            Section("Saturation", saturation(by_hash=False)),
            Section("Replicas", (_replicas(), _autoscaling())),
        ),
    )


def _rate() -> Panel:
    return Panel(
        title="Rate",
        says="What the service does in a second: requests, deliveries or jobs, by version.",
        unit="eps",
        queries=(Promql(expression=work.rate("hash"), legend="{{hash}}", many=True),),
        least=0,
        runbook="bad-release",
    )


def _errors() -> Panel:
    return Panel(
        title="Errors",
        says="Share of it that failed by our fault, by version; nothing while nothing is done.",
        unit="percentunit",
        queries=(Promql(expression=work.error_ratio("hash"), legend="{{hash}}", many=True),),
        least=0,
        runbook="bad-release",
    )


def _duration() -> Panel:
    return Panel(
        title="Duration",
        says="Within which time half and 99 of 100 were done. The dots lead to traces of single ones.",
        unit="s",
        queries=work.durations("service"),
        least=0,
        runbook="bad-release",
    )


def _replicas() -> Panel:
    def of(kind: str) -> str:
        return f'sum(kube_replicaset_{kind}_replicas{{namespace="billing-$service"}})'

    return Panel(
        title="Pods wanted and ready",
        says="Pods that are wanted but not ready for long do not start: see their events.",
        unit="short",
        queries=(
            Promql(expression=of("status_ready"), legend="ready"),
            Promql(expression=of("spec"), legend="wanted"),
        ),
        least=0,
        width=12,
        runbook="bad-release",
    )


def _autoscaling() -> Panel:
    def of(name: str) -> str:
        return f'sum(kube_horizontalpodautoscaler_{name}_replicas{{namespace="billing-$service"}})'

    return Panel(
        title="Room to scale",
        says="Share of the most replicas that is in use: at 100 % more load makes everything slower.",
        unit="percentunit",
        queries=(Promql(expression=f"{of('status_current')} / {of('spec_max')}", legend="in use"),),
        limits=(Limit(0.8, "care"), Limit(1.0)),
        least=0,
        most=1,
        width=12,
        runbook="error-budget-burning",
    )
