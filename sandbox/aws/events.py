"""Rules and their targets, through the EventBridge API."""

from __future__ import annotations

from sandbox.forms import written
from sandbox.model import Call, ResourceType, block, fields
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ARN = "arn:aws:events:{region}:{account}:rule/{id}"


def _put_rule(it: Resource) -> str:
    """The id of a rule on another bus than the default one names the bus, as its ARN does."""
    it.run_tagged(Call("put_rule"))
    return str(it.fill("{name}" if it.inputs["eventBusName"] == "default" else "{eventBusName}/{name}"))


def _remove_targets(it: Resource) -> None:
    rule = {"Rule": it.inputs["name"], "EventBusName": it.inputs["eventBusName"]}
    targets = it.call("list_targets_by_rule", **rule)["Targets"] if it.inputs.get("forceDestroy") else []
    if targets:
        it.call("remove_targets", **rule, Ids=[target["Id"] for target in targets])


EVENT_RULE = ResourceType("aws:cloudwatch/eventRule:EventRule", "events",
    # replaces: provider documentation
    inputs=fields("""name* namePrefix*% eventBusName*=default description roleArn scheduleExpression eventPattern:json
           state=ENABLED forceDestroy:bool%=false"""),
    autoname="name",
    import_id="((?P<eventBusName>[^/]+)/)?(?P<name>[^/]+)",
    create=(_put_rule,),
    read=(Call("describe_rule", send=("name", "eventBusName")),),
    update=(Call("put_rule"),),
    delete=(_remove_targets, Call("delete_rule", send=("name", "eventBusName"))),
    formats={"arn": _ARN}, tags=service_tags(),
)  # fmt: skip

_TARGET = fields(
    "targetId*@Id arn! roleArn input inputPath",
    deadLetterConfig=block("arn"),
    inputTransformer=block("inputPaths:map@InputPathsMap inputTemplate!"),
    retryPolicy=block("maximumEventAgeInSeconds:int maximumRetryAttempts:int"),
    sqsTarget=block("messageGroupId", boto="SqsParameters"),
    kinesisTarget=block("partitionKeyPath", boto="KinesisParameters"),
    httpTarget=block("headerParameters:map queryStringParameters:map pathParameterValues:list+", boto="HttpParameters"),
)
_RULE = {"Rule": "{rule}", "EventBusName": "{eventBusName}"}
_FOUND = "Targets[?Id == '{targetId}'].merge(@, {rule: '{rule}', eventBusName: '{eventBusName}'}) | [0]"
EVENT_TARGET = written("aws:cloudwatch/eventTarget:EventTarget", "events",
    fields("rule!* eventBusName*=default forceDestroy:bool%=false", **_TARGET),  # replaces: provider documentation
    autoname="targetId", id="{rule}/{targetId}",
    import_id=r"((?P<eventBusName>[^/]+)/)?(?P<rule>[^/]+)/(?P<targetId>[^/]+)",
    put=Call("put_targets", into="Targets[]", args=_RULE, send=tuple(_TARGET)),
    get=Call("list_targets_by_rule", args=_RULE, send=(), result=_FOUND),
    delete=Call("remove_targets", args={**_RULE, "Ids": ["{targetId}"]}, send=()),
)  # fmt: skip

TYPES = (EVENT_RULE, EVENT_TARGET)
