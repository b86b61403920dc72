"""What the CIS benchmark calls worth an alarm raises one."""

import json
from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, soc2, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.logs.alarms import has_action
from policies.rules.logs.watched import WATCHED, Watched, watched_by
from policies.rules.trails.selectors import records_management
from policies.values import Block

_GROUP = "cloudWatchLogsGroupArn"


def _problems(trail: Resource, graph: Graph) -> Iterator[Problem]:
    group = graph.resolve(trail, _GROUP, tokens.LOG_GROUP) if _GROUP in trail.inputs else None
    if group is None:
        yield Problem(_GROUP, "no alarm can see the trail's events: they reach no log group of this stack")
        return
    filters = graph.possible_referrers(group, tokens.LOG_METRIC_FILTER, "logGroupName")

    def check(watched: Watched) -> Iterator[Problem]:
        def counts(candidate: Resource) -> bool:
            return watched.number in watched_by(str(candidate.props.get("pattern", "")))

        def raises(candidate: Resource) -> bool:
            return counts(candidate) and _has_alarm(candidate, graph)

        if not some(filters, raises):
            lacking = "no alarm with an action watches the filter" if some(filters, counts) else "no filter counts them"
            yield Problem(None, f"{watched.what} (CIS {watched.number}) raise no alarm: {lacking}")

    yield from decide(WATCHED, check)


def _has_alarm(counter: Resource, graph: Graph) -> bool:
    made = counter.props.get("metricTransformation", {})
    metric = (made.get("namespace"), made.get("name"))
    if None in metric or str(made.get("value", "")) in ("", "0"):
        return False
    return some(
        graph.of_type(tokens.METRIC_ALARM),
        lambda alarm: some(_metrics(alarm), lambda block: _metric(block) == metric) and has_action(alarm, graph),
    )


def _metrics(alarm: Resource) -> list[Block]:
    queries = alarm.props.blocks("metricQueries")
    return [alarm.props, *(metric for query in queries for metric in query.blocks("metric"))]


def _metric(block: Block) -> tuple[str | None, str | None]:
    return block.get("namespace"), block.get("metricName")


def _records(trail: Resource, _: Graph) -> bool:
    return records_management(trail)


def _pattern(watched: Watched) -> str:
    """A pattern for all events of a recommendation, field by field."""
    each = (" && ".join(f"($.{path} = {json.dumps(value)})" for path, value in e.items()) for e in watched.events)
    return "{ " + " || ".join(f"({one})" for one in each) + " }"


def _filter(name: str, pattern: object, group: object = Ref("trail"), **metric: object) -> Node:
    made = {"namespace": "CIS", "name": name, "value": "1"} | metric
    return Node(
        tokens.LOG_METRIC_FILTER, name, {"pattern": pattern, "logGroupName": group, "metricTransformation": made}
    )


def _alarm(name: str, **properties: object) -> Node:
    base = {"namespace": "CIS", "metricName": name, "alarmActions": [Ref("alerts")]}
    return Node(tokens.METRIC_ALARM, f"{name}-alarm", base | properties)


def _watching(*instead: Node, without: str = "", alarms: bool = True) -> Example:
    """A trail with all filters and alarms, but those named `without`."""
    kept = [watched for watched in WATCHED if watched.number != without]
    filters = (_filter(watched.number, _pattern(watched)) for watched in kept)
    told = (_alarm(watched.number) for watched in kept) if alarms else ()
    return (_TRAIL, _LOG, _TOPIC, *filters, *told, *instead)


_TRAIL = Node(tokens.TRAIL, "account", {"cloudWatchLogsGroupArn": Ref("trail")})
_LOG = Node(tokens.LOG_GROUP, "trail", {"name": "trail"})
_TOPIC = Node(tokens.TOPIC, "alerts")
_KMS = "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"
_ROOT = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
_HALF = "{ ($.eventSource = kms.amazonaws.com) && ($.eventName = DisableKey) }"
_QUERY = {"id": "m", "metric": {"namespace": "CIS", "metricName": "4.7"}}

RULES = (
    Rule(
        id="LOG-03",
        name="benchmark-events-raise-alarms",
        summary="Each kind of event that the CIS benchmark lists (4.1 to 4.15) is counted and raises an alarm.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=(
            "cloudWatchLogsGroupArn",
            "logGroupName",
            "pattern",
            "metricTransformation",
            "metricName",
            "namespace",
            "metricQueries",
            "alarmActions",
            "actionsEnabled",
        ),
        controls=(
            *unverified("pci-dss-4.0.1", "10.4.1.1"),
            *cis(tuple(w.number for w in WATCHED), tuple(w.number for w in WATCHED)),
            *soc2("CC5.2"),
        ),
        remedy="Add a cloudwatch.LogMetricFilter on the trail's log group, with the benchmark's pattern, and a"
        " cloudwatch.MetricAlarm on its metric with alarm_actions=[topic.arn].",
        problems=_problems,
        applies=_records,
        needs_graph=True,
        passes=(
            _watching(),
            _watching(_filter("4.7", _KMS, "trail"), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.3", _ROOT), _alarm("4.3"), without="4.3"),
            _watching(
                _filter("4.7", _KMS),
                Node(tokens.METRIC_ALARM, "q", {"metricQueries": [_QUERY], "alarmActions": [Ref("alerts")]}),
                without="4.7",
            ),
        ),
        fails=(
            (Node(tokens.TRAIL, "account"),),
            (Node(tokens.TRAIL, "account", {"cloudWatchLogsGroupArn": "elsewhere"}),),
            (_TRAIL, _LOG),
            _watching(alarms=False),
            _watching(without="4.15"),
            _watching(_filter("4.7", _HALF), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", "DisableKey ScheduleKeyDeletion"), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", "{ $.eventName = * }"), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", _KMS, "another"), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", _KMS, value="0"), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", _KMS), _alarm("4.7", namespace="other"), without="4.7"),
            _watching(_filter("4.7", _KMS), _alarm("4.7", actionsEnabled=False), without="4.7"),
            _watching(_filter("4.7", _KMS), _alarm("4.7", alarmActions=[]), without="4.7"),
        ),
        undecided=(
            _watching(_filter("4.7", Ref("nowhere")), _alarm("4.7"), without="4.7"),
            _watching(_filter("4.7", _KMS, Ref("nowhere")), _alarm("4.7"), without="4.7"),
        ),
        ignores=((Node(tokens.TRAIL, "data", {"eventSelectors": [{"includeManagementEvents": False}]}),),),
    ),
)
