"""A log group's events into the archive, for services that cannot write there themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch, kinesis

from components.alarms import Alarm, raise_alarms
from components.key_permissions import key_use
from components.log_group import log_group
from components.policy_document import Statement, trust
from components.retention import LogGroupDays
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

DELIVERY_S = 900  # from the event to the archive: the objective
_BUFFER_S = 300
_BUFFER_MIB = 5  # below the size from which an upload has parts, which would need to decrypt: nobody who writes may
_ERROR_STREAM = "S3Delivery"


def delivery_role(environment: str, stream: str) -> str:
    """The role by which a stream's events come into the archive, whose policy lets all of these write."""
    return f"{environment}-deliver-{stream}"


@dataclass(frozen=True, kw_only=True)
class LogStreamArgs:
    """`stream` names the stream within the environment. `prefix` of the archive ends with /; below it come a folder
    for the log group's name and one for each day. `key_arn`: of the log group that tells of errors.
    """

    stream: str
    environment: str
    account_id: str
    region: str
    log_group_name: Input[str]
    bucket: str
    bucket_arn: Input[str]
    prefix: str
    key_alias: str
    key_arn: Input[str]
    error_log_days: LogGroupDays
    topic_arn: Input[str]
    protect: bool = True

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,38}[a-z0-9]", self.stream):
            raise ValueError(f"stream must be 2 to 40 of a-z 0-9 -, a letter first and no - last, got {self.stream!r}")
        if not self.prefix.endswith("/"):
            raise ValueError(f"prefix of {self.stream} must end with /, got {self.prefix!r}")

    @property
    def delivery_name(self) -> str:
        return f"{self.environment}-{self.stream}"

    @property
    def delivery_arn(self) -> str:
        return f"arn:aws:firehose:{self.region}:{self.account_id}:deliverystream/{self.delivery_name}"

    @property
    def error_log_group(self) -> str:
        return f"/audit/{self.environment}/delivery/{self.stream}"


class LogStream(ComponentResource):
    """Every event of the group, as lines of JSON, in the archive within 15 minutes; alarms when it is not.

    What waits in the stream is encrypted with Firehose's own key: the audit key lets no service decrypt.
    """

    def __init__(self, name: str, args: LogStreamArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:LogStream", name, {}, opts)
        child = ResourceOptions(parent=self)
        errors = log_group(
            f"{name}-errors", args.error_log_group, args.key_arn, args.error_log_days, args.protect, child
        )
        error_stream = cloudwatch.LogStream(name, name=_ERROR_STREAM, log_group_name=errors.name, opts=child)
        delivery = kinesis.FirehoseDeliveryStream(
            name,
            name=args.delivery_name,
            destination="extended_s3",
            server_side_encryption={"enabled": True, "key_type": "AWS_OWNED_CMK"},
            extended_s3_configuration={
                "bucket_arn": args.bucket_arn,
                "role_arn": _deliverer(f"{name}-deliver", args, child).arn,
                "prefix": f"{args.prefix}{args.stream}/!{{timestamp:yyyy/MM/dd}}/",
                "error_output_prefix": f"{args.prefix}undelivered/{args.stream}/!{{firehose:error-output-type}}/",
                "compression_format": "GZIP",
                "buffering_interval": _BUFFER_S,
                "buffering_size": _BUFFER_MIB,
                "processing_configuration": {"enabled": True, "processors": _PROCESSORS},
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": errors.name,
                    "log_stream_name": error_stream.name,
                },
            },
            tags=tagged(name),
            opts=child,
        )
        subscription = cloudwatch.LogSubscriptionFilter(
            name,
            name=args.delivery_name,
            log_group=args.log_group_name,
            filter_pattern="",  # everything
            destination_arn=delivery.name.apply(lambda _: args.delivery_arn),
            role_arn=_subscriber(f"{name}-subscribe", args, child).arn,
            opts=child,
        )
        alarmed = ResourceOptions(parent=self, depends_on=[subscription])
        raise_alarms(name, _alarms(args), args.topic_arn, alarmed)
        self.register_outputs({})


# CloudWatch Logs sends gzip without line ends (Firehose developer guide, "Decompress CloudWatch Logs").
_PROCESSORS: list[kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgsDict] = [
    {
        "type": "Decompression",
        "parameters": [{"parameter_name": "CompressionFormat", "parameter_value": "GZIP"}],
    },
    {
        "type": "AppendDelimiterToRecord",
        "parameters": [{"parameter_name": "Delimiter", "parameter_value": "\\n"}],
    },
]


