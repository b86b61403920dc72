"""Alarms, through the CloudWatch API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forms import written
from sandbox.model import Call, block, blocks, fields
from sandbox.resource import Resource
from sandbox.shapes import fields_from_aws, fields_to_aws
from sandbox.tagging import service_tags

_ACTIONS = """actionsEnabled:bool=true alarmDescription alarmActions:list insufficientDataActions:list
    okActions:list"""
_ARN = "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"
_DELETE = Call("delete_alarms", args={"AlarmNames": ["{id}"]}, send=())

_QUERY = fields("id accountId expression label period:int returnData:bool")
_METRIC = fields("metricName namespace dimensions:map")
_STATISTIC = fields("period:int stat unit")


def _put_alarm(it: Resource) -> None:
    queries = [_to_query(it, query) for query in it.inputs.get("metricQueries") or []]
    call = Call("put_metric_alarm", send=tuple(name for name in it.type.inputs if name != "metricQueries"))
    put = it.run if it.id else it.run_tagged  # AWS ignores the tags of a call that updates
    put(call, {"Metrics": queries} if queries else {})


def _to_query(it: Resource, query: Mapping[str, Any]) -> dict[str, Any]:
    """A query's metric is in AWS's API a statistic that holds a metric."""
    shape = it.shape("put_metric_alarm").members["Metrics"].member
    statistic, metric = shape.members["MetricStat"], query.get("metric") or {}
    known = {**_METRIC, **_STATISTIC}
    held = {**fields_to_aws(known, metric, statistic),
            "Metric": fields_to_aws(known, metric, statistic.members["Metric"])}  # fmt: skip
    plain = {name: value for name, value in query.items() if name in _QUERY}
    return {**fields_to_aws(_QUERY, plain, shape), **({"MetricStat": held} if metric else {})}


def _from_query(raw: Mapping[str, Any]) -> dict[str, Any]:
    held = raw.get("MetricStat")
    metric = held and {**fields_from_aws(_METRIC, held["Metric"]), **fields_from_aws(_STATISTIC, held)}
    return {**fields_from_aws(_QUERY, raw), "metric": metric}


def _read_alarm(it: Resource) -> Any:
    found = next(iter(it.call("describe_alarms", AlarmNames=[it.id])["MetricAlarms"]), None)
    return found and {**found, "metricQueries": [_from_query(one) for one in found.get("Metrics", [])]}


METRIC_ALARM = written("aws:cloudwatch/metricAlarm:MetricAlarm", "cloudwatch",
    fields(
        f"""name*@AlarmName {_ACTIONS} comparisonOperator extendedStatistic metricName namespace statistic
        thresholdMetricId unit evaluateLowSampleCountPercentiles~ datapointsToAlarm:int evaluationPeriods:int period:int
        threshold:num treatMissingData=missing dimensions:map""",
        metricQueries=blocks({**_QUERY, "metric": block({**_METRIC, **_STATISTIC})}, ordered=True),
    ),
    autoname="name", id="{name}",
    put=_put_alarm,
    get=_read_alarm,
    delete=_DELETE,
    formats={"arn": _ARN}, tags=service_tags(),
)  # fmt: skip

COMPOSITE_ALARM = written("aws:cloudwatch/compositeAlarm:CompositeAlarm", "cloudwatch",
    fields(f"alarmName!* {_ACTIONS} alarmRule!",  # its name replaces: provider documentation
           actionsSuppressor=block("alarm! extensionPeriod:int! waitPeriod:int!")),
    id="{alarmName}",
    put=Call("put_composite_alarm"),
    get=Call("describe_alarms", args={"AlarmNames": ["{id}"], "AlarmTypes": ["CompositeAlarm"]}, send=(),
             result="CompositeAlarms[0]"),
    delete=_DELETE,
    formats={"arn": _ARN}, tags=service_tags(),
    unique=True,
    unverified={"actionsSuppressor": "moto takes the suppressor and forgets it"},
)  # fmt: skip

TYPES = (METRIC_ALARM, COMPOSITE_ALARM)
