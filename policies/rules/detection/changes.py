"""AWS Config records every change of every resource, and delivers the record."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.detection.nodes import AWAY, environment, node
from policies.rules.general.regions import is_first_provider, of_region, region_of

_LIMITS = ("resourceTypes", "exclusionByResourceTypes")
_ALL_TYPES = "ALL_SUPPORTED_RESOURCE_TYPES"


def _problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    recorders = graph.of_type(tokens.CONFIG_RECORDER)
    if not recorders:
        yield Problem(None, "no AWS Config recorder records changes")
    elif not any(map(_records_global_types, recorders)):
        yield Problem(None, "no recorder records global resources, such as roles")
    yield from decide(recorders, lambda recorder: _incomplete(recorder, graph))


def _records_global_types(recorder: Resource) -> bool:
    return any(group.get("includeGlobalResourceTypes") is True for group in recorder.props.blocks("recordingGroup"))


def _incomplete(recorder: Resource, graph: Graph) -> Iterator[Problem]:
    """An account has one recorder in a region, so that the region tells what belongs together."""
    for group in recorder.props.blocks("recordingGroup"):
        strategies = [strategy.get("useOnly") for strategy in group.blocks("recordingStrategies")]
        limited = any(group.get(key) for key in _LIMITS) or any(use != _ALL_TYPES for use in strategies)
        if group.get("allSupported", True) is not True or limited:
            yield Problem(None, f"{recorder.name} leaves types of resources out")
    region = region_of(recorder, graph)
    here = of_region(region, graph, tokens.CONFIG_RECORDER_STATUS, tokens.CONFIG_CHANNEL) if region else []
    if not any(status.props["isEnabled"] is True for status in here if status.type == tokens.CONFIG_RECORDER_STATUS):
        yield Problem(None, f"{recorder.name} is not started")
    if not any(channel.type == tokens.CONFIG_CHANNEL for channel in here):
        yield Problem(None, f"{recorder.name} delivers to no bucket")


def _config(started: object = True, region: str | None = None, **group: object) -> Example:
    there = {} if region is None else {"region": region}
    return environment(
        node(tokens.CONFIG_RECORDER, "recorder", recordingGroup={"includeGlobalResourceTypes": True} | group),
        node(tokens.CONFIG_RECORDER_STATUS, "started", isEnabled=started, **there),
        node(tokens.CONFIG_CHANNEL, "channel", s3BucketName="changes", **there),
    )


RULES = (
    Rule(
        id="DET-03",
        name="changes-are-recorded",
        summary="AWS Config records all types of resources, global ones too, is started, and delivers to a bucket.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.AWS_PROVIDER,),
        reads=("recordingGroup", "isEnabled", "region"),
        controls=(*pci("L", "10.2.1"), *cis(("3.3",), ("3.3",)), *soc2("CC8.1")),
        remedy="Add cfg.Recorder with recording_group all_supported=True and include_global_resource_types=True,"
        " cfg.DeliveryChannel, and cfg.RecorderStatus with is_enabled=True.",
        problems=_problems,
        applies=is_first_provider,
        needs_graph=True,
        passes=(
            _config(),
            _config(allSupported=True, recordingStrategies=[{"useOnly": _ALL_TYPES}]),
        ),
        fails=(
            environment(),
            _config()[:3],
            _config()[:4],
            (*_config()[:3], _config()[4]),
            environment(node(tokens.CONFIG_RECORDER, "recorder"), *_config()[3:]),
            _config(started=False),
            _config(allSupported=False),
            _config(includeGlobalResourceTypes=False),
            _config(allSupported=False, resourceTypes=["AWS::S3::Bucket"]),
            _config(exclusionByResourceTypes=[{"resourceTypes": ["AWS::IAM::Role"]}]),
            _config(recordingStrategies=[{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}]),
            _config(region=AWAY),
        ),
        undecided=(_config(started=Ref("settings")), _config(allSupported=Ref("settings"))),
    ),
)
