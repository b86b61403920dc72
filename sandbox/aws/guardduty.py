"""Threat detection, through the GuardDuty API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, blocks, each, flag, keyed, text
from sandbox.recorded import recorded
from sandbox.resource import Resource
from sandbox.retry import AwsError
from sandbox.tagging import service_tags

_ARN = "arn:aws:guardduty:{region}:{account}:detector/"


def _find_detector(it: Resource, detector: str) -> dict[str, Any] | None:
    """GuardDuty has no code of its own for what does not exist."""
    try:
        return it.call("get_detector", DetectorId=detector)
    except AwsError as error:
        if "not owned by the current account" in str(error):
            return None
        raise


def _read_detector(it: Resource) -> Any:
    found = _find_detector(it, it.id)
    return found and {**found, "enable": found["Status"] == "ENABLED"}


DETECTOR = ResourceType(
    "aws:guardduty/detector:Detector",
    "guardduty",
    inputs={"enable": flag(default=True), "findingPublishingFrequency": text(computed=True)},
    create=(Call("create_detector", result="DetectorId"),),
    read=(_read_detector,),
    update=(Call("update_detector", args={"DetectorId": "{id}"}),),
    delete=(keyed("delete_detector", "DetectorId"),),
    formats={"arn": _ARN + "{id}", "accountId": "{account}"},
    tags=service_tags(_ARN + "{id}"),
    remedy="declare protection plans as aws.guardduty.DetectorFeature; datasources is its deprecated form",
    unique=True,
)


def _write_feature(it: Resource) -> None:
    more = it.inputs.get("additionalConfigurations") or []
    feature = {
        "Name": it.inputs["name"],
        "Status": it.inputs["status"],
        "AdditionalConfiguration": [{"Name": one["name"], "Status": one["status"]} for one in more],
    }
    it.call("update_detector", DetectorId=it.inputs["detectorId"], Features=[feature])


def _read_feature(it: Resource) -> Any:
    found = _find_detector(it, it.inputs["detectorId"]) or {}
    for feature in found.get("Features", []):
        if feature["Name"] == it.inputs["name"]:
            more = feature.get("AdditionalConfiguration")
            return {**feature, "detectorId": it.inputs["detectorId"], "additionalConfigurations": more}
    return None


DETECTOR_FEATURE = ResourceType(
    "aws:guardduty/detectorFeature:DetectorFeature",
    "guardduty",
    inputs={
        "detectorId": text(required=True, replace=True),  # replaces: provider documentation, so the next
        "name": text(required=True, replace=True),
        "status": text(required=True),
        "additionalConfigurations": blocks(each(text, "name status", required=True)),
    },
    id="{detectorId}/{name}",
    import_id="(?P<detectorId>[^/]+)/(?P<name>.+)",
    create=(_write_feature,),
    read=(_read_feature,),
    update=(_write_feature,),
    delete=(),  # a detector has its features as long as it exists
)

PUBLISHING_DESTINATION = recorded(
    "aws:guardduty/publishingDestination:PublishingDestination",
    {
        "detectorId": text(required=True, replace=True),  # replaces: provider documentation
        **each(text, "destinationArn kmsKeyArn", required=True),
        "destinationType": text(default="S3"),
    },
    chosen={"arn": _ARN + "{detectorId}/publishingDestination/{id}"},
    tagged=True,
)

TYPES = (DETECTOR, DETECTOR_FEATURE, PUBLISHING_DESTINATION)
