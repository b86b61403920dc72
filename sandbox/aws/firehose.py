"""Delivery streams to S3, through the Firehose API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, Property, ResourceType, block, blocks, each, flag, number, text
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_PARAMETER = {"parameterName": text(required=True), "parameterValue": text(required=True)}
_S3: dict[str, Property] = {
    "bucketArn": text(required=True),
    "roleArn": text(required=True),
    **each(text, "prefix errorOutputPrefix"),
    "bufferingSize": number(default=5, boto="BufferingHints.SizeInMBs"),
    "bufferingInterval": number(default=300, boto="BufferingHints.IntervalInSeconds"),
    "compressionFormat": text(default="UNCOMPRESSED"),
    "kmsKeyArn": text(boto="EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN"),
    "cloudwatchLoggingOptions": block({"enabled": flag(default=False), **each(text, "logGroupName logStreamName")}),
}
_PARTITIONING = {
    "enabled": flag(default=False),
    "retryDuration": number(default=300, boto="RetryOptions.DurationInSeconds"),
}
_PROCESSOR = {"type": text(required=True), "parameters": blocks(_PARAMETER)}
_EXTENDED: dict[str, Property] = {
    **_S3,
    "customTimeZone": text(default="UTC"),
    "fileExtension": text(),
    "dynamicPartitioningConfiguration": block(_PARTITIONING, replace=True),  # replaces: provider documentation
    "processingConfiguration": block({"enabled": flag(), "processors": blocks(_PROCESSOR, ordered=True)}),
    "s3BackupMode": text(default="Disabled"),
    "s3BackupConfiguration": block(_S3),
}
_CREATE = Call("create_delivery_stream", result="DeliveryStreamARN")


def _destination(it: Resource) -> dict[str, Any]:
    """The S3 destination, with what ends a setting that is no longer given."""
    found = {"Prefix": "", "ErrorOutputPrefix": "", **it.request(_CREATE)["ExtendedS3DestinationConfiguration"]}
    found.setdefault("EncryptionConfiguration", {"NoEncryptionConfig": "NoEncryption"})
    return found


def _create(it: Resource) -> Any:
    kind = "KinesisStreamAsSource" if it.inputs.get("kinesisSourceConfiguration") else "DirectPut"
    extra = {"DeliveryStreamType": kind, "ExtendedS3DestinationConfiguration": _destination(it)}
    return it.run_tagged(_CREATE, extra)


def _set_encryption(it: Resource) -> None:
    if "serverSideEncryption" not in it.changed:
        return
    wanted = it.inputs.get("serverSideEncryption") or {}
    if wanted.get("enabled"):
        key = {"KeyARN": wanted["keyArn"]} if wanted.get("keyArn") else {}
        settings = {"KeyType": wanted.get("keyType", _AWS_OWNED), **key}
        it.call(
            "start_delivery_stream_encryption",
            DeliveryStreamName=it.inputs["name"],
            DeliveryStreamEncryptionConfigurationInput=settings,
        )
    elif (it.old.get("serverSideEncryption") or {}).get("enabled"):
        it.call("stop_delivery_stream_encryption", DeliveryStreamName=it.inputs["name"])


def _describe(it: Resource) -> dict[str, Any]:
    found: dict[str, Any] = it.call("describe_delivery_stream", DeliveryStreamName=it.inputs["name"])
    return dict(found["DeliveryStreamDescription"])


def _read(it: Resource) -> Any:
    found = _describe(it)
    destination = found["Destinations"][0]
    s3, locked = destination["ExtendedS3DestinationDescription"], found.get("DeliveryStreamEncryptionConfiguration", {})
    return {
        "name": found["DeliveryStreamName"],
        "destination": "extended_s3",
        "destinationId": destination["DestinationId"],
        "versionId": found["VersionId"],
        "extendedS3Configuration": {**s3, "S3BackupConfiguration": s3.get("S3BackupDescription")},
        "kinesisSourceConfiguration": found.get("Source", {}).get("KinesisStreamSourceDescription"),
        "serverSideEncryption": {**locked, "Enabled": locked.get("Status") == "ENABLED"},
    }


def _update(it: Resource) -> None:
    if "extendedS3Configuration" in it.changed:
        destination = _destination(it)
        backup = destination.pop("S3BackupConfiguration", None)
        now = _describe(it)
        it.call(
            "update_destination",
            DeliveryStreamName=it.inputs["name"],
            CurrentDeliveryStreamVersionId=now["VersionId"],
            DestinationId=now["Destinations"][0]["DestinationId"],
            ExtendedS3DestinationUpdate={**destination, **({"S3BackupUpdate": backup} if backup else {})},
        )
    _set_encryption(it)


_AWS_OWNED = "AWS_OWNED_CMK"
STREAM = ResourceType(
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "firehose",
    inputs={
        "name": text(boto="DeliveryStreamName", replace=True),
        "destination": text(required=True, replace=True),  # replaces: provider documentation
        "extendedS3Configuration": block(_EXTENDED, boto="ExtendedS3DestinationConfiguration", required=True),
        "kinesisSourceConfiguration": block(  # replaces: provider documentation
            {"kinesisStreamArn": text(required=True), "roleArn": text(required=True)},
            boto="KinesisStreamSourceConfiguration",
            replace=True,
        ),
        "serverSideEncryption": block(
            {"enabled": flag(default=False), "keyType": text(default=_AWS_OWNED), "keyArn": text()}
        ),
    },
    autoname="name",
    create=(_create, _set_encryption),
    import_id="arn:.+:deliverystream/(?P<name>.+)",
    read=(_read,),
    update=(_update,),
    delete=(Call("delete_delivery_stream", send=("name",)),),
    outputs=("destinationId", "versionId"),
    formats={"arn": "{id}"},
    tags=service_tags(
        "{name}",
        put="tag_delivery_stream",
        remove="untag_delivery_stream",
        read="list_tags_for_delivery_stream",
    ),
    remedy="the sandbox delivers to S3 only: give destination extended_s3 and extendedS3Configuration",
    unique=True,
)

TYPES = (STREAM,)
