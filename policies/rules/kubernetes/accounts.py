"""Workloads have accounts of their own, and a token for the Kubernetes API only where they say what for."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.kubernetes_facts import API_ANNOTATION
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.examples import deployment, object_, pod
from policies.rules.kubernetes.objects import metadata, objects
from policies.rules.kubernetes.pods import TYPES, Template, each_pod, has_pods
from policies.values import Block

_KEY = "automountServiceAccountToken"


def _is_subject(resource: Resource, graph: Graph) -> bool:
    return resource.type == tokens.SERVICE_ACCOUNT or has_pods(resource, graph)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.SERVICE_ACCOUNT:
        if resource.props.flag(_KEY) is not False and not _declared(metadata(resource).block("annotations")):
            yield Problem(_KEY, f"{_KEY} is not false: every pod of this account gets a token for the Kubernetes API")
        return
    yield from each_pod(lambda pod: _of_pod(pod, resource, graph))(resource, graph)


def _of_pod(pod: Template, resource: Resource, graph: Graph) -> Iterator[Problem]:
    called = pod.spec.text("serviceAccountName") or pod.spec.text("serviceAccount")  # the old name, still taken
    if called in ("", "default"):
        path = pod.spec.at("serviceAccountName")
        yield Problem(path, f"{path} is not set to an account of this workload's own")
    if _declared(pod.annotations):
        return
    if _mounts(pod, called, resource, graph):
        path = pod.spec.at(_KEY)
        yield Problem(path, f"{path} is not false: every container gets a token for the Kubernetes API")
    yield from decide(pod.spec.each("volumes"), _projected)


def _mounts(pod: Template, called: str, resource: Resource, graph: Graph) -> bool:
    own = pod.spec.flag(_KEY)
    if own is not None:
        return own
    known = objects(graph)
    account = known.find(tokens.SERVICE_ACCOUNT, known.namespace(resource), called or "default")
    if account is None:
        return True  # the API's default
    return account.props.flag(_KEY) is not False


def _projected(volume: Block) -> Iterator[Problem]:
    def check(source: Block) -> Iterator[Problem]:
        token = source.block("serviceAccountToken")
        if "serviceAccountToken" in source and not token.text("audience"):
            path = token.at("audience")
            yield Problem(path, f"{path} is not set: the token is for the Kubernetes API")

    return decide(volume.block("projected").each("sources"), check)


def _declared(annotations: Block) -> bool:
    return annotations.text(API_ANNOTATION).strip() != ""


def _account(mounts: object, **more: str) -> Node:
    return object_(tokens.SERVICE_ACCOUNT, automountServiceAccountToken=mounts, **more)


_TOKEN = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}
_FOR_US = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": "vault"}}]}}
_DECLARED = {"annotations": {API_ANNOTATION: "watches its own Lease"}}

RULES = (
    Rule(
        id="K8S-07",
        name="workload-has-own-account",
        summary="A workload has a service account of its own, and no token for the Kubernetes API unless it says why.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=TYPES,
        applies=_is_subject,
        reads=(
            "serviceAccountName",
            _KEY,
            "volumes.projected",
            "annotations",
            "metadata.name",
            "metadata.namespace",
            "spec.serviceAccount",
        ),
        controls=(*unverified("pci-dss-4.0.1", "7.2.5"), *cis_eks("4.1.5", "4.1.6"), *unverified("soc2", "CC6.3")),
        remedy=f"Set serviceAccountName and {_KEY}: false; what talks to the API says what for in the annotation"
        f" {API_ANNOTATION}.",
        problems=_problems,
        needs_graph=True,
        passes=(
            deployment(),
            (*deployment(automountServiceAccountToken=None), _account(False)),
            pod(automountServiceAccountToken=True, metadata=_DECLARED),
            pod(serviceAccountName=None, serviceAccount="api"),
            pod(volumes=[_FOR_US]),
            (_account(False),),
            (object_(tokens.SERVICE_ACCOUNT, metadata=_DECLARED),),
        ),
        fails=(
            pod(serviceAccountName=None),
            pod(serviceAccountName="default"),
            pod(automountServiceAccountToken=None),
            pod(automountServiceAccountToken=True),
            pod(automountServiceAccountToken=True, metadata={"annotations": {API_ANNOTATION: " "}}),
            (*pod(automountServiceAccountToken=True), _account(False)),
            (*pod(automountServiceAccountToken=None), _account(True)),
            (
                *pod(automountServiceAccountToken=None),
                _account(False, namespace="elsewhere"),
            ),
            pod(volumes=[_TOKEN]),
            (object_(tokens.SERVICE_ACCOUNT),),
            (_account(True),),
        ),
        undecided=(
            pod(serviceAccountName=Ref("nobody")),
            pod(automountServiceAccountToken=Ref("nobody")),
            (*pod(automountServiceAccountToken=None), _account(Ref("nobody"))),
        ),
    ),
)
