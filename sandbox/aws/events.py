"""Rules and their targets, through the EventBridge API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, document, each, flag, mapping, number, text, texts
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


EVENT_RULE = ResourceType(
    "aws:cloudwatch/eventRule:EventRule",
    "events",
    inputs={  # replaces: provider documentation
        "name": text(replace=True),
        "namePrefix": text(local=True, replace=True),
        "eventBusName": text(default="default", replace=True),
        **each(text, "description roleArn scheduleExpression"),
        "eventPattern": document(),
        "state": text(default="ENABLED"),
        "forceDestroy": flag(default=False, local=True),
    },
    autoname="name",
    import_id="((?P<eventBusName>[^/]+)/)?(?P<name>[^/]+)",
    create=(_put_rule,),
    read=(Call("describe_rule", send=("name", "eventBusName")),),
    update=(Call("put_rule"),),
    delete=(_remove_targets, Call("delete_rule", send=("name", "eventBusName"))),
    formats={"arn": _ARN},
    tags=service_tags(_ARN),
    unique=True,
)

_TARGET = {
    "targetId": text(boto="Id", replace=True),  # replaces: provider documentation
    "arn": text(required=True),
    **each(text, "roleArn input inputPath"),
    "deadLetterConfig": block({"arn": text()}),
    "inputTransformer": block({"inputPaths": mapping(boto="InputPathsMap"), "inputTemplate": text(required=True)}),
    "retryPolicy": block(each(number, "maximumEventAgeInSeconds maximumRetryAttempts")),
    "sqsTarget": block({"messageGroupId": text()}, boto="SqsParameters"),
    "kinesisTarget": block({"partitionKeyPath": text()}, boto="KinesisParameters"),
    "httpTarget": block(
        {**each(mapping, "headerParameters queryStringParameters"), "pathParameterValues": texts(ordered=True)},
        boto="HttpParameters",
    ),
}
_RULE = {"Rule": "{rule}", "EventBusName": "{eventBusName}"}
_PUT_TARGET = Call("put_targets", into="Targets[]", args=_RULE, send=tuple(_TARGET))


def _read_target(it: Resource) -> Any:
    it.inputs.setdefault("eventBusName", "default")
    call = Call("list_targets_by_rule", args=_RULE, send=(), result="Targets[?Id == '{targetId}'] | [0]")
    found = it.run(call)
    return found and {**found, "rule": it.inputs["rule"], "eventBusName": it.inputs["eventBusName"]}


EVENT_TARGET = ResourceType(
    "aws:cloudwatch/eventTarget:EventTarget",
    "events",
    inputs={
        "rule": text(required=True, replace=True),
        "eventBusName": text(default="default", replace=True),  # replaces: provider documentation
        **_TARGET,
        "forceDestroy": flag(default=False, local=True),
    },
    autoname="targetId",
    id="{rule}/{targetId}",
    import_id=r"((?P<eventBusName>[^/]+)/)?(?P<rule>[^/]+)/(?P<targetId>[^/]+)",
    create=(_PUT_TARGET,),
    read=(_read_target,),
    update=(_PUT_TARGET,),
    delete=(Call("remove_targets", args={**_RULE, "Ids": ["{targetId}"]}, send=()),),
    unique=True,
)

TYPES = (EVENT_RULE, EVENT_TARGET)
