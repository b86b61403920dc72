"""Add-ons change when somebody says so, and network policies are kept."""

import json
from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.examples import Example, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.cluster.examples import addon, cluster

_NETWORK = "vpc-cni"
_SETTINGS = "configurationValues"


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    check = _cluster_problems if resource.type == tokens.EKS_CLUSTER else _addon_problems
    yield from check(resource, graph)


def _cluster_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    """A cluster that asks for nothing comes with a vpc-cni that keeps no network policy."""
    if resource.props.get("bootstrapSelfManagedAddons", True) is False:
        return
    compute = resource.props.get("computeConfig")
    if compute is not None and compute.get("enabled") is True:
        return  # EKS Auto Mode has a network of its own
    found = graph.possible_referrers(resource, tokens.EKS_ADDON, "clusterName")
    if any(one.props.get("addonName") == _NETWORK for one in found):
        return
    if found.undecided:
        raise resource.undecided("name")
    yield Problem(None, f"no {_NETWORK} add-on keeps network policies")


def _addon_problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    yield from decide((_pin_problems, _policy_problems), lambda part: part(resource))


def _pin_problems(resource: Resource) -> Iterator[Problem]:
    if not resource.inputs.get("addonVersion"):
        yield Problem("addonVersion", "AWS chooses its version: say which")


def _policy_problems(resource: Resource) -> Iterator[Problem]:
    if resource.props.get("addonName") != _NETWORK:
        return
    settings = _read(str.__str__(resource.props.get(_SETTINGS, "{}")))
    if not isinstance(settings, dict) or settings.get("enableNetworkPolicy") not in ("true", True):
        yield Problem(_SETTINGS, "network policies are taken and not kept")


def _read(text: str) -> Any:
    """Settings are JSON or YAML (EKS user guide, "Update an Amazon EKS add-on"); None if they are neither."""
    try:
        return json.loads(text)
    except ValueError:
        import yaml  # late: few need it, and it costs a command its import

        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            return None


def _network(settings: object, **more: object) -> Example:
    given = settings if isinstance(settings, Ref | str) else json.dumps(settings)
    return (cluster(), addon(configurationValues=given, addonVersion="v1.22.4-eksbuild.3", **more))


_KEPT = {"enableNetworkPolicy": "true"}

RULES = (
    Rule(
        id="EKS-10",
        name="cluster-addons-are-pinned",
        summary="Every add-on has an exact version, and vpc-cni keeps network policies.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.EKS_ADDON, tokens.EKS_CLUSTER),
        reads=("addonVersion", "addonName", _SETTINGS, "clusterName", "bootstrapSelfManagedAddons", "computeConfig"),
        controls=(*unverified("pci-dss-4.0.1", "1.3.1"), *cis_eks("4.3.1", "5.4.4")),
        remedy='Set addon_version; for vpc-cni also configuration_values with "enableNetworkPolicy": "true".',
        problems=_problems,
        needs_graph=True,
        passes=(
            _network(_KEPT),
            _network({"enableNetworkPolicy": True, "env": {}}),
            _network('enableNetworkPolicy: "true"\nenv: {}\n'),
            (*_network(_KEPT), addon("coredns", addonVersion="v1.13.2-eksbuild.31")),
            (cluster(bootstrapSelfManagedAddons=False),),
            (cluster(computeConfig={"enabled": True}),),
        ),
        fails=(
            (cluster(),),
            (cluster(bootstrapSelfManagedAddons=True), addon("coredns", addonVersion="v1")),
            (*_network(_KEPT), addon("coredns")),
            (*_network(_KEPT), addon("coredns", addonVersion="")),
            _network({}),
            _network({"enableNetworkPolicy": "false"}),
            _network({"enableNetworkPolicy": "True"}),
            _network({"env": {"enableNetworkPolicy": "true"}}),
            _network("[]"),
            _network("enableNetworkPolicy: false"),
            _network("{"),
            (cluster(), addon(addonVersion="v1.22.4-eksbuild.3")),
        ),
        undecided=(
            _network(Ref("nowhere")),
            (*_network(_KEPT), addon("coredns", addonVersion=Ref("nowhere"))),
            (cluster(), addon("coredns", clusterName=Ref("nowhere"), addonVersion="v1")),
            (cluster(bootstrapSelfManagedAddons=Ref("nowhere")),),
        ),
    ),
)
