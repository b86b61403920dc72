"""Workloads outlive a node, a zone and an update: enough pods, apart from each other, that say how they are."""

from collections.abc import Callable, Iterator
from functools import partial

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.kubernetes_facts import REQUIRED_POD_LABELS, REQUIRED_PROBES
from policies.pod_security.check import CONTAINERS
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.kubernetes import replicas
from policies.rules.kubernetes.examples import LABELS, container, deployment, object_, pod, workload
from policies.rules.kubernetes.objects import spec
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.values import Block, Undecided

_LEAST = 2
_THROWAWAY_STACKS = ("sandbox",)  # may be away while a node is drained
_ZONE = "topology.kubernetes.io/zone"
_ENDING = (
    tokens.ANALYSIS_RUN,
    tokens.ANALYSIS_TEMPLATE,
    tokens.CLUSTER_ANALYSIS_TEMPLATE,
    tokens.CRON_JOB,
    tokens.JOB,
)
_REQUESTED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))


_Check = Callable[[Template], Iterator[Problem]]


def _is_subject(resource: Resource, graph: Graph) -> bool:
    return resource.type == tokens.DISRUPTION_BUDGET or has_pods(resource, graph)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.DISRUPTION_BUDGET:
        yield from decide((_let_go, _kept), lambda check: check(resource, graph))
        return
    checks = [_labels, _resources]
    if resource.type not in _ENDING:
        checks.append(_probes)
    yield from each_pod(lambda pod: decide(checks, lambda check: check(pod)))(resource, graph)
    lasting = resource.type in replicas.REPLICATED and resource.stack not in _THROWAWAY_STACKS
    if lasting and not replicas.is_taken_over(resource, graph):
        yield from decide((_count,), lambda check: check(resource, graph))
        yield from each_pod(partial(_spread, resource, graph))(resource, graph)


def _labels(pod: Template) -> Iterator[Problem]:
    def check(key: str) -> Iterator[Problem]:
        if not pod.labels.text(key):
            yield Problem(pod.labels.path, f"the label {key} is missing on its pods")

    return decide(REQUIRED_POD_LABELS, check)


def _resources(pod: Template) -> Iterator[Problem]:
    common = pod.spec.block("resources")  # of the pod as a whole, for its containers to share

    def check(container: Block) -> Iterator[Problem]:
        own = container.block("resources")
        for kind, what in _REQUESTED:
            limited = what in own.block("limits")  # a limit is the request where there is none
            if what not in own.block(kind) and what not in common.block(kind) and not (kind == "requests" and limited):
                path = own.at(kind)
                yield Problem(path, f"{path} names no {what}")

    lasting = [key for key in CONTAINERS if key != "ephemeralContainers"]  # which cannot have any
    return decide(lasting, lambda key: decide(pod.spec.each(key), check))


def _probes(pod: Template) -> Iterator[Problem]:
    def check(container: Block) -> Iterator[Problem]:
        for probe in REQUIRED_PROBES:
            if probe not in container or not container.block(probe):
                yield Problem(container.at(probe), f"{container.at(probe)} is not set")

    def check_sidecar(container: Block) -> Iterator[Problem]:
        if container.text("restartPolicy") == "Always":
            yield from check(container)

    yield from decide(pod.spec.each("containers"), check)
    yield from decide(pod.spec.each("initContainers"), check_sidecar)


