"""GuardDuty looks for threats in all that it can read."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.detection.nodes import FEATURES, PROVIDER, environment, feature, node
from policies.rules.general.regions import is_first_provider
from policies.values import Block, Undecided

# GuardDuty API, DetectorFeature: the plans that must be on; of two names for one, either will do.
_PLANS = (
    ("EBS_MALWARE_PROTECTION",),
    ("EKS_AUDIT_LOGS",),
    ("RDS_LOGIN_EVENTS",),
    ("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"),
    ("S3_DATA_EVENTS",),
)
# The detector's older block says three of them too.
_SOURCES = {
    "EBS_MALWARE_PROTECTION": ("malwareProtection", "scanEc2InstanceWithFindings", "ebsVolumes", "enable"),
    "EKS_AUDIT_LOGS": ("kubernetes", "auditLogs", "enable"),
    "S3_DATA_EVENTS": ("s3Logs", "enable"),
}


def _problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    detectors = graph.of_type(tokens.THREAT_DETECTOR)
    if not detectors:
        yield Problem(None, "no GuardDuty detector looks for threats")
    yield from decide(detectors, lambda detector: _incomplete(detector, graph))


def _incomplete(detector: Resource, graph: Graph) -> Iterator[Problem]:
    if detector.props.get("enable", True) is not True:
        yield Problem(None, f"{detector.name} is off")
    features = graph.possible_referrers(detector, tokens.THREAT_DETECTOR_FEATURE, "detectorId")
    status = {feature.props.get("name"): feature.props["status"] for feature in features}

    def check(plan: tuple[str, ...]) -> Iterator[Problem]:
        said = [status[name] for name in plan if name in status]
        if "ENABLED" in said:
            return
        if features.undecided:  # one of them may turn the plan on, or off
            raise Undecided(*features.undecided)
        if said or not _is_in_block(detector, plan[0]):
            yield Problem(None, f"{detector.name} does not watch {plan[0]}")

    yield from decide(_PLANS, check)


def _is_in_block(detector: Resource, plan: str) -> bool:
    value: object = detector.props.get("datasources")
    for key in _SOURCES.get(plan, ()):
        value = value.get(key) if isinstance(value, Block) else None
    return value is True


_DETECTOR = node(tokens.THREAT_DETECTOR, "threats", enable=True)
_ALL = tuple(map(feature, FEATURES))
_OLD = node(
    tokens.THREAT_DETECTOR,
    "threats",
    datasources={
        "s3Logs": {"enable": True},
        "kubernetes": {"auditLogs": {"enable": True}},
        "malwareProtection": {"scanEc2InstanceWithFindings": {"ebsVolumes": {"enable": True}}},
    },
)

RULES = (
    Rule(
        id="DET-01",
        name="threats-are-looked-for",
        summary="GuardDuty is on, with its plans for S3, EKS audit, databases, run time and malware.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.AWS_PROVIDER,),
        reads=("enable", "datasources", "detectorId", "name", "status"),
        controls=(*pci("P", "11.5.1"), *soc2("CC7.2")),
        remedy="Add guardduty.Detector(enable=True) and a guardduty.DetectorFeature with status ENABLED for each of"
        f" {', '.join(FEATURES)}.",
        problems=_problems,
        applies=is_first_provider,
        needs_graph=True,
        passes=(
            environment(_DETECTOR, *_ALL),
            environment(node(tokens.THREAT_DETECTOR, "threats"), *_ALL),
            environment(_DETECTOR, *_ALL[:3], feature("EKS_RUNTIME_MONITORING"), _ALL[4]),
            environment(_OLD, feature("RDS_LOGIN_EVENTS"), feature("RUNTIME_MONITORING")),
        ),
        fails=(
            environment(),
            environment(_DETECTOR),
            environment(node(tokens.THREAT_DETECTOR, "threats", enable=False), *_ALL),
            *(environment(_DETECTOR, *(f for f in _ALL if f is not missing)) for missing in _ALL),
            environment(_DETECTOR, *_ALL[1:], feature(FEATURES[0], "DISABLED")),
            environment(_OLD, feature("RDS_LOGIN_EVENTS"), feature("RUNTIME_MONITORING"), feature(FEATURES[4], "OFF")),
            environment(_DETECTOR, *_ALL[1:], feature(FEATURES[0].lower())),
            environment(_DETECTOR, *_ALL, node(tokens.THREAT_DETECTOR, "second")),
        ),
        undecided=(
            environment(_DETECTOR, *_ALL[1:], feature(FEATURES[0], Ref("settings"))),
            environment(_DETECTOR, *_ALL[1:], feature(FEATURES[0], detector=Ref("lost"))),
        ),
        ignores=(
            (Node(tokens.AWS_PROVIDER, "aws", PROVIDER.props, project="billing-foundation"),),
            (Node(tokens.BUCKET, "invoices"),),
        ),
    ),
)