def _deliverer(name: str, args: LogStreamArgs, child: ResourceOptions) -> ServiceRole:
    """Firehose's: it writes below the prefix and reads nothing. Source: Firehose developer guide, "Grant Firehose
    access to an Amazon S3 destination"; for the external id, CloudWatch Logs user guide, "Create a Firehose stream".
    """
    bucket = f"arn:aws:s3:::{args.bucket}"
    errors = f"arn:aws:logs:{args.region}:{args.account_id}:log-group:{args.error_log_group}"
    trusted = Statement(
        sid="FirehoseDelivers",
        actions=("sts:AssumeRole",),
        principals={"Service": "firehose.amazonaws.com"},
        conditions={"StringEquals": {"sts:ExternalId": args.account_id}},
    )
    return ServiceRole(
        name,
        ServiceRoleArgs(
            role_name=delivery_role(args.environment, args.stream),
            account_id=args.account_id,
            description=f"Firehose writes {args.stream} into the archive",
            trust=(trusted,),
            permissions=(
                Statement(
                    sid="WriteEvidence",
                    actions=("s3:AbortMultipartUpload", "s3:PutObject"),
                    resources=(f"{bucket}/{args.prefix}*",),
                ),
                Statement(
                    sid="FindBucket",
                    actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
                    resources=(bucket,),
                ),
                Statement(
                    sid="TellErrors",
                    actions=("logs:PutLogEvents",),
                    resources=(f"{errors}:log-stream:{_ERROR_STREAM}",),
                ),
                key_use(
                    "Encrypt",
                    account_id=args.account_id,
                    region=args.region,
                    alias=args.key_alias,
                    actions=("kms:GenerateDataKey",),
                ),
            ),
        ),
        child,
    )


def _subscriber(name: str, args: LogStreamArgs, child: ResourceOptions) -> ServiceRole:
    """CloudWatch Logs': it hands events to the one stream. Source: CloudWatch Logs user guide, "Subscription
    filters with Amazon Data Firehose".
    """
    groups = f"arn:aws:logs:{args.region}:{args.account_id}:*"
    return ServiceRole(
        name,
        ServiceRoleArgs(
            role_name=f"{args.environment}-subscribe-{args.stream}",
            account_id=args.account_id,
            description=f"CloudWatch Logs hands {args.stream} to Firehose",
            trust=(trust("LogsHandOver", "logs.amazonaws.com", source_arn=groups),),
            permissions=(
                Statement(
                    sid="HandOver",
                    actions=("firehose:PutRecord", "firehose:PutRecordBatch"),
                    resources=(args.delivery_arn,),
                ),
            ),
        ),
        child,
    )


def _alarms(args: LogStreamArgs) -> Iterator[Alarm]:
    """Source: Firehose developer guide, "CloudWatch metrics"; CloudWatch Logs user guide, "Monitoring usage"."""
    yield Alarm(
        name="late",
        description=f"Events of {args.stream} wait over {DELIVERY_S} s for the archive: read {args.error_log_group}.",
        namespace="AWS/Firehose",
        metric="DeliveryToS3.DataFreshness",
        threshold=DELIVERY_S,
        dimensions={"DeliveryStreamName": args.delivery_name},
        missing="notBreaching",
    )
    yield Alarm(
        name="failed",
        description=f"Firehose cannot write {args.stream} into the archive: read {args.error_log_group}.",
        namespace="AWS/Firehose",
        metric="DeliveryToS3.Success",
        statistic="Minimum",
        comparison="LessThanThreshold",
        threshold=1,
        dimensions={"DeliveryStreamName": args.delivery_name},
        periods=1,
        period_s=300,
        missing="notBreaching",
    )
    yield Alarm(
        name="refused",
        description=f"CloudWatch Logs cannot hand {args.stream} to Firehose: see the subscription's role and stream.",
        namespace="AWS/Logs",
        metric="DeliveryErrors",
        statistic="Sum",
        threshold=0,
        dimensions={
            "LogGroupName": args.log_group_name,
            "DestinationType": "Firehose",
            "FilterName": args.delivery_name,
        },
        periods=1,
        period_s=300,
        missing="notBreaching",
    )
