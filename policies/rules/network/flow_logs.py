"""Traffic in every VPC is on record."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some

_ARCHIVE = "audit"  # the data class of a bucket that may hold evidence


def _problems(vpc: Resource, graph: Graph) -> Iterator[Problem]:
    logs = graph.referrers(vpc, tokens.FLOW_LOG, "vpcId")
    if not some(logs, lambda log: log.props.get("trafficType") == "ALL"):
        yield Problem("trafficType" if logs else None, "no flow log records all traffic of this VPC")
    elif not some(logs, lambda log: log.props.get("trafficType") == "ALL" and _is_archived(log, graph)):
        yield Problem("logDestination", f"no flow log of this VPC goes to a bucket of data class {_ARCHIVE}")


def _is_archived(log: Resource, graph: Graph) -> bool:
    if log.props.get("logDestinationType", "cloud-watch-logs") != "s3":
        return False
    bucket = graph.resolve(log, "logDestination", tokens.BUCKET)
    return bucket is not None and graph.tag(bucket, "data-class") == _ARCHIVE


def _example(data_class: str = _ARCHIVE, **properties: object) -> Example:
    bucket = Node(tokens.BUCKET, "archive", {"bucket": "archive", "tags": {"data-class": data_class}})
    base = {
        "vpcId": Ref("main"),
        "trafficType": "ALL",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::archive/vpc/",
    }
    return (_VPC, bucket, Node(tokens.FLOW_LOG, "log", base | properties))


_VPC = Node(tokens.VPC, "main", {"cidrBlock": "10.0.0.0/16"})

RULES = (
    Rule(
        id="NET-11",
        name="vpc-traffic-is-logged",
        summary="Every VPC logs all its traffic to a bucket of this stack that holds audit data.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.VPC,),
        reads=("vpcId", "trafficType", "logDestinationType", "logDestination", "tags"),
        controls=(*pci("L", "10.2.1"), *cis(("3.7",), ("3.7",)), *soc2("CC7.2")),
        remedy='Use components.Network, or add ec2.FlowLog(..., vpc_id=vpc.id, traffic_type="ALL",'
        ' log_destination_type="s3", log_destination=archive.arn).',
        problems=_problems,
        needs_graph=True,
        passes=(_example(), _example(logDestination=Ref("archive"))),
        fails=(
            (_VPC,),
            _example(trafficType="ACCEPT"),
            _example(trafficType="REJECT"),
            _example(trafficType=None),
            _example("internal"),
            _example(logDestination="arn:aws:s3:::archive-of-others"),
            _example(logDestinationType="cloud-watch-logs"),
            _example(vpcId="vpc-other"),
        ),
        undecided=(_example(trafficType=Ref("main")), _example(logDestination=Ref("main"))),
    ),
)
