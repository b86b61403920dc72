"""Log groups and what hangs on them, through the CloudWatch Logs API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, decimal, document, each, flag, keyed, mapping, number, text, texts
from sandbox.recorded import recorded
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_FORGOTTEN = "moto takes it and forgets it"


def _set_key(it: Resource) -> None:
    if "kmsKeyId" in it.changed:
        key = it.inputs.get("kmsKeyId")
        it.call(f"{'' if key else 'dis'}associate_kms_key", logGroupName=it.id, **({"kmsKeyId": key} if key else {}))


def _set_retention(it: Resource) -> None:
    if "retentionInDays" in it.changed:
        days = it.inputs.get("retentionInDays")  # none and 0 both mean for ever
        how: dict[str, Any] = {"retentionInDays": int(days)} if days else {}
        it.call(f"{'put' if days else 'delete'}_retention_policy", logGroupName=it.id, **how)


LOG_GROUP = ResourceType(
    "aws:cloudwatch/logGroup:LogGroup",
    "logs",
    inputs={
        "name": text(boto="logGroupName", replace=True),
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation, so the class
        "kmsKeyId": text(),
        "retentionInDays": number(default=0),
        "logGroupClass": text(computed=True, replace=True),
        "deletionProtectionEnabled": flag(computed=True),
        "skipDestroy": flag(default=False, local=True),
    },
    autoname="name",
    id="{name}",
    create=(Call("create_log_group"), _set_retention),
    read=(Call("describe_log_groups", args={"logGroupNamePrefix": "{id}"}, send=(),
               result="logGroups[?logGroupName == '{id}'] | [0]"),),
    update=(_set_key, _set_retention),
    delete=(lambda it: None if it.inputs.get("skipDestroy") else it.run(keyed("delete_log_group", "logGroupName")),),
    formats={"arn": "arn:aws:logs:{region}:{account}:log-group:{id}"},
    tags=service_tags("arn:aws:logs:{region}:{account}:log-group:{id}"),
    unique=True,
    unverified={"logGroupClass": _FORGOTTEN, "deletionProtectionEnabled": _FORGOTTEN},
)  # fmt: skip

_METRIC = {
    **{name: text(required=True, boto=f"metric{name.title()}") for name in ("name", "namespace", "value")},
    "defaultValue": decimal(),
    "dimensions": mapping(),
    "unit": text(),
}
_FILTER = {"logGroupName": "{logGroupName}", "filterNamePrefix": "{name}"}
METRIC_FILTER = ResourceType(
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    "logs",
    inputs={
        "logGroupName": text(required=True, replace=True),
        "name": text(boto="filterName", replace=True),
        "pattern": text(required=True, boto="filterPattern"),
        "metricTransformation": block(_METRIC, required=True, boto="metricTransformations"),
        "applyOnTransformedLogs": flag(computed=True),
    },
    autoname="name",
    id="{logGroupName}:{name}",
    import_id="(?P<logGroupName>[^:]+):(?P<name>.+)",
    create=(Call("put_metric_filter"),),
    read=(Call("describe_metric_filters", args=_FILTER, send=(),
               result="metricFilters[?filterName == '{name}'] | [0]"),),
    update=(Call("put_metric_filter"),),
    delete=(Call("delete_metric_filter", send=("logGroupName", "name")),),
    unique=True,
    unverified={"applyOnTransformedLogs": _FORGOTTEN},
)  # fmt: skip

SUBSCRIPTION_FILTER = ResourceType(
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    "logs",
    inputs={
        "logGroup": text(required=True, boto="logGroupName", replace=True),
        "name": text(boto="filterName", replace=True),
        "destinationArn": text(required=True, replace=True),
        "filterPattern": text(required=True),
        "roleArn": text(),
        "distribution": text(default="ByLogStream"),
        "applyOnTransformedLogs": flag(computed=True),
        "emitSystemFields": texts(),
    },
    autoname="name",
    id="{logGroup}|{name}",
    import_id=r"(?P<logGroup>[^|]+)\|(?P<name>.+)",
    create=(Call("put_subscription_filter"),),
    read=(Call("describe_subscription_filters", send=("logGroup",),
               result="subscriptionFilters[?filterName == '{name}'] | [0]"),),
    update=(Call("put_subscription_filter"),),
    delete=(Call("delete_subscription_filter", send=("logGroup", "name")),),
    unique=True,
    unverified=dict.fromkeys(("distribution", "applyOnTransformedLogs", "emitSystemFields"), _FORGOTTEN),
)  # fmt: skip

RESOURCE_POLICY = ResourceType(
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "logs",
    inputs={
        "policyName": text(replace=True),  # replaces: provider documentation, so the next
        "resourceArn": text(replace=True),
        "policyDocument": document(required=True),
    },
    autoname="policyName",
    id="{policyName}",
    create=(Call("put_resource_policy"),),
    read=(Call("describe_resource_policies", send=(), result="resourcePolicies[?policyName == '{id}'] | [0]"),),
    update=(Call("put_resource_policy"),),
    delete=(keyed("delete_resource_policy", "policyName"),),
    unique=True,
    unverified={"resourceArn": _FORGOTTEN},
)

DATA_PROTECTION_POLICY = recorded(
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    {"logGroupName": text(required=True, replace=True), "policyDocument": document(required=True)},
    id="{logGroupName}",
)

QUERY_DEFINITION = recorded(
    "aws:cloudwatch/queryDefinition:QueryDefinition",
    {**each(text, "name queryString", required=True), "logGroupNames": texts(ordered=True)},
    chosen={"arn": "arn:aws:logs:{region}:{account}:query-definition:{id}", "queryDefinitionId": "{id}"},
)

TYPES = (LOG_GROUP, METRIC_FILTER, SUBSCRIPTION_FILTER, RESOURCE_POLICY, DATA_PROTECTION_POLICY, QUERY_DEFINITION)
