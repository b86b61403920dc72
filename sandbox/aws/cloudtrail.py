"""Trails, through the CloudTrail API."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sandbox.model import Call, ResourceType, blocks, fields
from sandbox.resource import Resource
from sandbox.tagging import service_tags, tags_in

_DEFAULT_SELECTOR = {"ReadWriteType": "All", "IncludeManagementEvents": True}  # what a new trail records
_SELECTORS = ("eventSelectors", "advancedEventSelectors")
_ENDS_WITH_EMPTY = {  # UpdateTrail takes these away when they are empty
    "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
    "cloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "kmsKeyId": "KmsKeyId",
    "s3KeyPrefix": "S3KeyPrefix",
    "snsTopicName": "SnsTopicName",
}


def _update_trail(it: Resource) -> None:
    gone = {member: "" for name, member in _ENDS_WITH_EMPTY.items() if name in it.changed and not it.inputs.get(name)}
    it.run(Call("update_trail"), gone)


def _set_selectors(it: Resource) -> None:
    if it.changed & set(_SELECTORS):
        given = any(it.inputs.get(name) for name in _SELECTORS)
        events = {} if given else {"EventSelectors": [_DEFAULT_SELECTOR]}
        it.run(Call("put_event_selectors", args={"TrailName": "{id}"}, send=_SELECTORS), events)
    if "insightSelectors" in it.changed:
        insights: dict[str, Any] = {} if it.inputs.get("insightSelectors") else {"InsightSelectors": []}
        it.run(Call("put_insight_selectors", args={"TrailName": "{id}"}, send=("insightSelectors",)), insights)


def _set_logging(it: Resource) -> None:
    """A new trail does not log."""
    wanted = it.inputs.get("enableLogging") is not False
    if wanted is not (bool(it.old) and it.old.get("enableLogging") is not False):
        it.call("start_logging" if wanted else "stop_logging", Name=it.id)


def _read_trail(it: Resource) -> Any:
    found = it.call("get_trail", Name=it.id)["Trail"]
    selectors = it.call("get_event_selectors", TrailName=it.id)
    if selectors.get("EventSelectors") == [_DEFAULT_SELECTOR] and not it.inputs.get("eventSelectors"):
        selectors["EventSelectors"] = []
    insights = it.call("get_insight_selectors", TrailName=it.id)
    return {
        **found,
        **selectors,
        "insightSelectors": insights.get("InsightSelectors"),
        "enableLogFileValidation": found["LogFileValidationEnabled"],
        "enableLogging": it.call("get_trail_status", Name=it.id)["IsLogging"],
        "homeRegion": it.region,
        "snsTopicArn": found.get("SnsTopicARN"),
    }


def _read_tags(it: Resource, _: Mapping[str, Any]) -> dict[str, str]:
    return tags_in(it.call("list_tags", ResourceIdList=[it.id])["ResourceTagList"][0]["TagsList"])


_FIELD_SELECTOR = """field! equals:list notEquals:list startsWiths:list notStartsWiths:list endsWiths:list
    notEndsWiths:list"""
TRAIL = ResourceType(
    "aws:cloudtrail/trail:Trail",
    "cloudtrail",
    inputs={
        **fields(
            """cloudWatchLogsGroupArn@CloudWatchLogsLogGroupArn cloudWatchLogsRoleArn
            enableLogFileValidation:bool=false enableLogging:bool=true includeGlobalServiceEvents:bool=true
            isMultiRegionTrail:bool=false isOrganizationTrail:bool=false kmsKeyId name* s3BucketName! s3KeyPrefix
            snsTopicName"""
        ),
        "advancedEventSelectors": blocks(
            fields("name", fieldSelectors=blocks(_FIELD_SELECTOR, required=True)), ordered=True
        ),
        "eventSelectors": blocks(
            fields(
                "readWriteType=All includeManagementEvents:bool=true excludeManagementEventSources:list",
                dataResources=blocks("type! values:list!"),
            ),
            ordered=True,
        ),
        "insightSelectors": blocks("insightType!"),
    },
    autoname="name",
    create=(Call("create_trail", result="TrailARN"), _set_selectors, _set_logging),
    import_id="arn:.+:trail/(?P<name>.+)",
    read=(_read_trail,),
    update=(_update_trail, _set_selectors, _set_logging),
    delete=(Call("delete_trail", send=("name",)),),
    outputs=("homeRegion", "snsTopicArn"),
    formats={"arn": "{id}"},
    tags=dataclasses.replace(service_tags(put="add_tags", remove="remove_tags"), read=_read_tags),
    unique=True,
)

TYPES = (TRAIL,)
