"""What the CIS benchmark calls worth an alarm raises one."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.logs.alarms import has_action
from policies.rules.logs.nodes import alarm, counter, watching
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


_TRAIL, _LOG = watching()[:2]
_KMS = "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"
_DATA = {"field": "eventCategory", "equals": ["Data"]}


def _by_query(name: str) -> Node:
    """An alarm on a query for what is counted under `name`."""
    metric = {"metricName": name, "namespace": "CIS", "period": 300, "stat": "Sum"}
    return alarm("4.7", metricName=None, namespace=None, metricQueries=[{"id": "m", "metric": metric}])


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
            "eventSelectors",
            "advancedEventSelectors",
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
            watching(),
            watching(counter("4.7", _KMS, "trail"), alarm("4.7"), without="4.7"),
            watching(counter("4.7", _KMS), _by_query("4.7"), without="4.7"),
        ),
        fails=(
            (Node(tokens.TRAIL, "account"),),
            (Node(tokens.TRAIL, "account", {"cloudWatchLogsGroupArn": "elsewhere"}),),
            (_TRAIL, _LOG),
            watching(without="4.15"),
            watching(counter("4.7", _KMS), without="4.7"),
            watching(counter("4.7", _KMS), alarm("4.7", actionsEnabled=False), without="4.7"),
            watching(counter("4.7", _KMS), _by_query("4.8"), without="4.7"),
        ),
        undecided=(
            watching(counter("4.7", Ref("nowhere")), alarm("4.7"), without="4.7"),
            watching(counter("4.7", _KMS, Ref("nowhere")), alarm("4.7"), without="4.7"),
        ),
        ignores=(
            (Node(tokens.TRAIL, "data", {"eventSelectors": [{"includeManagementEvents": False}]}),),
            (Node(tokens.TRAIL, "data", {"advancedEventSelectors": [{"fieldSelectors": [_DATA]}]}),),
        ),
    ),
)
