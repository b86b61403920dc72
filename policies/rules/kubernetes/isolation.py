"""Pods reach, and are reached by, only what a network policy names."""

from collections.abc import Callable, Iterator
from functools import partial

from policies import tokens
from policies.cidr import Network, is_internet, networks, subtract
from policies.controls import cis_eks, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.kubernetes_facts import EXEMPT_NAMESPACES
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.kubernetes.examples import deployment, object_, workload
from policies.rules.kubernetes.namespaces import namespace as _namespace
from policies.rules.kubernetes.objects import DEFAULT_NAMESPACE, metadata, name, objects, spec
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.rules.kubernetes.selectors import differs, is_empty, matches
from policies.values import Block

_DIRECTIONS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}
_CARDHOLDER_DATA = "cde"
_SCOPE = "platform/pci-scope"


def _is_subject(resource: Resource, graph: Graph) -> bool:
    if resource.type == tokens.NAMESPACE:
        return metadata(resource).text("name") not in (*EXEMPT_NAMESPACES, DEFAULT_NAMESPACE)
    return resource.type == tokens.NETWORK_POLICY or has_pods(resource, graph)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.NAMESPACE:
        yield from decide(_DIRECTIONS, lambda direction: _closed(resource, direction, graph))
    elif resource.type == tokens.NETWORK_POLICY:
        yield from decide(_DIRECTIONS, lambda direction: _peers(resource, direction, graph))
    else:
        yield from each_pod(lambda pod: _selected(pod, resource, graph))(resource, graph)


def _closed(namespace: Resource, direction: str, graph: Graph) -> Iterator[Problem]:
    policies = objects(graph).inside(name(namespace), tokens.NETWORK_POLICY)
    if not some(policies, lambda policy: _covers(policy, direction) and is_empty(spec(policy).block("podSelector"))):
        yield Problem(None, f"no network policy denies {direction.lower()} to all its pods by default")


def _covers(policy: Resource, direction: str) -> bool:
    """Whether the policy is about the direction; unset types mean ingress, and egress if it has rules for that."""
    types = spec(policy).texts("policyTypes")
    if "policyTypes" not in spec(policy) or len(types) == 0:
        return direction == "Ingress" or bool(spec(policy).each("egress"))
    return some(range(len(types)), lambda index: types.text_of(index) == direction)


def _selected(pod: Template, resource: Resource, graph: Graph) -> Iterator[Problem]:
    known = objects(graph)
    called = known.namespace(resource)
    policies = known.inside(called, tokens.NETWORK_POLICY)
    for direction in _DIRECTIONS:
        if some(policies, partial(_takes, direction, pod)):
            continue
        if not policies and known.cluster_wide(tokens.NAMESPACE, called) is None:
            reason = f"neither the Namespace {called} nor its network policies are among what is judged"
            raise metadata(resource).undecided(reason, "namespace")
        yield Problem("metadata.labels", f"no network policy in {called} selects its pods for {direction.lower()}")


def _takes(direction: str, pod: Template, policy: Resource) -> bool:
    if differs(policy, "podSelector", pod.labels):
        return False
    return _covers(policy, direction) and matches(spec(policy).block("podSelector"), pod.labels)


def _peers(policy: Resource, direction: str, graph: Graph) -> Iterator[Problem]:
    rules, peers = _DIRECTIONS[direction]
    if not _covers(policy, direction):
        return
    strict = _is_cardholder(policy, graph)
    yield from decide(spec(policy).each(rules), lambda rule: _open(rule, peers, direction, strict))


def _open(rule: Block, peers: str, direction: str, strict: Callable[[], bool]) -> Iterator[Problem]:
    listed = rule.each(peers)
    if not listed:
        if not rule.each("ports"):
            yield Problem(rule.path, f"{rule.path} allows all {direction.lower()}: name peers and ports")
        elif strict():
            path = rule.at(peers)
            yield Problem(path, f"{path} is empty, which is everybody, beside cardholder data")
        return
    if _is_everybody(listed) and strict():
        path = rule.at(peers)
        yield Problem(path, f"{path} is the internet, beside cardholder data")


