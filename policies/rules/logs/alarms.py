"""Alarms: which of them tell somebody."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.links import strangers

_ALARMS = (tokens.METRIC_ALARM, tokens.COMPOSITE_ALARM)
# What an alarm can start: CloudWatch user guide, "Alarm actions".
_TARGETS = (
    tokens.TOPIC,
    "aws:appautoscaling/policy:Policy",
    "aws:autoscaling/policy:Policy",
    "aws:lambda/function:Function",
    "aws:ssmincidents/responsePlan:ResponsePlan",
)
_BUILT_IN = "arn:aws:automate:"  # reboot, recover, stop or terminate an instance: always there


def has_action(alarm: Resource, graph: Graph) -> bool:
    """Whether the alarm's actions are on and it has one."""
    if alarm.props.get("actionsEnabled", True) is not True or "alarmActions" not in alarm.props:
        return False
    return bool(graph.references(alarm, "alarmActions", *_TARGETS)) or len(alarm.props["alarmActions"]) > 0


def _problems(alarm: Resource, graph: Graph) -> Iterator[Problem]:
    if alarm.props.get("actionsEnabled", True) is not True:
        yield Problem("actionsEnabled", "the alarm tells nobody: its actions are off")
    elif not has_action(alarm, graph):
        yield Problem("alarmActions", "the alarm tells nobody: it has no action")
    for stranger in strangers(alarm, "alarmActions", graph, *_TARGETS):
        if not stranger.startswith(_BUILT_IN):
            yield Problem("alarmActions", f"{stranger} is not part of this stack, so nobody can tell that it exists")


def _alarm(*actions: object, type_: str = tokens.METRIC_ALARM, **properties: object) -> Example:
    topic = Node(tokens.TOPIC, "alerts", {"name": "alerts"})
    return (topic, Node(type_, "cpu", {"alarmActions": list(actions)} | properties))


_ARN = "arn:aws:sns:eu-central-1:111122223333:alerts"

RULES = (
    Rule(
        id="LOG-04",
        name="alarm-tells-somebody",
        summary="Every alarm has its actions on, and each leads to something that this stack makes.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=_ALARMS,
        reads=("actionsEnabled", "alarmActions", "name", "arn"),
        controls=(*pci("P", "10.7.2"), *unverified("soc2", "CC7.2")),
        remedy="Set alarm_actions=[topic.arn] of an sns.Topic of this stack, and leave out actions_enabled.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _alarm(Ref("alerts")),
            _alarm(_ARN),
            (Node(tokens.TOPIC, "t", {"arn": f"{_ARN}-2"}), _alarm(f"{_ARN}-2")[1]),
            _alarm(Ref("alerts"), actionsEnabled=True),
            _alarm(Ref("alerts"), type_=tokens.COMPOSITE_ALARM),
            _alarm("arn:aws:automate:eu-central-1:ec2:recover"),
        ),
        fails=(
            (Node(tokens.METRIC_ALARM, "cpu"),),
            _alarm(),
            _alarm(type_=tokens.COMPOSITE_ALARM),
            _alarm(Ref("alerts"), actionsEnabled=False),
            _alarm(f"{_ARN}-2"),
            _alarm(Ref("alerts"), f"{_ARN}-2"),
            _alarm(""),
        ),
        undecided=(_alarm(Ref("nowhere")), _alarm(Ref("alerts"), actionsEnabled=Ref("nowhere"))),
    ),
)
