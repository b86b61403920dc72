"""How many pods a workload has at least, which disruption budgets are about them, and what those let go."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import some
from policies.rules.kubernetes.objects import kind, name, objects, spec
from policies.rules.kubernetes.pods import SERVING, Template, referred, templates
from policies.rules.kubernetes.selectors import differs, matches
from policies.values import Block, Mistyped, Partial, Undecided

REPLICATED = tuple(type_ for type_ in SERVING if type_ != tokens.DAEMON_SET)


def least_replicas(workload: Resource, graph: Graph) -> int:
    """What the autoscaler goes down to, if there is one; else what the workload asks for (the API's default: 1)."""
    scalers = objects(graph).inside(objects(graph).namespace(workload), tokens.AUTOSCALER)
    for scaler in scalers:
        if _is_of_another(scaler, workload):
            continue
        target = spec(scaler).block("scaleTargetRef")
        if target.text("kind") == kind(workload) and target.text("name") == name(workload):
            return spec(scaler).number("minReplicas") or 1
    if scalers.undecided:
        raise Undecided(*scalers.undecided)
    count = spec(workload).number("replicas")
    return 1 if count is None else count


def _is_of_another(scaler: Resource, workload: Resource) -> bool:
    """Whether the autoscaler plainly names another workload: a quick no, where many are compared."""
    target: Any = scaler.properties.get("spec")
    target = target.get("scaleTargetRef") if isinstance(target, dict) else None
    named = target.get("name") if isinstance(target, dict) else None
    return isinstance(named, str) and named != name(workload)


def is_taken_over(workload: Resource, graph: Graph) -> bool:
    """Whether a Rollout runs the workload's pods in its place."""

    def takes(rollout: Resource) -> bool:
        return "workloadRef" in spec(rollout) and _refers(rollout, graph) is workload

    rollouts = objects(graph).inside(objects(graph).namespace(workload), tokens.ROLLOUT)
    return workload.type != tokens.ROLLOUT and some(rollouts, takes)


def _refers(rollout: Resource, graph: Graph) -> Resource | None:
    try:
        return referred(rollout, graph)
    except Undecided:
        return None  # to something else than is judged here


def budgets_of(pod: Template, workload: Resource, graph: Graph) -> Partial[Resource]:
    """The disruption budgets that select the pods of a workload."""
    known = objects(graph)
    listed = known.inside(known.namespace(workload), tokens.DISRUPTION_BUDGET)
    places = list(listed.undecided)
    found = Partial[Resource]()
    for budget in listed:
        try:
            if selects(budget, pod):
                found.append(budget)
        except Undecided as error:
            places += error.places
    found.undecided = tuple(places)
    return found


def selects(budget: Resource, pod: Template) -> bool:
    """Whether the budget is about the pod; without a selector it is about none (API reference, policy/v1)."""
    if differs(budget, "selector", pod.labels):
        return False
    return "selector" in spec(budget) and matches(spec(budget).block("selector"), pod.labels)


def selected_replicas(budget: Resource, graph: Graph) -> int | None:
    """How many pods the budget is about at least; None if no workload of the graph has any."""
    counts = [least_replicas(workload, graph) for workload in _selected(budget, graph)]
    return sum(counts) if counts else None


def _selected(budget: Resource, graph: Graph) -> Iterator[Resource]:
    known = objects(graph)
    for workload in known.inside(known.namespace(budget), *REPLICATED):
        if not is_taken_over(workload, graph) and any(selects(budget, pod) for pod in templates(workload, graph)):
            yield workload


@dataclass(frozen=True)
class Share:
    """A number of pods, or a percentage of them, as the API writes both."""

    number: int
    percent: bool

    def of(self, total: int) -> int:
        """Rounded up, as the disruption controller does (k8s.io/kubernetes, pkg/controller/disruption)."""
        return ceil(self.number * total / 100) if self.percent else self.number


def share(block: Block, key: str) -> Share | None:
    """The share under `key`; None if unset."""
    value: Any = block.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return Share(int(value[:-1]), percent=True)
    if isinstance(value, str):
        raise Mistyped(block.at(key), "a number or a percentage", value)
    number = block.number(key)
    return Share(number or 0, percent=False)
