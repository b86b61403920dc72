"""Every pod that an object makes, whatever its kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.pod_security.check import Pod
from policies.resource import Resource
from policies.rule import Problem, decide
from policies.rules.kubernetes.objects import PREFIX, name, objects, producers, spec
from policies.values import UNKNOWN, Block, Secret, Undecided

TYPES = (f"{PREFIX}*",)  # kinds that nobody told us of may hold pod templates too
_TEMPLATE = "spec.template"
# Where kinds hold pod templates; a list on the way means each of its items.
_PATHS = {
    tokens.POD: "",
    tokens.POD_TEMPLATE: "template",
    tokens.REPLICATION_CONTROLLER: _TEMPLATE,
    tokens.DAEMON_SET: _TEMPLATE,
    tokens.DEPLOYMENT: _TEMPLATE,
    tokens.REPLICA_SET: _TEMPLATE,
    tokens.STATEFUL_SET: _TEMPLATE,
    tokens.JOB: _TEMPLATE,
    tokens.CRON_JOB: "spec.jobTemplate.spec.template",
    tokens.ROLLOUT: _TEMPLATE,
    tokens.EXPERIMENT: "spec.templates[].template",
    tokens.ANALYSIS_TEMPLATE: "spec.metrics[].provider.job.spec.template",
    tokens.CLUSTER_ANALYSIS_TEMPLATE: "spec.metrics[].provider.job.spec.template",
    tokens.ANALYSIS_RUN: "spec.metrics[].provider.job.spec.template",
}
# Kinds whose pods run until somebody ends them.
SERVING = (
    tokens.DAEMON_SET,
    tokens.DEPLOYMENT,
    tokens.REPLICA_SET,
    tokens.REPLICATION_CONTROLLER,
    tokens.ROLLOUT,
    tokens.STATEFUL_SET,
)
_SOMETIMES = (tokens.EXPERIMENT, tokens.ANALYSIS_TEMPLATE, tokens.CLUSTER_ANALYSIS_TEMPLATE, tokens.ANALYSIS_RUN)
_REFERABLE = {
    "Deployment": tokens.DEPLOYMENT,
    "ReplicaSet": tokens.REPLICA_SET,
    "PodTemplate": tokens.POD_TEMPLATE,
}


@dataclass(frozen=True, eq=False)
class Template(Pod):
    """A pod as an object describes it. `via` names the other object that a Rollout takes it from."""

    labels: Block
    via: str = ""


def has_pods(resource: Resource, _: Graph) -> bool:
    """Whether the object makes pods, as far as its kind or its shape tells."""
    if resource.type in _PATHS:
        return resource.type not in _SOMETIMES or any(True for _ in _somewhere(resource))
    value: Any = resource.properties
    for key in ("spec", "template", "spec", "containers"):
        value = value.get(key) if isinstance(value, Mapping) else None
        value = value.value if isinstance(value, Secret) else value
        if value is None or value is UNKNOWN:
            break
    return value is not None


def _somewhere(resource: Resource) -> Iterator[Block]:
    try:
        yield from _at(resource.props, _PATHS[resource.type])
    except Undecided:
        yield resource.props  # there may be one: judging it will say so


def templates(resource: Resource, graph: Graph) -> list[Template]:
    """The pods that the object makes; raises Undecided for a Rollout whose workload is not there to be judged."""
    if resource.type == tokens.ROLLOUT and "workloadRef" in spec(resource):
        other = referred(resource, graph)
        return [replace(pod, via=other.name) for pod in templates(other, graph)]
    return [
        Template(
            spec=block.block("spec"),
            annotations=block.block("metadata").block("annotations"),
            labels=block.block("metadata").block("labels"),
        )
        for block in _at(resource.props, _PATHS.get(resource.type, _TEMPLATE))
    ]


def referred(rollout: Resource, graph: Graph) -> Resource:
    """The workload whose pods a Rollout takes over."""
    reference = spec(rollout).block("workloadRef")
    type_ = _REFERABLE.get(reference.text("kind"))
    if type_ is None:
        raise reference.undecided(f"{reference.path} names a {reference.text('kind')}, whose pods cannot be judged")
    try:
        called = reference.text("name")
    except Undecided:
        makers = producers(rollout, "spec", graph, type_)
        if len(makers) != 1:
            raise
        return makers[0]
    known = objects(graph)
    namespace = known.namespace(rollout)
    if found := known.find(type_, namespace, called):
        return found
    what = f"{reference.text('kind')} {called} in {namespace}"
    raise reference.undecided(f"{reference.path} names the {what}, which is not among what is judged", "name")


def each_pod(find: Callable[[Template], Iterator[Problem]]) -> Callable[[Resource, Graph], Iterator[Problem]]:
    """The problems of every pod that an object makes, for a rule that looks at pods alone."""

    def problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
        yield from decide(templates(resource, graph), lambda pod: _found(pod, find))

    return problems


def _found(pod: Template, find: Callable[[Template], Iterator[Problem]]) -> Iterator[Problem]:
    if not pod.via:
        yield from find(pod)
        return
    for problem in decide((pod,), find):
        yield replace(problem, property="spec.workloadRef", message=f"{pod.via}: {problem.message}")


def described(resource: Resource, graph: Graph) -> str:
    """The object in words, for messages."""
    try:
        return f"{name(resource)} in {objects(graph).namespace(resource)}"
    except Undecided:
        return resource.name


def _at(block: Block, path: str) -> Iterator[Block]:
    if not path:
        yield block
        return
    first, _, rest = path.partition(".")
    if first.endswith("[]"):
        for item in block.each(first[:-2]):
            yield from _at(item, rest)
    elif first in block:
        yield from _at(block.block(first), rest)
    elif first == "template" or rest == "":
        yield block.block(first)
