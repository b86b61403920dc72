"""Log groups and what hangs on them, through the CloudWatch Logs API."""

from __future__ import annotations

from sandbox.forms import either, written
from sandbox.model import Call, ResourceType, block, fields, keyed
from sandbox.recorded import recorded
from sandbox.tagging import service_tags

_FORGOTTEN = "moto takes it and forgets it"


_SET_RETENTION = either("retentionInDays", "put_retention_policy", "delete_retention_policy", "logGroupName")
LOG_GROUP = ResourceType("aws:cloudwatch/logGroup:LogGroup", "logs",
    # namePrefix and the class replace: provider documentation
    inputs=fields("""name*@logGroupName namePrefix*% kmsKeyId retentionInDays:int=0 logGroupClass*~
           deletionProtectionEnabled:bool~ skipDestroy:bool%=false"""),
    autoname="name", id="{name}",
    create=(Call("create_log_group"), _SET_RETENTION),
    read=(Call("describe_log_groups", args={"logGroupNamePrefix": "{id}"}, send=(),
               result="logGroups[?logGroupName == '{id}'] | [0]"),),
    update=(either("kmsKeyId", "associate_kms_key", "disassociate_kms_key", "logGroupName"), _SET_RETENTION),
    delete=(keyed("delete_log_group", "logGroupName"),),
    formats={"arn": "arn:aws:logs:{region}:{account}:log-group:{id}"}, tags=service_tags(),
    unverified={"logGroupClass": _FORGOTTEN, "deletionProtectionEnabled": _FORGOTTEN},
)  # fmt: skip

LOG_STREAM = ResourceType("aws:cloudwatch/logStream:LogStream", "logs",
    inputs=fields("name!*@logStreamName logGroupName!*"),  # both replace: provider documentation
    id="{logGroupName}:{name}",
    create=(Call("create_log_stream"),),
    read=(Call("describe_log_streams", args={"logStreamNamePrefix": "{name}"}, send=("logGroupName",),
               result="logStreams[?logStreamName == '{name}'] | [0]"),
          lambda it: {"logGroupName": it.inputs["logGroupName"]}),
    delete=(Call("delete_log_stream"),),
    formats={"arn": "arn:aws:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{name}"},
)  # fmt: skip

_METRIC = "name!@metricName namespace!@metricNamespace value!@metricValue defaultValue:num dimensions:map unit"
METRIC_FILTER = written("aws:cloudwatch/logMetricFilter:LogMetricFilter", "logs",
    fields("logGroupName!* name*@filterName pattern!@filterPattern applyOnTransformedLogs:bool~",
           metricTransformation=block(_METRIC, required=True, boto="metricTransformations")),
    autoname="name", id="{logGroupName}:{name}",
    put=Call("put_metric_filter"),
    get=Call("describe_metric_filters", args={"filterNamePrefix": "{name}"}, send=("logGroupName",),
             result="metricFilters[?filterName == '{name}'] | [0]"),
    delete=Call("delete_metric_filter", send=("logGroupName", "name")),
    unverified={"applyOnTransformedLogs": _FORGOTTEN},
)  # fmt: skip

SUBSCRIPTION_FILTER = written("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "logs",
    fields("""logGroup!*@logGroupName name*@filterName destinationArn!* filterPattern! roleArn
           distribution=ByLogStream applyOnTransformedLogs:bool~ emitSystemFields:list"""),
    autoname="name", id="{logGroup}|{name}",
    put=Call("put_subscription_filter"),
    get=Call("describe_subscription_filters", send=("logGroup",),
             result="subscriptionFilters[?filterName == '{name}'] | [0]"),
    delete=Call("delete_subscription_filter", send=("logGroup", "name")),
    unverified=dict.fromkeys(("distribution", "applyOnTransformedLogs", "emitSystemFields"), _FORGOTTEN),
)  # fmt: skip

RESOURCE_POLICY = written("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "logs",
    fields("policyName* resourceArn* policyDocument:json!"),  # the two replace: provider documentation
    autoname="policyName", id="{policyName}",
    put=Call("put_resource_policy"),
    get=Call("describe_resource_policies", send=(), result="resourcePolicies[?policyName == '{id}'] | [0]"),
    delete=keyed("delete_resource_policy", "policyName"),
    unverified={"resourceArn": _FORGOTTEN},
)  # fmt: skip

DATA_PROTECTION_POLICY = recorded("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    fields("logGroupName!* policyDocument:json!"),
    id="{logGroupName}", overwrites=True,
)  # fmt: skip

QUERY_DEFINITION = recorded("aws:cloudwatch/queryDefinition:QueryDefinition",
    fields("name! queryString! logGroupNames:list+"),
    chosen={"arn": "arn:aws:logs:{region}:{account}:query-definition:{id}", "queryDefinitionId": "{id}"},
)  # fmt: skip

TYPES = (
    *(LOG_GROUP, LOG_STREAM, METRIC_FILTER, SUBSCRIPTION_FILTER, RESOURCE_POLICY),
    *(DATA_PROTECTION_POLICY, QUERY_DEFINITION),
)
