"""The recording of configuration, through the Config API (the package calls it cfg)."""

from __future__ import annotations

from typing import Any

from sandbox.forms import written
from sandbox.model import Call, block, blocks, fields, keyed, listed
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_RECORDER = "ConfigurationRecorderName"


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
    found = it.run(listed("describe_configuration_recorders", f"{_RECORDER}s", "ConfigurationRecorders"))
    group = found.get("recordingGroup", {})
    asked = it.inputs.get("recordingGroup")
    lists = {
        "exclusionByResourceTypes": [group.get("exclusionByResourceTypes")],
        "recordingStrategies": [group.get("recordingStrategy")],
    }
    shown = {key: value for key, value in lists.items() if value[0] and (asked is None or key in asked)}
    return {**found, "recordingGroup": {**group, "exclusionByResourceTypes": [], **shown}}


_OVERRIDE = block("recordingFrequency! description resourceTypes:list!")
RECORDER = written("aws:cfg/recorder:Recorder", "config",
    fields("name*=default roleArn!",
        recordingGroup=block(
            "allSupported:bool=true includeGlobalResourceTypes:bool resourceTypes:list",
            exclusionByResourceTypes=blocks("resourceTypes:list"), recordingStrategies=blocks("useOnly"),
            computed=True,
        ),
        recordingMode=block("recordingFrequency=CONTINUOUS", recordingModeOverride=_OVERRIDE),
    ),
    put=_write_recorder,
    get=_read_recorder,
    delete=keyed("delete_configuration_recorder", _RECORDER),
    unverified={"recordingMode": "moto takes the recording mode and forgets it"},
    unique=True,
)  # fmt: skip

CHANNEL = written("aws:cfg/deliveryChannel:DeliveryChannel", "config",
    fields("name*=default s3BucketName! s3KeyPrefix s3KmsKeyArn snsTopicArn",
           snapshotDeliveryProperties=block("deliveryFrequency", boto="configSnapshotDeliveryProperties")),
    id="{name}",
    put=Call("put_delivery_channel", into="DeliveryChannel"),
    get=listed("describe_delivery_channels", "DeliveryChannelNames", "DeliveryChannels"),
    delete=keyed("delete_delivery_channel", "DeliveryChannelName"),
    unique=True,
)  # fmt: skip


def _set_recording(it: Resource) -> str:
    verb = "start" if it.inputs["isEnabled"] else "stop"
    it.call(f"{verb}_configuration_recorder", **{_RECORDER: it.inputs["name"]})
    return str(it.inputs["name"])


RECORDER_STATUS = written("aws:cfg/recorderStatus:RecorderStatus", "config",
    fields("name! isEnabled:bool!"),
    put=_set_recording,
    get=listed("describe_configuration_recorder_status", f"{_RECORDER}s",
               "ConfigurationRecordersStatus[].{name: name, isEnabled: recording}"),
    delete=keyed("stop_configuration_recorder", _RECORDER),
)  # fmt: skip

_FIND_RULE = listed("describe_config_rules", "ConfigRuleNames",
                    "ConfigRules[].merge(@, {arn: ConfigRuleArn, ruleId: ConfigRuleId})")  # fmt: skip
_PUT_RULE = Call("put_config_rule", into="ConfigRule")
_DETAILS = blocks("eventSource=aws.config messageType maximumExecutionFrequency")
RULE = written("aws:cfg/rule:Rule", "config",
    fields("name*@ConfigRuleName description inputParameters:json maximumExecutionFrequency",
           source=block("owner! sourceIdentifier", sourceDetails=_DETAILS, required=True),
           scope=block("complianceResourceId tagKey tagValue complianceResourceTypes:list")),
    autoname="name", id="{name}",
    put=_PUT_RULE,
    get=_FIND_RULE,
    # moto takes the tags of the last call for all; AWS looks at them on creation only
    update=(lambda it: it.run_tagged(_PUT_RULE),),
    delete=keyed("delete_config_rule", "ConfigRuleName"),
    outputs=("arn", "ruleId"),
    tags=service_tags(lambda it: str(it.run(_FIND_RULE)["arn"])),
)  # fmt: skip

TYPES = (RECORDER, CHANNEL, RECORDER_STATUS, RULE)
