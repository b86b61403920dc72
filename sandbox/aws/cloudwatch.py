"""Alarms, through the CloudWatch API."""

from __future__ import annotations

from sandbox.forms import written
from sandbox.model import Call, block, blocks, fields, listed
from sandbox.tagging import service_tags

_ACTIONS = """actionsEnabled:bool=true alarmDescription alarmActions:list insufficientDataActions:list
    okActions:list"""
_ARN = "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"
_DELETE = Call("delete_alarms", args={"AlarmNames": ["{id}"]}, send=())

_METRIC = block("""metricName@Metric.MetricName namespace@Metric.Namespace dimensions:map@Metric.Dimensions period:int
    stat unit""", boto="MetricStat")  # fmt: skip
METRIC_ALARM = written("aws:cloudwatch/metricAlarm:MetricAlarm", "cloudwatch",
    fields(
        f"""name*@AlarmName {_ACTIONS} comparisonOperator extendedStatistic metricName namespace statistic
        thresholdMetricId unit evaluateLowSampleCountPercentiles~ datapointsToAlarm:int evaluationPeriods:int period:int
        threshold:num treatMissingData=missing dimensions:map""",
        metricQueries=blocks("id accountId expression label period:int returnData:bool", metric=_METRIC, boto="Metrics",
                             ordered=True),
    ),
    autoname="name", id="{name}",
    put=Call("put_metric_alarm"),
    get=listed("describe_alarms", "AlarmNames", "MetricAlarms"),
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