def _count(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if (count := replicas.least_replicas(resource, graph)) < _LEAST:
        yield Problem("spec.replicas", f"it may have {count} pods: {_LEAST} at least, so that one may go")


def _spread(resource: Resource, graph: Graph, pod: Template) -> Iterator[Problem]:
    checks: tuple[_Check, ...] = (_over_zones, partial(_budget, resource, graph))
    yield from decide(checks, lambda check: check(pod))


def _over_zones(pod: Template) -> Iterator[Problem]:
    constraints = pod.spec.each("topologySpreadConstraints")
    if some(constraints, lambda constraint: constraint.text("topologyKey") == _ZONE):
        return
    apart = pod.spec.block("affinity").block("podAntiAffinity")
    terms = apart.each("requiredDuringSchedulingIgnoredDuringExecution")
    terms += [term.block("podAffinityTerm") for term in apart.each("preferredDuringSchedulingIgnoredDuringExecution")]
    if not some(terms, lambda term: term.text("topologyKey") == _ZONE):
        path = pod.spec.at("topologySpreadConstraints")
        yield Problem(path, f"{path} does not spread its pods over zones ({_ZONE})")


def _budget(resource: Resource, graph: Graph, pod: Template) -> Iterator[Problem]:
    found = replicas.budgets_of(pod, resource, graph)
    if len(found) > 1:
        names = ", ".join(budget.name for budget in found)
        yield Problem(None, f"the disruption budgets {names} all select its pods: with two, no eviction works")
    elif found.undecided:
        raise Undecided(*found.undecided)
    elif not found:
        yield Problem(None, "no disruption budget selects its pods: a drain may take all of them at once")


def _let_go(budget: Resource, _: Graph) -> Iterator[Problem]:
    if (most := replicas.share(spec(budget), "maxUnavailable")) and most.number == 0:
        yield Problem("spec.maxUnavailable", "spec.maxUnavailable is 0: no node can be drained")


def _kept(budget: Resource, graph: Graph) -> Iterator[Problem]:
    least = replicas.share(spec(budget), "minAvailable")
    if least is None or least.number == 0:
        return
    if least.percent and least.number >= 100:
        yield Problem("spec.minAvailable", f"spec.minAvailable is {least.number} %: no node can be drained")
        return
    total = replicas.selected_replicas(budget, graph)
    if total is None:
        reason = "spec.minAvailable is about pods that are not among what is judged: whether it blocks is not known"
        raise spec(budget).undecided(reason, "minAvailable")
    if least.of(total) >= total:
        yield Problem("spec.minAvailable", f"spec.minAvailable is all of the {total} pods: no node can be drained")


def _guard(name: str = "api", **spec_: object) -> Node:
    selector = {"matchLabels": {"app.kubernetes.io/name": "api"}}
    return object_(tokens.DISRUPTION_BUDGET, name, spec={"selector": selector, **spec_})


_ONE = _guard(maxUnavailable=1)


def _guarded(*containers: dict[str, object], **changes: object) -> Example:
    return (*deployment(*containers, **changes), _ONE)


def _counted(count: object, *more: Node) -> Example:
    return (workload(tokens.DEPLOYMENT, spec={"replicas": count}), *(more or (_ONE,)))


def _scaler(least: object, kind: str = "Deployment") -> Node:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": "api"}
    return object_(tokens.AUTOSCALER, spec={"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 9})


_ANTI = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": _ZONE}]}}
_TAKEN = (
    workload(tokens.DEPLOYMENT, spec={"replicas": 0}),
    workload(tokens.ROLLOUT, spec={"template": None, "workloadRef": {"kind": "Deployment", "name": "api"}}),
)
_NO_OWNER = {key: value for key, value in LABELS.items() if key != "platform/owner"}

RULES = (
    Rule(
        id="K8S-13",
        name="workload-survives-maintenance",
        summary="Workloads have resources, probes, labels, two pods at least, spread, and a budget that lets one go.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=TYPES,
        applies=_is_subject,
        reads=(
            "resources",
            *REQUIRED_PROBES,
            "labels",
            "replicas",
            "minReplicas",
            "topologySpreadConstraints",
            "affinity",
            "maxUnavailable",
            "minAvailable",
            "spec.selector",
            "scaleTargetRef",
            "restartPolicy",
            "metadata.name",
            "metadata.namespace",
        ),
        controls=unverified("soc2", "A1.2"),
        remedy="Say requests and a memory limit, both probes, replicas=2 or more with a spread over zones, the labels"
        " of components/labels.py, and a PodDisruptionBudget with maxUnavailable: 1.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _guarded(),
            pod(),
            (workload(tokens.DAEMON_SET),),
            (workload(tokens.JOB, container(livenessProbe=None, readinessProbe=None)),),
            (workload(tokens.CRON_JOB, container(livenessProbe=None)),),
            _counted(2, _guard(maxUnavailable="50%")),
            _counted(3, _guard(minAvailable=2)),
            _counted(3, _guard(minAvailable="50%")),
            _counted(None, _scaler(2), _ONE),
            (*_TAKEN, _ONE),
            _guarded(topologySpreadConstraints=None, affinity=_ANTI),
            _guarded(container(resources={"requests": None, "limits": {"cpu": "1", "memory": "1Gi"}})),
            _guarded(initContainers=[container(livenessProbe=None)]),
        ),
        fails=(
            _guarded(container(resources=None)),
            _guarded(container(resources={"requests": {"memory": None}, "limits": {"memory": None}})),
            _guarded(container(resources={"limits": None})),
            _guarded(initContainers=[container(resources=None)]),
            _guarded(container(livenessProbe=None)),
            _guarded(container(readinessProbe=None)),
            _guarded(container(readinessProbe={"httpGet": None})),
            _guarded(initContainers=[container(livenessProbe=None, restartPolicy="Always")]),
            (object_(tokens.POD, metadata={"labels": _NO_OWNER}, spec=dict(pod()[0].props["spec"])),),
            _counted(1),
            _counted(0),
            _counted(None),
            _counted(3, _scaler(1), _ONE),
            _counted(1, _scaler(2, "StatefulSet"), _ONE),
            (workload(tokens.STATEFUL_SET, spec={"replicas": 1}), _ONE),
            (workload(tokens.ROLLOUT, spec={"replicas": 1}), _ONE),
            (*_TAKEN[:1], _ONE),
            _guarded(topologySpreadConstraints=None),
            _guarded(topologySpreadConstraints=[{"topologyKey": "kubernetes.io/hostname"}]),
            deployment(),
            (*deployment(), _guard(maxUnavailable=1, selector={"matchLabels": {"a": "b"}})),
            (*deployment(), object_(tokens.DISRUPTION_BUDGET, namespace="elsewhere", spec=dict(_ONE.props["spec"]))),
            (*_guarded(), _guard("second", maxUnavailable=1)),
            (*deployment(), _guard(maxUnavailable=0)),
            (*deployment(), _guard(maxUnavailable="0%")),
            (*deployment(), _guard(minAvailable="100%")),
            _counted(3, _guard(minAvailable=3)),
            _counted(3, _guard(minAvailable=4)),
            _counted(3, _guard(minAvailable="90%")),
            (*deployment(), _guard(maxUnavailable="one")),
        ),
        undecided=(
            _counted(Ref("nobody")),
            (*deployment(), _guard(maxUnavailable=Ref("nobody"))),
            (_guard(minAvailable=1),),
        ),
    ),
)
