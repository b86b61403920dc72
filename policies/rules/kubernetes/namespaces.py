"""Everything is in a namespace of its own, which refuses pods that are not restricted."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.kubernetes_facts import (
    ENFORCE_LABEL,
    ENFORCE_VERSION_LABEL,
    EXEMPT_NAMESPACES,
    POD_SECURITY_LEVEL,
    POD_SECURITY_VERSION,
)
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import NAMESPACE, deployment, object_
from policies.rules.kubernetes.objects import DEFAULT_NAMESPACE, metadata, objects
from policies.rules.kubernetes.pods import TYPES, has_pods
from policies.values import Block

_VERSION = re.compile(r"v1\.([0-9]+)")
_INSIDE = (
    tokens.CONFIG_MAP,
    tokens.DISRUPTION_BUDGET,
    tokens.INGRESS,
    tokens.KUBERNETES_ROLE,
    tokens.KUBERNETES_SECRET,
    tokens.NETWORK_POLICY,
    tokens.ROLE_BINDING,
    tokens.SERVICE,
    tokens.SERVICE_ACCOUNT,
)
_CLUSTER_WIDE = (tokens.CLUSTER_ANALYSIS_TEMPLATE,)


def _is_subject(resource: Resource, graph: Graph) -> bool:
    if resource.type == tokens.NAMESPACE:
        return resource.properties.get("metadata", {}) == {} or not _system(resource)
    return resource.type in _INSIDE or (resource.type not in _CLUSTER_WIDE and has_pods(resource, graph))


def _system(namespace: Resource) -> bool:
    return metadata(namespace).text("name") in (*EXEMPT_NAMESPACES, DEFAULT_NAMESPACE)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.NAMESPACE:
        labels = metadata(resource).block("labels")
        yield from decide((_level, _version), lambda check: check(labels))
        return
    called = objects(graph).namespace(resource)
    if called == DEFAULT_NAMESPACE:
        yield Problem("metadata.namespace", "it is in the namespace default, which is nobody's")
    elif has_pods(resource, graph) and called not in EXEMPT_NAMESPACES:
        _look_up(resource, called, graph)


def _look_up(resource: Resource, called: str, graph: Graph) -> None:
    """The Namespace is judged by itself; here it only must be there to be judged."""
    if objects(graph).cluster_wide(tokens.NAMESPACE, called) is None:
        reason = f"the Namespace {called} is not among what is judged: whether it enforces Pod Security is not known"
        raise metadata(resource).undecided(reason, "namespace")


def _level(labels: Block) -> Iterator[Problem]:
    if (level := labels.text(ENFORCE_LABEL)) != POD_SECURITY_LEVEL:
        found = f"is {level!r}" if level else "is not set"
        yield Problem(
            _path(labels, ENFORCE_LABEL), f"the label {ENFORCE_LABEL} {found}: it must be {POD_SECURITY_LEVEL}"
        )


def _version(labels: Block) -> Iterator[Problem]:
    version = labels.text(ENFORCE_VERSION_LABEL)
    pinned, least = _VERSION.fullmatch(version), _VERSION.fullmatch(POD_SECURITY_VERSION)
    if pinned is None or least is None or int(pinned[1]) < int(least[1]):
        found = f"is {version!r}" if version else "is not set"
        path = _path(labels, ENFORCE_VERSION_LABEL)
        yield Problem(path, f"the label {ENFORCE_VERSION_LABEL} {found}: pin {POD_SECURITY_VERSION}")


def _path(labels: Block, key: str) -> str:
    return f"{labels.path}[{key!r}]"


def namespace(called: str = NAMESPACE, **labels: object) -> Node:
    """A Namespace that enforces what it must, but for these labels (with _ for - and /, None for none)."""
    known = {"enforce": ENFORCE_LABEL, "version": ENFORCE_VERSION_LABEL, "scope": "platform/pci-scope"}
    values = {"enforce": POD_SECURITY_LEVEL, "version": POD_SECURITY_VERSION} | labels
    given = {known[key]: value for key, value in values.items() if value is not None}
    return Node(tokens.NAMESPACE, f"namespace-{called}", {"metadata": {"name": called, "labels": given}})


RULES = (
    Rule(
        id="K8S-09",
        name="namespace-own-and-restricted",
        summary="Nothing is in the namespace default, and namespaces enforce `restricted` at a pinned version.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=TYPES,
        applies=_is_subject,
        reads=("metadata.namespace", "metadata.labels", "metadata.name"),
        controls=(*unverified("pci-dss-4.0.1", "2.2.1"), *cis_eks("4.5.1", "4.5.3")),
        remedy="Make the namespace with components/namespace.py, or label it"
        f" {ENFORCE_LABEL}={POD_SECURITY_LEVEL} and {ENFORCE_VERSION_LABEL}={POD_SECURITY_VERSION}.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (namespace(),),
            (namespace(version="v1.35"),),
            (namespace(), *deployment()),
            (object_(tokens.CONFIG_MAP),),
        ),
        fails=(
            (namespace(enforce=None),),
            (namespace(enforce="baseline"),),
            (namespace(enforce="Restricted"),),
            (namespace(version=None),),
            (namespace(version="latest"),),
            (namespace(version="v1.20"),),
            (Node(tokens.NAMESPACE, "bare", {"metadata": {"name": "bare"}}),),
            (Node(tokens.NAMESPACE, "bare"),),
            (object_(tokens.CONFIG_MAP, namespace=None),),
            (object_(tokens.SERVICE, namespace="default"),),
            (Node(tokens.POD, "api", {"spec": {"containers": []}}),),
        ),
        undecided=(
            (namespace(enforce=Ref("nobody")),),
            (object_(tokens.CONFIG_MAP, namespace=Ref("nobody")),),  # type: ignore[arg-type]
            deployment(),
            (namespace(enforce=None), *deployment())[1:],
        ),
        ignores=((namespace("kube-system", enforce=None),),),
    ),
)
