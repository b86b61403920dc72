"""Every request that a load balancer takes leaves a line in a log."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.balancers.examples import INGRESS_CLASS, class_params, ingress, load_balancer
from policies.rules.balancers.ingresses import READS, attribute, is_balanced, path
from policies.rules.balancers.kinds import is_application

_LOGS = "accessLogs"


def _problems(balancer: Resource, graph: Graph) -> Iterator[Problem]:
    if balancer.type == tokens.INGRESS:
        if not _ingress_logs(balancer, graph):
            yield Problem(path("load-balancer-attributes"), "nothing records the requests that it takes")
    elif not _logs(balancer):
        yield Problem(_LOGS, "nothing records the requests that it takes")


def _logs(balancer: Resource) -> bool:
    """Where the block is there, a classic load balancer logs unless told not to, and the others only if told to."""
    logs = balancer.props.get(_LOGS)
    default = balancer.type == tokens.CLASSIC_LOAD_BALANCER
    return logs is not None and logs.get("enabled", default) is True and "bucket" in logs


def _ingress_logs(balancer: Resource, graph: Graph) -> bool:
    enabled = attribute(balancer, "access_logs.s3.enabled", graph) == "true"
    return enabled and bool(attribute(balancer, "access_logs.s3.bucket", graph))


def _applies(balancer: Resource, graph: Graph) -> bool:
    """Network load balancers log TLS alone, and gateway ones nothing."""
    if balancer.type == tokens.INGRESS:
        return is_balanced(balancer, graph)
    return balancer.type == tokens.CLASSIC_LOAD_BALANCER or is_application(balancer)


def _other(attributes: str) -> Node:
    return ingress("b", **{"load-balancer-attributes": attributes})


def _balancer(kind: str = tokens.LOAD_BALANCER, **logs: object) -> Example:
    return (load_balancer(kind=kind, accessLogs=logs),)


def _ingress(attributes: object, **annotations: object) -> Example:
    return (ingress(**{"load-balancer-attributes": attributes}, **annotations),)


_ON = "access_logs.s3.enabled=true"
_TO = "access_logs.s3.bucket=kestrel-access-logs"
_ENABLED = {"key": "access_logs.s3.enabled", "value": "true"}
_OFF = {"value": "false"}
_SHARED = {"group.name": "g"}

RULES = (
    Rule(
        id="ALB-03",
        name="load-balancer-writes-access-logs",
        summary="Load balancers that speak HTTP write access logs to a bucket, also those of Ingresses.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.LOAD_BALANCER, tokens.CLASSIC_LOAD_BALANCER, tokens.INGRESS),
        reads=(_LOGS, "loadBalancerType", *READS, "spec.loadBalancerAttributes"),
        controls=(*pci("L", "10.2.1"), *soc2("CC7.2")),
        remedy='Set access_logs={"enabled": True, "bucket": ...} to the bucket for access logs; an Ingress has'
        " access_logs.s3.enabled=true and access_logs.s3.bucket in its annotation load-balancer-attributes.",
        problems=_problems,
        applies=_applies,
        needs_graph=True,
        passes=(
            _balancer(enabled=True, bucket="kestrel-access-logs"),
            _balancer(enabled=True, bucket=Ref("logs")),
            _balancer("aws:alb/loadBalancer:LoadBalancer", enabled=True, bucket="kestrel-access-logs"),
            _balancer(tokens.CLASSIC_LOAD_BALANCER, bucket="kestrel-access-logs"),
            _ingress(f"{_ON},{_TO}"),
            _ingress(f"idle_timeout.timeout_seconds=60, {_TO} ,{_ON}"),
            (*_ingress("", **_SHARED), ingress("b", **{"load-balancer-attributes": f"{_ON},{_TO}"}, **_SHARED)),
            (*_ingress(_TO), INGRESS_CLASS, class_params(loadBalancerAttributes=[_ENABLED])),
            (
                *_ingress(_TO),
                INGRESS_CLASS,
                class_params(group={"name": "g"}),
                ingress("b", **{"load-balancer-attributes": _ON}),
            ),
        ),
        fails=(
            (
                *_ingress(f"{_ON},{_TO}"),
                INGRESS_CLASS,
                class_params(loadBalancerAttributes=[_ENABLED | _OFF]),
            ),
            (load_balancer(),),
            _balancer(),
            _balancer(bucket="kestrel-access-logs"),
            _balancer(enabled=False, bucket="kestrel-access-logs"),
            _balancer(enabled=True),
            _balancer("aws:alb/loadBalancer:LoadBalancer", enabled=False, bucket="kestrel-access-logs"),
            (Node(tokens.CLASSIC_LOAD_BALANCER, "old"),),
            _balancer(tokens.CLASSIC_LOAD_BALANCER, enabled=False, bucket="kestrel-access-logs"),
            (ingress(),),
            _ingress(_ON),
            _ingress(_TO),
            _ingress(f"access_logs.s3.enabled=false,{_TO}"),
            _ingress(f"{_ON},access_logs.s3.bucket="),
            (*_ingress(""), ingress("b", **{"load-balancer-attributes": f"{_ON},{_TO}"})),
        ),
        undecided=(
            _balancer(enabled=Ref("nowhere"), bucket="kestrel-access-logs"),
            (load_balancer(accessLogs=Ref("nowhere")),),
            _ingress(Ref("nowhere")),
        ),
        ignores=(
            (load_balancer(loadBalancerType="network"),),
            (ingress(prefix="nginx.ingress.kubernetes.io/", class_="nginx"),),
        ),
    ),
)
