"""Which names are asked for in every VPC is on record."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some

_AUDIT = "audit"  # the data class of what may hold evidence
_DESTINATION = "destinationArn"


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.DNS_LOG:
        yield from _destination_problems(resource, graph)
        return
    found = graph.referrers(resource, tokens.DNS_LOG_ASSOCIATION, "resourceId")
    if not some(found, lambda one: graph.resolve(one, "resolverQueryLogConfigId", tokens.DNS_LOG) is not None):
        yield Problem(None, "no query log of this stack is associated with this VPC")


def _destination_problems(log: Resource, graph: Graph) -> Iterator[Problem]:
    target = graph.resolve(log, _DESTINATION, tokens.BUCKET, tokens.LOG_GROUP, tokens.DELIVERY_STREAM)
    if target is None:
        yield Problem(_DESTINATION, "queries are logged to what is not of this stack")
    elif target.type != tokens.DELIVERY_STREAM and graph.tag(target, "data-class") != _AUDIT:
        yield Problem(_DESTINATION, f"queries are logged to what is not of data class {_AUDIT}")


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})
_ARN = "arn:aws:s3:::archive/dns"


def _log(target: object = _ARN, kind: str = tokens.BUCKET, data_class: object = _AUDIT) -> Example:
    properties: dict[str, object] = {"tags": {"data-class": data_class}} if data_class else {}
    properties |= {"bucket": "archive"} if kind == tokens.BUCKET else {}
    return (Node(kind, "archive", properties), Node(tokens.DNS_LOG, "dns", {_DESTINATION: target}))


def _associated(vpc: object = Ref("main"), log: object = Ref("dns")) -> Example:
    properties = {"resourceId": vpc, "resolverQueryLogConfigId": log}
    return (_VPC, *_log(), Node(tokens.DNS_LOG_ASSOCIATION, "dns-main", properties))


RULES = (
    Rule(
        id="NET-17",
        name="dns-queries-are-logged",
        summary="Every VPC logs the names that are asked for, to where this stack keeps audit data.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.VPC, tokens.DNS_LOG),
        reads=("resourceId", "resolverQueryLogConfigId", _DESTINATION, "tags", "bucket"),
        controls=(*unverified("pci-dss-4.0.1", "10.2.1"), *unverified("soc2", "CC7.2")),
        remedy="Use components.Network, or add route53.ResolverQueryLogConfig(..., destination_arn=archive.arn) and a"
        " ResolverQueryLogConfigAssociation for the VPC.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _log(),
            _log(Ref("archive")),
            _log(Ref("archive"), tokens.LOG_GROUP),
            _log(Ref("archive"), tokens.DELIVERY_STREAM, None),
            _associated(),
        ),
        fails=(
            (_VPC,),
            _log("arn:aws:s3:::of-others"),
            _log(data_class="internal"),
            _log(Ref("archive"), tokens.LOG_GROUP, "internal"),
            _associated(vpc="vpc-other"),
            _associated(log="rqlc-other"),
        ),
        undecided=(
            _log(Ref("nowhere")),
            _log(data_class=Ref("nowhere")),
            _associated(vpc=Ref("nowhere")),
            _associated(log=Ref("nowhere")),
        ),
    ),
)
