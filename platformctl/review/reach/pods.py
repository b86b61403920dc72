"""What NetworkPolicies let pods do: policies add up, and pods that none selects may do everything."""

from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.review.compared import listing, mapping, raw, within
from platformctl.review.reach.openings import Opening
from platformctl.review.reach.pod_rules import everything, openings_of
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN

_WORKLOADS = (
    tokens.ROLLOUT,
    tokens.DEPLOYMENT,
    tokens.STATEFUL_SET,
    tokens.DAEMON_SET,
    tokens.REPLICA_SET,
    tokens.JOB,
    tokens.CRON_JOB,
    tokens.POD,
)


class Pods:
    """The workloads and namespaces of one graph, with the policies that select their pods."""

    def __init__(self, graph: Graph) -> None:
        self.policies = [
            (policy, spec)
            for policy in graph.of_type(tokens.NETWORK_POLICY)
            if isinstance(spec := policy.properties.get("spec"), Mapping) or spec is UNKNOWN
        ]
        self._workloads = {one.urn: one for one in graph.of_type(*_WORKLOADS)}
        self._namespaces = {one.urn: one for one in graph.of_type(tokens.NAMESPACE)}

    def subjects(self) -> Iterator[tuple[str, str]]:
        """Workloads, and namespaces for the pods in them that no other policy selects; by direction."""
        for urn in (*self._workloads, *self._namespaces):
            yield from ((urn, direction) for direction in ("ingress", "egress"))

    def openings(self, subject: str, direction: str) -> list[Opening]:
        """What the pods of a subject may do; nothing if it is not there."""
        if subject in self._workloads:
            workload = self._workloads[subject]
            template = _template(workload)
            namespace, labels = raw(workload, "metadata.namespace") or "default", within(template, "metadata.labels")
            ports = dict(_named_ports(template))
        elif subject in self._namespaces:
            namespace, labels, ports = raw(self._namespaces[subject], "metadata.name"), {}, {}
        else:
            return []
        selecting = [
            (policy, spec)
            for policy, spec in self.policies
            if raw(policy, "metadata.namespace") in (namespace, UNKNOWN)
            and _concerns(spec, direction)
            and _selects(spec, labels)
        ]
        if not selecting:
            return everything()
        return [one for policy, spec in selecting for one in openings_of(policy, spec, direction, namespace, ports)]


def _template(workload: Resource) -> Any:
    """What its pods are made of: their metadata and their spec."""
    if workload.type == tokens.POD:
        return workload.properties
    return raw(workload, "spec.jobTemplate.spec.template" if workload.type == tokens.CRON_JOB else "spec.template")


def _named_ports(template: Any) -> Iterator[tuple[str, int]]:
    for container in listing(mapping(within(template, "spec")).get("containers")):
        for port in map(mapping, listing(mapping(container).get("ports"))):
            name, number = port.get("name"), port.get("containerPort")
            if isinstance(name, str) and isinstance(number, int | float):
                yield name, int(number)


def _concerns(spec: Any, direction: str) -> bool:
    """Kubernetes documentation, NetworkPolicy: without policyTypes it is Ingress, and Egress where there are rules."""
    if spec is UNKNOWN:
        return True
    types = spec.get("policyTypes")
    if isinstance(types, list):
        return direction.capitalize() in types or UNKNOWN in types
    return direction == "ingress" or bool(spec.get("egress"))


def _selects(spec: Any, labels: Any) -> bool:
    if spec is UNKNOWN:
        return True
    selector, given = spec.get("podSelector"), mapping(labels)
    if selector is UNKNOWN or labels is UNKNOWN:
        return True
    wanted, tests = mapping(mapping(selector).get("matchLabels")), listing(mapping(selector).get("matchExpressions"))
    same = all(given.get(key) == value for key, value in wanted.items())
    return same and all(_fulfils(given, mapping(one)) for one in tests)


def _fulfils(labels: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    key, values = str(one.get("key")), listing(one.get("values"))
    has = key in labels
    tests = {
        "In": has and labels.get(key) in values,
        "NotIn": not has or labels.get(key) not in values,
        "Exists": has,
        "DoesNotExist": not has,
    }
    return tests.get(str(one.get("operator")), False)
