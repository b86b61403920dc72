"""Delivery streams to S3, through the Firehose API."""

from __future__ import annotations

from typing import Any

from sandbox.model import Call, ResourceType, block, blocks, fields
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_S3 = fields(
    """bucketArn! roleArn! prefix errorOutputPrefix bufferingSize:int@BufferingHints.SizeInMBs=5
    bufferingInterval:int@BufferingHints.IntervalInSeconds=300 compressionFormat=UNCOMPRESSED
    kmsKeyArn@EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN""",
    cloudwatchLoggingOptions=block("enabled:bool=false logGroupName logStreamName"),
)
_PROCESSORS = blocks(fields("type!", parameters=blocks("parameterName! parameterValue!")), ordered=True)
_EXTENDED = fields(
    "customTimeZone=UTC fileExtension s3BackupMode=Disabled",
    **_S3,
    dynamicPartitioningConfiguration=block(  # replaces: provider documentation
        "enabled:bool=false retryDuration:int@RetryOptions.DurationInSeconds=300", replace=True
    ),
    processingConfiguration=block(fields("enabled:bool", processors=_PROCESSORS)),
    s3BackupConfiguration=block(_S3),
)
_CREATE = Call("create_delivery_stream", result="DeliveryStreamARN")
_NOTHING_GIVEN: dict[str, Any] = {
    **dict.fromkeys(("Prefix", "ErrorOutputPrefix", "FileExtension"), ""),
    **{key: {"Enabled": False} for key in ("CloudWatchLoggingOptions", "ProcessingConfiguration")},
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
}


def _destination(it: Resource) -> dict[str, Any]:
    """The S3 destination, with what ends a setting that is no longer given."""
    return {**_NOTHING_GIVEN, **it.request(_CREATE)["ExtendedS3DestinationConfiguration"]}


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
        **fields("name*@DeliveryStreamName destination!*"),  # destination replaces: provider documentation
        "extendedS3Configuration": block(_EXTENDED, boto="ExtendedS3DestinationConfiguration", required=True),
        "kinesisSourceConfiguration": block(  # replaces: provider documentation
            "kinesisStreamArn! roleArn!", boto="KinesisStreamSourceConfiguration", replace=True
        ),
        "serverSideEncryption": block(f"enabled:bool=false keyType={_AWS_OWNED} keyArn"),
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
