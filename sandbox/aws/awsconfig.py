"""The recording of configuration, through the Config API (the package calls it cfg)."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, blocks, document, each, flag, keyed, text, texts
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_RECORDER = "ConfigurationRecorderName"
_FREQUENCY = {"recordingFrequency": text(required=True), "description": text(), "resourceTypes": texts(required=True)}


def _write_recorder(it: Resource) -> str:
    """The API has single structures where the provider has lists of one."""
    group = dict(it.inputs.get("recordingGroup") or {})
    exclusions, strategies = group.pop("exclusionByResourceTypes", None), group.pop("recordingStrategies", None)
    plain = ("name", "roleArn", "recordingMode")
    call = Call("put_configuration_recorder", into="ConfigurationRecorder", send=plain)
    recorder = it.request(call)["ConfigurationRecorder"]
    if group or exclusions or strategies:
        recorder["recordingGroup"] = {
            "allSupported": group.get("allSupported", True),
            "includeGlobalResourceTypes": group.get("includeGlobalResourceTypes", False),
            "resourceTypes": group.get("resourceTypes", []),
            **({"exclusionByResourceTypes": exclusions[0]} if exclusions else {}),
            **({"recordingStrategy": strategies[0]} if strategies else {}),
        }
    it.call("put_configuration_recorder", ConfigurationRecorder=recorder)
    return str(it.inputs["name"])


def _read_recorder(it: Resource) -> Any:
    found = it.run(
        Call(
            "describe_configuration_recorders",
            args={f"{_RECORDER}s": ["{id}"]},
            send=(),
            result="ConfigurationRecorders[0]",
        )
    )
    group = found.get("recordingGroup", {})
    asked = it.inputs.get("recordingGroup")
    lists = {
        "exclusionByResourceTypes": [group.get("exclusionByResourceTypes")],
        "recordingStrategies": [group.get("recordingStrategy")],
    }
    shown = {key: value for key, value in lists.items() if value[0] and (asked is None or key in asked)}
    return {**found, "recordingGroup": {**group, "exclusionByResourceTypes": [], **shown}}


RECORDER = ResourceType(
    "aws:cfg/recorder:Recorder",
    "config",
    inputs={
        "name": text(default="default", replace=True),
        "roleArn": text(required=True),
        "recordingGroup": block(
            {
                "allSupported": flag(default=True),
                "includeGlobalResourceTypes": flag(),
                "resourceTypes": texts(),
                "exclusionByResourceTypes": blocks({"resourceTypes": texts()}),
                "recordingStrategies": blocks({"useOnly": text()}),
            },
            computed=True,
        ),
        "recordingMode": block(
            {"recordingFrequency": text(default="CONTINUOUS"), "recordingModeOverride": block(_FREQUENCY)}
        ),
    },
    create=(_write_recorder,),
    read=(_read_recorder,),
    update=(_write_recorder,),
    delete=(keyed("delete_configuration_recorder", _RECORDER),),
    unverified={"recordingMode": "moto takes the recording mode and forgets it"},
    unique=True,
)

CHANNEL = ResourceType(
    "aws:cfg/deliveryChannel:DeliveryChannel",
    "config",
    inputs={
        "name": text(default="default", replace=True),
        "s3BucketName": text(required=True),
        **each(text, "s3KeyPrefix s3KmsKeyArn snsTopicArn"),
        "snapshotDeliveryProperties": block({"deliveryFrequency": text()}, boto="configSnapshotDeliveryProperties"),
    },
    create=(Call("put_delivery_channel", into="DeliveryChannel"),),
    id="{name}",
    read=(
        Call(
            "describe_delivery_channels",
            args={"DeliveryChannelNames": ["{id}"]},
            send=(),
            result="DeliveryChannels[0]",
        ),
    ),
    update=(Call("put_delivery_channel", into="DeliveryChannel"),),
    delete=(keyed("delete_delivery_channel", "DeliveryChannelName"),),
    unique=True,
)


def _set_recording(it: Resource) -> str:
    verb = "start" if it.inputs["isEnabled"] else "stop"
    it.call(f"{verb}_configuration_recorder", **{_RECORDER: it.inputs["name"]})
    return str(it.inputs["name"])


RECORDER_STATUS = ResourceType(
    "aws:cfg/recorderStatus:RecorderStatus",
    "config",
    inputs={"name": text(required=True), "isEnabled": flag(required=True)},
    create=(_set_recording,),
    read=(
        Call(
            "describe_configuration_recorder_status",
            args={f"{_RECORDER}s": ["{id}"]},
            send=(),
            result="ConfigurationRecordersStatus[0].{name: name, isEnabled: recording}",
        ),
    ),
    update=(_set_recording,),
    delete=(keyed("stop_configuration_recorder", _RECORDER),),
)

_FIND_RULE = Call(
    "describe_config_rules",
    args={"ConfigRuleNames": ["{id}"]},
    send=(),
    result="ConfigRules[].merge(@, {arn: ConfigRuleArn, ruleId: ConfigRuleId}) | [0]",
)
_PUT_RULE = Call("put_config_rule", into="ConfigRule")


def _rule_arn(it: Resource) -> str:
    return str(it.run(_FIND_RULE)["arn"])


RULE = ResourceType(
    "aws:cfg/rule:Rule",
    "config",
    inputs={
        "name": text(boto="ConfigRuleName", replace=True),
        "description": text(),
        "inputParameters": document(),
        "maximumExecutionFrequency": text(),
        "source": block(
            {
                "owner": text(required=True),
                "sourceIdentifier": text(),
                "sourceDetails": blocks(
                    {
                        "eventSource": text(default="aws.config"),
                        "messageType": text(),
                        "maximumExecutionFrequency": text(),
                    }
                ),
            },
            required=True,
        ),
        "scope": block(
            {**each(text, "complianceResourceId tagKey tagValue"), "complianceResourceTypes": texts()},
        ),
    },
    autoname="name",
    create=(_PUT_RULE,),
    id="{name}",
    read=(_FIND_RULE,),
    # moto takes the tags of the last call for all; AWS looks at them on creation only
    update=(lambda it: it.run_tagged(_PUT_RULE),),
    delete=(keyed("delete_config_rule", "ConfigRuleName"),),
    outputs=("arn", "ruleId"),
    tags=service_tags(_rule_arn),
    unique=True,
)
TYPES = (RECORDER, CHANNEL, RECORDER_STATUS, RULE)
