"""Threat detection, through the GuardDuty API."""

from __future__ import annotations

from sandbox.forms import written
from sandbox.model import Call, ResourceType, blocks, fields, keyed
from sandbox.recorded import recorded
from sandbox.tagging import service_tags

_ARN = "arn:aws:guardduty:{region}:{account}:detector/"
_GONE = "not owned by the current account"

DETECTOR = ResourceType("aws:guardduty/detector:Detector", "guardduty",
    inputs=fields("enable:bool=true findingPublishingFrequency~"),
    create=(Call("create_detector", result="DetectorId"),),
    read=(keyed("get_detector", "DetectorId", "merge(@, {enable: Status == 'ENABLED'})"),),
    update=(Call("update_detector", args={"DetectorId": "{id}"}),),
    delete=(keyed("delete_detector", "DetectorId"),),
    formats={"arn": _ARN + "{id}", "accountId": "{account}"}, tags=service_tags(),
    remedy="declare protection plans as aws.guardduty.DetectorFeature; datasources is its deprecated form",
    gone=_GONE, unique=True,
)  # fmt: skip

_SETTINGS = fields("name!* status!", additionalConfigurations=blocks("name! status!"))
_FOUND = """Features[?Name == '{name}'].merge(
    @, {detectorId: '{detectorId}', additionalConfigurations: AdditionalConfiguration}) | [0]"""
DETECTOR_FEATURE = written("aws:guardduty/detectorFeature:DetectorFeature", "guardduty",
    fields("detectorId!*", **_SETTINGS),  # the two replace: provider documentation
    id="{detectorId}/{name}",
    put=Call("update_detector", args={"DetectorId": "{detectorId}"}, into="Features[]", send=tuple(_SETTINGS)),
    get=Call("get_detector", args={"DetectorId": "{detectorId}"}, send=(), result=_FOUND),
    delete=None,  # a detector has its features as long as it exists
    gone=_GONE,
)  # fmt: skip

PUBLISHING_DESTINATION = recorded("aws:guardduty/publishingDestination:PublishingDestination",
    fields("detectorId!* destinationArn! kmsKeyArn! destinationType=S3"),  # replaces: provider documentation
    chosen={"arn": _ARN + "{detectorId}/publishingDestination/{id}"}, tagged=True,
)  # fmt: skip

TYPES = (DETECTOR, DETECTOR_FEATURE, PUBLISHING_DESTINATION)
