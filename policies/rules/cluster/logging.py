"""What a control plane does is on record."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.cluster.examples import cluster

_TYPES = "enabledClusterLogTypes"
# EKS user guide, "Send control plane logs to CloudWatch Logs": all that there are.
_ALL = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    listed = resource.props.get(_TYPES, ())

    def check(wanted: str) -> Iterator[Problem]:
        if not some(listed, lambda one: one == wanted):
            yield Problem(_TYPES, f"the {wanted} log is off")

    yield from decide(_ALL, check)


RULES = (
    Rule(
        id="EKS-03",
        name="cluster-logs-are-on",
        summary="All five logs of a cluster's control plane are on.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.EKS_CLUSTER,),
        reads=(_TYPES,),
        controls=(*pci("P", "10.2.1"), *cis_eks("2.1.1"), *unverified("soc2", "CC7.2")),
        remedy=f"Set enabled_cluster_log_types={list(_ALL)}, and make the log group first, with a key and an end.",
        problems=_problems,
        passes=((cluster(enabledClusterLogTypes=list(_ALL)),), (cluster(enabledClusterLogTypes=[*reversed(_ALL)]),)),
        fails=(
            (cluster(),),
            (cluster(enabledClusterLogTypes=[]),),
            *((cluster(enabledClusterLogTypes=[one for one in _ALL if one != off]),) for off in _ALL),
            (cluster(enabledClusterLogTypes=[*_ALL[:4], "Scheduler"]),),
        ),
        undecided=(
            (cluster(enabledClusterLogTypes=Ref("nowhere")),),
            (cluster(enabledClusterLogTypes=[*_ALL[1:], Ref("nowhere")]),),
        ),
    ),
)
