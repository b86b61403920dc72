"""How the examples of the rule on the benchmark's events write filters and alarms."""

import json

from policies import tokens
from policies.examples import Example, Node, Ref
from policies.rules.logs.watched import WATCHED, Watched


def counter(name: str, pattern: object, group: object = Ref("trail"), **metric: object) -> Node:
    """A filter on the trail's log group that counts events under `name`."""
    made = {"namespace": "CIS", "name": name, "value": "1"} | metric
    properties = {"pattern": pattern, "logGroupName": group, "metricTransformation": made}
    return Node(tokens.LOG_METRIC_FILTER, name, properties)


def alarm(name: str, **properties: object) -> Node:
    """An alarm on what is counted under `name`."""
    base: dict[str, object] = {"namespace": "CIS", "metricName": name, "alarmActions": [Ref("alerts")]}
    return Node(tokens.METRIC_ALARM, f"{name}-alarm", base | properties)


def watching(*instead: Node, without: str = "") -> Example:
    """A trail and its log group with all filters and alarms, but those of the recommendation `without`."""
    kept = [watched for watched in WATCHED if watched.number != without]
    trail = Node(tokens.TRAIL, "account", {"cloudWatchLogsGroupArn": Ref("trail")})
    log = Node(tokens.LOG_GROUP, "trail", {"name": "trail"})
    filters = (counter(watched.number, _pattern(watched)) for watched in kept)
    alarms = (alarm(watched.number) for watched in kept)
    return (trail, log, Node(tokens.TOPIC, "alerts"), *filters, *alarms, *instead)


def _pattern(watched: Watched) -> str:
    """A pattern for all events of a recommendation, field by field."""
    each = (" && ".join(f"($.{path} = {json.dumps(value)})" for path, value in e.items()) for e in watched.events)
    return "{ " + " || ".join(f"({one})" for one in each) + " }"
