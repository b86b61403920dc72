"""Alarms, through the CloudWatch API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, Property, ResourceType, block, blocks, decimal, each, flag, mapping, number, text, texts
from sandbox.resource import Resource
from sandbox.shapes import fields_from_aws, fields_to_aws
from sandbox.tagging import service_tags

_ACTIONS = {
    "actionsEnabled": flag(default=True),
    "alarmDescription": text(),
    **each(texts, "alarmActions insufficientDataActions okActions"),
}
_TAGS = service_tags("arn:aws:cloudwatch:{region}:{account}:alarm:{id}")
_DELETE = (Call("delete_alarms", args={"AlarmNames": ["{id}"]}, send=()),)

_METRIC = {**each(text, "metricName namespace unit"), "dimensions": mapping()}
_STAT = {"period": number(), "stat": text()}
_QUERY = {**each(text, "id accountId expression label"), "period": number(), "returnData": flag()}


def _put_alarm(it: Resource) -> None:
    """A query's metric is in AWS's API a statistic that holds a metric."""
    shape = it.shape("put_metric_alarm").members["Metrics"].member
    held = shape.members["MetricStat"]
    queries = []
    for query in it.inputs.get("metricQueries") or []:
        plain = {name: value for name, value in query.items() if name in _QUERY}
        request = fields_to_aws(_QUERY, plain, shape)
        if metric := query.get("metric"):
            inner = fields_to_aws({**_METRIC, **_STAT}, metric, held)  # period, statistic, unit
            request["MetricStat"] = {
                **inner,
                "Metric": fields_to_aws({**_METRIC, **_STAT}, metric, held.members["Metric"]),
            }
        queries.append(request)
    call = Call("put_metric_alarm", send=tuple(name for name in it.type.inputs if name != "metricQueries"))
    put = it.run if it.id else it.run_tagged  # AWS ignores the tags of a call that updates
    put(call, {"Metrics": queries} if queries else {})


def _read_alarm(it: Resource) -> Any:
    found = next(iter(it.call("describe_alarms", AlarmNames=[it.id])["MetricAlarms"]), None)
    if not found:
        return None
    queries = [
        {
            **fields_from_aws(_QUERY, one),
            "metric": {
                **fields_from_aws(_METRIC, one["MetricStat"]["Metric"]),
                **fields_from_aws({**_STAT, "unit": text()}, one["MetricStat"]),
            }
            if "MetricStat" in one
            else None,
        }
        for one in found.pop("Metrics", [])
    ]
    return {**found, "metricQueries": queries}


METRIC_ALARM = ResourceType(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "cloudwatch",
    inputs={
        "name": text(boto="AlarmName", replace=True),
        **_ACTIONS,
        **each(text, "comparisonOperator extendedStatistic metricName namespace statistic thresholdMetricId unit"),
        "evaluateLowSampleCountPercentiles": text(computed=True),
        **each(number, "datapointsToAlarm evaluationPeriods period"),
        "threshold": decimal(),
        "treatMissingData": text(default="missing"),
        "dimensions": mapping(),
        "metricQueries": blocks({**_QUERY, "metric": block({**_METRIC, **_STAT})}, ordered=True),
    },
    autoname="name",
    id="{name}",
    create=(_put_alarm,),
    read=(_read_alarm,),
    update=(_put_alarm,),
    delete=_DELETE,
    formats={"arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
    tags=_TAGS,
    unique=True,
)

_SUPPRESSOR: dict[str, Property] = {
    "alarm": text(required=True),
    **each(number, "extensionPeriod waitPeriod", required=True),
}
COMPOSITE_ALARM = ResourceType(
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "cloudwatch",
    inputs={
        "alarmName": text(required=True, replace=True),  # replaces: provider documentation
        **_ACTIONS,
        "alarmRule": text(required=True),
        "actionsSuppressor": block(_SUPPRESSOR),
    },
    id="{alarmName}",
    create=(Call("put_composite_alarm"),),
    read=(Call("describe_alarms", args={"AlarmNames": ["{id}"], "AlarmTypes": ["CompositeAlarm"]}, send=(),
               result="CompositeAlarms[0]"),),
    update=(Call("put_composite_alarm"),),
    delete=_DELETE,
    formats={"arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
    tags=_TAGS,
    unique=True,
    unverified={"actionsSuppressor": "moto takes the suppressor and forgets it"},
)  # fmt: skip

TYPES = (METRIC_ALARM, COMPOSITE_ALARM)
