"""Trails record everything, and nobody can change what they wrote unseen."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.keys.own import has_own_key
from policies.rules.trails.nodes import advanced, field, selecting, trail
from policies.rules.trails.selectors import records_management


def _recording_problems(trail: Resource, graph: Graph) -> Iterator[Problem]:
    if trail.props.get("isMultiRegionTrail") is not True:
        yield Problem("isMultiRegionTrail", "what is done in other regions is not recorded")
    if trail.props.get("enableLogging", True) is not True:
        yield Problem("enableLogging", "the trail records nothing: logging is off")
    if trail.props.get("includeGlobalServiceEvents", True) is not True:
        yield Problem("includeGlobalServiceEvents", "what is done in IAM is not recorded")
    trails = [trail, *(other for other in graph.of_type(tokens.TRAIL) if other is not trail)]
    if not some(trails, records_management):
        yield Problem(None, "no trail records all management events, both reading and writing ones")


def _validation_problems(trail: Resource, _: Graph) -> Iterator[Problem]:
    if trail.props.get("enableLogFileValidation") is not True:
        yield Problem("enableLogFileValidation", "nobody can tell whether log files were changed or removed")


def _key_problems(trail: Resource, graph: Graph) -> Iterator[Problem]:
    if not has_own_key(trail, "kmsKeyId", graph):
        yield Problem("kmsKeyId", "log files are not encrypted with a key of ours")


def _delivery_problems(trail: Resource, graph: Graph) -> Iterator[Problem]:
    path = "cloudWatchLogsGroupArn"
    if path not in trail.inputs or graph.resolve(trail, path, tokens.LOG_GROUP) is None:
        yield Problem(path, "events do not reach a log group of this stack, so no alarm can see them")
    if not graph.is_given(trail, "cloudWatchLogsRoleArn"):
        yield Problem("cloudWatchLogsRoleArn", "CloudTrail has no role by which to write to the log group")


_MANAGEMENT = field("eventCategory", "Management")
_KEY = Node(tokens.KEY, "key")
_GROUP = Node(tokens.LOG_GROUP, "trail", {"name": "trail"})
_GROUP_ARN = "arn:aws:logs:eu-central-1:111122223333:log-group:trail:*"
_WRITER = Node(tokens.ROLE, "writer")
_ROLE_ARN = "arn:aws:iam::111122223333:role/trail"

RULES = (
    Rule(
        id="CT-01",
        name="trail-records-everything",
        summary="Every trail logs in all regions, and one of them all management events.",
        severity=Severity.CRITICAL,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=(
            "isMultiRegionTrail",
            "enableLogging",
            "includeGlobalServiceEvents",
            "eventSelectors",
            "advancedEventSelectors",
        ),
        controls=(*pci("L", "10.2.1"), *cis(("3.1",), ("3.1",)), *soc2("CC7.2")),
        remedy="Set is_multi_region_trail=True and select all management events, or leave selectors out.",
        problems=_recording_problems,
        needs_graph=True,
        passes=(
            (trail(),),
            (trail(enableLogging=True, includeGlobalServiceEvents=True),),
            selecting(readWriteType="All", includeManagementEvents=True),
            selecting(),
            (trail(eventSelectors=[{"readWriteType": "ReadOnly"}, {"readWriteType": "WriteOnly"}]),),
            (advanced(_MANAGEMENT),),
            (
                trail(
                    advancedEventSelectors=[
                        {"fieldSelectors": [_MANAGEMENT, field("readOnly", flag)]} for flag in ("true", "false")
                    ]
                ),
            ),
            (trail(), trail("data", eventSelectors=[{"includeManagementEvents": False}])),
        ),
        fails=(
            (trail(isMultiRegionTrail=None),),
            (trail(isMultiRegionTrail=False),),
            (trail(enableLogging=False),),
            (trail(includeGlobalServiceEvents=False),),
            selecting(includeManagementEvents=False),
            selecting(readWriteType="WriteOnly"),
            selecting(readWriteType="all"),
            selecting(excludeManagementEventSources=["kms.amazonaws.com"]),
            (advanced(field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object")),),
            (advanced(_MANAGEMENT, field("readOnly", "false")),),
            (advanced(_MANAGEMENT, field("eventSource", notEquals=["kms.amazonaws.com"])),),
            (advanced(field("eventCategory", startsWiths=["Management"])),),
        ),
        undecided=((trail(isMultiRegionTrail=Ref("nowhere")),), selecting(readWriteType=Ref("nowhere"))),
    ),
    Rule(
        id="CT-02",
        name="trail-files-are-validated",
        summary="Every trail signs its log files, so that changes show.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=("enableLogFileValidation",),
        controls=(*pci("L", "10.3.4"), *cis(("3.2",), ("3.2",)), *soc2("CC7.3")),
        remedy="Set enable_log_file_validation=True.",
        problems=_validation_problems,
        passes=((trail(enableLogFileValidation=True),),),
        fails=((trail(),), (trail(enableLogFileValidation=False),), (trail(enableLogFileValidation="true"),)),
        undecided=((trail(enableLogFileValidation=Ref("nowhere")),),),
    ),
    Rule(
        id="CT-03",
        name="trail-is-encrypted-with-our-key",
        summary="Every trail encrypts its log files with a customer key.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=("kmsKeyId",),
        controls=(*pci("H", "10.3.2"), *cis(("3.5",), ("3.5",)), *unverified("soc2", "CC6.1")),
        remedy="Set kms_key_id to the key_arn of an EncryptionKey.",
        problems=_key_problems,
        needs_graph=True,
        passes=(
            (_KEY, trail(kmsKeyId=Ref("key"))),
            (trail(kmsKeyId="arn:aws:kms:eu-central-1:111122223333:key/1"),),
        ),
        fails=((trail(),), (trail(kmsKeyId=""),), (trail(kmsKeyId="alias/aws/s3"),)),
        undecided=((trail(kmsKeyId=Ref("nowhere")),),),
    ),
    Rule(
        id="CT-04",
        name="trail-reaches-log-group",
        summary="Every trail also writes to a log group of this stack.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=("cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn", "name"),
        controls=(*pci("L", "10.3.3"), *soc2("CC7.2")),
        remedy='Set cloud_watch_logs_group_arn to f"{group.arn}:*" and cloud_watch_logs_role_arn to a role that may'
        " write to it.",
        problems=_delivery_problems,
        needs_graph=True,
        passes=(
            (_GROUP, _WRITER, trail(cloudWatchLogsGroupArn=Ref("trail"), cloudWatchLogsRoleArn=Ref("writer"))),
            (_GROUP, trail(cloudWatchLogsGroupArn=_GROUP_ARN, cloudWatchLogsRoleArn=_ROLE_ARN)),
        ),
        fails=(
            (trail(),),
            (_GROUP, trail(cloudWatchLogsGroupArn=_GROUP_ARN)),
            (_GROUP, trail(cloudWatchLogsRoleArn=_ROLE_ARN)),
            (
                _GROUP,
                trail(
                    cloudWatchLogsGroupArn=_GROUP_ARN.replace(":trail:", ":trail-2:"),
                    cloudWatchLogsRoleArn=_ROLE_ARN,
                ),
            ),
        ),
        undecided=(
            (trail(cloudWatchLogsGroupArn=Ref("nowhere"), cloudWatchLogsRoleArn=_ROLE_ARN),),
            (_GROUP, trail(cloudWatchLogsGroupArn=_GROUP_ARN, cloudWatchLogsRoleArn=Ref("nowhere"))),
        ),
    ),
)
