"""What NetworkPolicies let pods do: policies add up, and pods that none selects may do everything."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from platformctl.review.compared import raw, within
from platformctl.review.reach.openings import ALL_PORTS, EVERY, Opening, Peer
from policies import tokens
from policies.cidr import Network, subtract
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
_SIDES = {"ingress": "from", "egress": "to"}
_EVERYONE = Peer("everyone", "anyone")
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
Requirements = frozenset[str]


@dataclass(frozen=True, order=True)
class _Pods(Peer):
    """Pods by selector: what they must fulfil, each requirement a text, the more the fewer they are."""

    namespaces: Requirements = frozenset()
    pods: Requirements = frozenset()


def selects_more(peer: Peer, before: Collection[Network | Peer]) -> bool:
    """Whether before there was a peer that the new one is a part of."""
    if _EVERYONE in before or peer in before:
        return True
    return isinstance(peer, _Pods) and any(
        isinstance(one, _Pods) and one.namespaces <= peer.namespaces and one.pods <= peer.pods for one in before
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
            yield from ((urn, direction) for direction in _SIDES)

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
            return [Opening(EVERY, *ALL_PORTS, _EVERYONE, ""), *_anywhere("")]
        return [one for policy, spec in selecting for one in _of(policy, spec, direction, namespace, ports)]


def _anywhere(by: str) -> Iterator[Opening]:
    yield from (Opening(EVERY, *ALL_PORTS, ip_network(text), by) for text in ("0.0.0.0/0", "::/0"))


def _template(workload: Resource) -> Any:
    """What its pods are made of: their metadata and their spec."""
    if workload.type == tokens.POD:
        return workload.properties
    return raw(workload, "spec.jobTemplate.spec.template" if workload.type == tokens.CRON_JOB else "spec.template")


def _named_ports(template: Any) -> Iterator[tuple[str, int]]:
    containers = within(template, "spec")
    listed = containers.get("containers") if isinstance(containers, Mapping) else None
    for container in listed if isinstance(listed, list) else ():
        ports = container.get("ports") if isinstance(container, Mapping) else None
        for port in ports if isinstance(ports, list) else ():
            if isinstance(port.get("name"), str) and isinstance(port.get("containerPort"), int | float):
                yield port["name"], int(port["containerPort"])


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
    selector = spec.get("podSelector") or {}
    if selector is UNKNOWN or labels is UNKNOWN:
        return True
    given = labels if isinstance(labels, Mapping) else {}
    wanted = selector.get("matchLabels") or {}
    return all(given.get(key) == value for key, value in wanted.items()) and all(
        _fulfils(given, one) for one in selector.get("matchExpressions") or ()
    )


def _fulfils(labels: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    key, values = one.get("key"), one.get("values") or ()
    has = key in labels
    tests = {
        "In": has and labels.get(key) in values,
        "NotIn": not has or labels.get(key) not in values,
        "Exists": has,
        "DoesNotExist": not has,
    }
    return tests.get(str(one.get("operator")), False)


def _of(policy: Resource, spec: Any, direction: str, namespace: Any, named: Mapping[str, int]) -> Iterator[Opening]:
    rules = UNKNOWN if spec is UNKNOWN else spec.get(direction)
    if rules is UNKNOWN:
        yield Opening(EVERY, *ALL_PORTS, Peer(policy.urn, "whoever it lets in: not known yet", (), False), policy.urn)
        return
    for rule in rules or ():
        if not isinstance(rule, Mapping):
            continue
        for protocol, first, last in _ports(rule.get("ports"), named if direction == "ingress" else {}):
            for peer in _peers(rule.get(_SIDES[direction]), namespace, policy):
                yield Opening(protocol, first, last, peer, policy.urn)


def _ports(ports: Any, named: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    if not ports or ports is UNKNOWN:
        yield EVERY, *ALL_PORTS
        return
    for one in ports:
        protocol = str(one.get("protocol") or "TCP").lower()
        port, end = one.get("port"), one.get("endPort")
        if isinstance(port, str):
            port = named.get(port) if port in named else port
        if isinstance(port, str):
            yield f"{protocol} port {port}", *ALL_PORTS
        elif isinstance(port, int | float):
            yield protocol, int(port), int(end) if isinstance(end, int | float) else int(port)
        else:
            yield protocol, *ALL_PORTS


def _peers(peers: Any, namespace: Any, policy: Resource) -> Iterator[Network | Peer]:
    if not peers:
        yield _EVERYONE
        yield from (one.peer for one in _anywhere(policy.urn))
        return
    for one in peers if isinstance(peers, list) else [UNKNOWN]:
        if not isinstance(one, Mapping):
            yield Peer(f"{policy.urn} peers", "somebody not known yet", (), False)
        elif isinstance(block := one.get("ipBlock"), Mapping):
            yield from _block(block, policy)
        else:
            yield _selected(one, namespace)


def _block(block: Mapping[str, Any], policy: Resource) -> Iterator[Network | Peer]:
    try:
        without = [ip_network(text, strict=False) for text in block.get("except") or ()]
        yield from subtract([ip_network(block["cidr"], strict=False)], without)
    except (ValueError, KeyError, TypeError):
        yield Peer(f"{policy.urn} ipBlock", "addresses not known yet", (), False)


def _selected(one: Mapping[str, Any], namespace: Any) -> _Pods:
    pods, among = one.get("podSelector"), one.get("namespaceSelector")
    where = _requirements(among) if among is not None else frozenset({f"{_NAMESPACE_NAME}={namespace}"})
    who = _requirements(pods)
    named = f"pods with {', '.join(sorted(who))}" if who else "all pods"
    place = f"namespaces with {', '.join(sorted(where))}" if where else "any namespace"
    own = among is None
    text = f"{named} of {'its own namespace' if own else place}"
    return _Pods(f"{sorted(where)} {sorted(who)}", text, namespaces=where, pods=who)


def _requirements(selector: Any) -> Requirements:
    if not isinstance(selector, Mapping):
        return frozenset()
    labels = selector.get("matchLabels") or {}
    tests = selector.get("matchExpressions") or ()
    return frozenset(f"{key}={value}" for key, value in labels.items()) | frozenset(
        _single(one) or json.dumps(one, sort_keys=True, default=str) for one in tests
    )


def _single(one: Mapping[str, Any]) -> str:
    """`In` with one value is what matchLabels says."""
    values = one.get("values") or ()
    return f"{one.get('key')}={values[0]}" if one.get("operator") == "In" and len(values) == 1 else ""
