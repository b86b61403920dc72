"""Pods are reached and reach by security groups that this stack makes and judges."""

from collections.abc import Iterator
from contextlib import suppress

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.kubernetes.examples import object_
from policies.rules.kubernetes.objects import spec
from policies.values import Items, Undecided

_IDS = "spec.securityGroups.groupIds"
_GROUPS = (tokens.SECURITY_GROUP, tokens.EKS_CLUSTER)
_CLUSTER_GROUP = "clusterSecurityGroupId"  # of a cluster's vpcConfig; EKS makes the group


def _problems(policy: Resource, graph: Graph) -> Iterator[Problem]:
    groups = spec(policy).block("securityGroups").texts("groupIds")
    if not len(groups):
        yield Problem(_IDS, "it names no security group")
        return
    found = graph.references(policy, _IDS, *_GROUPS)
    if not graph.of_type(*_GROUPS):
        reason = "no security group is among what is judged: whose these are is not known"
        raise policy.props.undecided(reason, _IDS)
    known = dict(_known(groups))
    named = {hit.urn for group in known.values() if (hit := _ours(group, graph))}
    strangers = [index for index, group in known.items() if not _ours(group, graph)]
    hidden, producers = len(groups) - len(known), len({hit.urn for hit in found} - named)
    if hidden > producers:
        raise policy.undecided(_IDS)
    if hidden + len(strangers) != producers:  # policies see no ids: what else produces the groups makes up for them
        for index in strangers:
            yield Problem(f"{_IDS}[{index}]", f"the group {known[index]} is not of this stack: no rule judges it")


def _known(groups: Items) -> Iterator[tuple[int, str]]:
    for index in range(len(groups)):
        with suppress(Undecided):
            yield index, groups.text_of(index)


def _ours(group: str, graph: Graph) -> Resource | None:
    """The security group, or the cluster for which EKS makes it."""
    if found := graph.find(group, tokens.SECURITY_GROUP):
        return found
    clusters = graph.of_type(tokens.EKS_CLUSTER) if group else []
    return next((one for one in clusters if one.props.block("vpcConfig").get(_CLUSTER_GROUP) == group), None)


def _policy(*groups: object) -> Node:
    return object_(tokens.POD_SECURITY_GROUPS, spec={"podSelector": {}, "securityGroups": {"groupIds": list(groups)}})


def _with(*groups: object) -> Example:
    return (_CLIENTS, _CLUSTER, _policy(*groups))


_CLIENTS = Node(tokens.SECURITY_GROUP, "clients", {"id": "sg-1"})
_CLUSTER = Node(tokens.EKS_CLUSTER, "billing", {"vpcConfig": {_CLUSTER_GROUP: "sg-2"}})

RULES = (
    Rule(
        id="K8S-19",
        name="pods-have-groups-of-this-stack",
        summary="A SecurityGroupPolicy gives pods only security groups of this stack, which other rules judge.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.POD_SECURITY_GROUPS,),
        reads=("securityGroups.groupIds", "id", "vpcConfig"),
        controls=(*unverified("pci-dss-4.0.1", "1.3.1"), *unverified("soc2", "CC6.6")),
        remedy="Name the ids of ec2.SecurityGroup resources of this stack, as components.BillingService does with the"
        " group of DatabaseClients.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _with("sg-1"),
            _with("sg-1", "sg-2"),
            _with(Ref("clients"), Ref("billing")),
            _with("sg-1", Ref("billing")),
        ),
        fails=(
            _with(),
            _with("sg-9"),
            _with("sg-1", "sg-9"),
            _with(Ref("clients"), "sg-9"),
            _with(""),
        ),
        undecided=(
            (_policy("sg-1"),),
            _with(Ref("nobody")),
            _with("sg-1", Ref("nobody")),
            _with(Ref("clients"), Ref("nobody")),
        ),
    ),
)
