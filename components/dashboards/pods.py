"""Panels of pods: what they use up of what they may, by the limits that a canary is held to."""

from components.canary.pods import LIMIT, SAME, SATURATED, WORKING_SET
from components.dashboards.model import RATE, Limit, Panel, Promql

SERVICE_PODS = 'namespace="billing-$service",container!=""'
# Pods of a service are called SERVICE-HASH-RANDOM, and the kubelet knows no other label of the hash.
_HASH = '"hash", "$1", "pod", "$service-([a-z0-9]+)-.+"'


def saturation(by_hash: bool) -> tuple[Panel, ...]:
    """Memory, processors, connections and restarts of a service's pods; by arm, or the worst of all."""
    legend = "{{hash}}" if by_hash else "worst pod"
    return (
        _share(
            "Memory of its limit",
            "Share of its memory limit that a container uses; at the limit it is killed.",
            _worst(f"{WORKING_SET}{{{SERVICE_PODS}}} / {SAME} ({LIMIT}{{{SERVICE_PODS}}} > 0)", by_hash),
            legend,
            "bad-release",
        ),
        _share(
            "Database connections in use",
            "Share of its pool that a pod has in use; when all are, requests wait.",
            f"max {'by (hash) ' if by_hash else ''}"
            '(db_pool_in_use{service="$service"} / (db_pool_size{service="$service"} > 0))',
            legend,
            "connection-exhaustion",
        ),
        Panel(
            title="Processors",
            says="Cores in use; a pod may borrow what its node has to spare.",
            unit="short",
            queries=(
                Promql(
                    expression=_sum(f"rate(container_cpu_usage_seconds_total{{{SERVICE_PODS}}}[{RATE}])", by_hash),
                    legend="{{hash}}" if by_hash else "all pods",
                    many=by_hash,
                ),
            ),
            least=0,
            width=6,
            runbook="bad-release",
        ),
        Panel(
            title="Restarts in ten minutes",
            says="Containers that ended and were started again. Of a canary, one is too many.",
            unit="short",
            queries=(
                Promql(
                    expression=_sum(
                        f"increase(kube_pod_container_status_restarts_total{{{SERVICE_PODS}}}[10m])", by_hash
                    ),
                    legend="{{hash}}" if by_hash else "all pods",
                    many=by_hash,
                ),
            ),
            limits=(Limit(1),),
            least=0,
            width=6,
            runbook="bad-release",
        ),
    )


def _share(title: str, says: str, expression: str, legend: str, runbook: str) -> Panel:
    return Panel(
        title=title,
        says=f"{says} Above {SATURATED:.0%} a canary is aborted.",
        unit="percentunit",
        queries=(Promql(expression=expression, legend=legend, many=legend != "worst pod"),),
        limits=(Limit(SATURATED),),
        least=0,
        most=1,
        width=6,
        runbook=runbook,
    )


def _worst(expression: str, by_hash: bool) -> str:
    return f"max by (hash) (label_replace({expression}, {_HASH}))" if by_hash else f"max({expression})"


def _sum(expression: str, by_hash: bool) -> str:
    return f"sum by (hash) (label_replace({expression}, {_HASH}))" if by_hash else f"sum({expression})"
