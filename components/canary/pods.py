"""Queries about pods: what they use up, whether they restart, whether the stable arm is whole."""

from components.canary.queries import SECONDS_TO_LIMIT, seen
from components.canary.view import View

SATURATED = 0.85
RESTARTS_S = 600
WORKING_SET, LIMIT = "container_memory_working_set_bytes", "container_spec_memory_limit_bytes"
SAME = "on (namespace, pod, container)"


def pool(view: View) -> str:
    """Greatest share of database connections in use in a canary pod."""
    arm = view.arm(view.canary)
    return seen(view, f"max(db_pool_in_use{{{arm}}} / db_pool_size{{{arm}}})")


def memory(view: View) -> str:
    """Greatest share of its memory limit that a container of the canary uses."""
    return seen(view, f"max({_used(view)} / {SAME} {_limit(view)})")


def leak(view: View) -> str:
    """Greatest share of its limit that a container would use in two hours; only of pods as old as the trend."""
    trend = view.range(view.trend_s)
    ahead = f"predict_linear({_used(view)}[{trend}], {view.scaled(SECONDS_TO_LIMIT):g})"
    grown = f"max(({ahead} and {_used(view)} offset {trend}) / {SAME} {_limit(view)})"
    return seen(view, f"clamp_min({grown}, 0)\nor on () (count({_used(view)}) * 0 - 1)")


def restarts(view: View) -> str:
    """Of the canary's containers, ever: its pods are as old as the release."""
    counter = f"kube_pod_container_status_restarts_total{{{view.pods()}}}"
    return seen(view, f"sum(max_over_time({counter}[{view.range(RESTARTS_S)}]))")


def stable_missing(view: View) -> str:
    """Pods of the stable arm that are wanted and not ready."""
    one = f'{{namespace="{view.plan.namespace}",replicaset="{view.plan.service}-{view.stable}"}}'
    wanted, ready = (f"sum(kube_replicaset_{name}_replicas{one})" for name in ("spec", "status_ready"))
    return f"clamp_min({wanted} - {ready}, 0)"


def _used(view: View) -> str:
    return f'{WORKING_SET}{{{view.pods()},container!=""}}'


def _limit(view: View) -> str:
    return f'{LIMIT}{{{view.pods()},container!=""}}'