def _is_everybody(peers: list[Block]) -> bool:
    ranges = [part for peer in peers if "ipBlock" in peer for part in _range(peer.block("ipBlock"))]
    return is_internet(ranges)


def _range(block: Block) -> list[Network]:
    except_ = block.texts("except").read()
    try:
        return list(subtract(networks([block.text("cidr")]), networks(except_)))
    except ValueError:
        return []  # the API server refuses it


def _is_cardholder(policy: Resource, graph: Graph) -> Callable[[], bool]:
    """Whether the policy's namespace, or the policy itself, says that it is where cardholder data is."""

    def answer() -> bool:
        if metadata(policy).block("labels").text(_SCOPE) == _CARDHOLDER_DATA:
            return True
        space = objects(graph).cluster_wide(tokens.NAMESPACE, objects(graph).namespace(policy))
        return space is not None and metadata(space).block("labels").text(_SCOPE) == _CARDHOLDER_DATA

    return answer


def _policy(name_: str = "deny-all", **spec_: object) -> Node:
    return object_(tokens.NETWORK_POLICY, name_, spec=spec_)


_DENY = _policy(podSelector={}, policyTypes=["Ingress", "Egress"])
_SPACE = _namespace()
_CDE = _namespace(scope="cde")
_OWN = {"matchLabels": {"app.kubernetes.io/name": "api"}}
_443 = [{"port": 443, "protocol": "TCP"}]
_WORLD = [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]


def _with(**spec_: object) -> Example:
    return (_DENY, _policy("more", podSelector=_OWN, **spec_))


RULES = (
    Rule(
        id="K8S-10",
        name="namespace-closed-by-default",
        summary="Each namespace denies ingress and egress by default, policies select each workload, and none is open.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=TYPES,
        applies=_is_subject,
        reads=(
            "podSelector",
            "policyTypes",
            "ingress",
            "egress",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
        ),
        controls=(*unverified("pci-dss-4.0.1", "1.3.1", "1.3.2"), *cis_eks("4.3.2"), *unverified("soc2", "CC6.6")),
        remedy="Make the namespace with components/namespace.py, which denies everything, and allow by peer and port.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_SPACE, _DENY, *deployment()),
            (_SPACE, _policy("in", podSelector={}), _policy("out", podSelector={}, policyTypes=["Egress"])),
            (_DENY, *deployment()),
            (_policy(podSelector=_OWN, policyTypes=["Ingress", "Egress"]), *deployment()),
            (_SPACE, *_with(policyTypes=["Egress"], egress=[{"to": _WORLD, "ports": _443}])),
            (_CDE, *_with(policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])),
            (_CDE, *_with(policyTypes=["Ingress"], ingress=[{"from": [{"podSelector": {}}]}])),
        ),
        fails=(
            (_SPACE,),
            (_SPACE, _policy(podSelector={})),
            (_SPACE, _policy(podSelector={}, policyTypes=["Egress"])),
            (_SPACE, _policy(podSelector=_OWN, policyTypes=["Ingress", "Egress"])),
            (_SPACE, object_(tokens.NETWORK_POLICY, namespace="elsewhere", spec=dict(_DENY.props["spec"]))),
            (_policy(podSelector=_OWN, policyTypes=["Ingress"]), *deployment()),
            (
                _policy(podSelector={"matchLabels": {"a": "b"}}, policyTypes=["Ingress", "Egress"]),
                workload(tokens.STATEFUL_SET),
            ),
            _with(policyTypes=["Ingress"], ingress=[{}]),
            _with(policyTypes=["Egress"], egress=[{"to": []}]),
            _with(egress=[{}]),
            (_CDE, *_with(policyTypes=["Egress"], egress=[{"to": _WORLD, "ports": _443}])),
            (_CDE, *_with(policyTypes=["Ingress"], ingress=[{"ports": _443}])),
            (
                _CDE,
                *_with(
                    policyTypes=["Egress"],
                    egress=[{"to": [{"ipBlock": {"cidr": "0.0.0.0/1"}}, {"ipBlock": {"cidr": "128.0.0.0/1"}}]}],
                ),
            ),
        ),
        undecided=(
            deployment(),
            (_SPACE, _policy(podSelector=Ref("nobody"), policyTypes=["Ingress", "Egress"])),
        ),
    ),
)
